// SPDX-License-Identifier: Apache-2.0
// @slack/oauth's InstallProvider and @slack/bolt's App, unmodified, install through the server under test.
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const { Browser } = require('./browser.js');

const { url, admin, apps: APPS } = JSON.parse(process.env.E2E_WORLD);
const { provider, bolt, version } = require('./kits.js')({ url, admin, folder: process.env.E2E_SDK });

const MIRA = 'approve; user=U04R7GH2S1M; team=T04QX81RB9C';
const TEO_FOR_ORG = 'approve; user=U06D1R8KQ5V; enterprise=E06NB3V2KLA';
const DENY = 'deny; user=U04R7GH2S1M; team=T04QX81RB9C';

// Runs one install; what was stored must be exactly one installation.
async function installed(start, app, scopes, userScopes, consent) {
  const running = await start(app, scopes, userScopes);
  try {
    const visit = await new Browser().install(running.installUrl, consent);
    assert.deepEqual(running.failures, []);
    assert.equal(running.store.kept.length, 1);
    assert.ok(visit.end.status === 200 || visit.end.status === 302, `success page: ${visit.end.status}`);
    assert.equal(visit.callback.searchParams.get('state'), visit.authorize.searchParams.get('state'));
    return { ...visit, installation: running.store.kept[0], running };
  } finally {
    await running.stop();
  }
}

for (const [kit, start] of [['provider', provider], ['bolt', bolt]]) {
  const name = kit === 'bolt' ? `@slack/bolt ${version('@slack/bolt')}` : `@slack/oauth ${version('@slack/oauth')}`;

  test(`${name}: bot and user`, async () => {
    const app = APPS[`${kit}-both`];
    const { installation } = await installed(start, app, ['chat:write', 'commands'], ['search:read'], MIRA);
    assert.match(installation.bot.token, /^xoxb-\d{10}-\d{10}-[0-9A-Za-z]{24}$/);
    assert.match(installation.bot.id, /^B[A-Z0-9]{8,}$/);
    assert.match(installation.bot.userId, /^U[A-Z0-9]{8,}$/);
    assert.deepEqual(installation.bot.scopes, ['chat:write', 'commands']);
    assert.deepEqual(installation.team, { id: 'T04QX81RB9C', name: 'Harbor Lights' });
    assert.equal(installation.enterprise, undefined);
    assert.equal(installation.isEnterpriseInstall, false);
    assert.equal(installation.appId, app.id);
    assert.equal(installation.user.id, 'U04R7GH2S1M');
    assert.match(installation.user.token, /^xoxp-/);
    assert.deepEqual(installation.user.scopes, ['search:read']);
  });

  test(`${name}: user only`, async () => {
    const { installation } = await installed(start, APPS[`${kit}-user`], [], ['search:read'], MIRA);
    assert.equal(installation.bot, undefined);
    assert.match(installation.user.token, /^xoxp-/);
    assert.deepEqual(installation.team, { id: 'T04QX81RB9C', name: 'Harbor Lights' });
  });

  test(`${name}: org-wide`, async () => {
    const { installation } = await installed(start, APPS[`${kit}-org`], ['chat:write', 'team:read'], [], TEO_FOR_ORG);
    assert.equal(installation.isEnterpriseInstall, true);
    assert.equal(installation.team, undefined);
    assert.deepEqual(installation.enterprise, { id: 'E06NB3V2KLA', name: 'Tidewater Group' });
    assert.match(installation.enterpriseUrl, /^https?:\/\/tidewater\.enterprise\..+\/$/);
    assert.match(installation.bot.token, /^xoxb-/);
    assert.equal(installation.user.id, 'U06D1R8KQ5V');
  });

  test(`${name}: denied`, async () => {
    const running = await start(APPS[`${kit}-deny`], ['chat:write'], []);
    try {
      const visit = await new Browser().install(running.installUrl, DENY);
      assert.equal(visit.callback.searchParams.get('error'), 'access_denied');
      assert.equal(running.store.kept.length, 0);
      assert.equal(running.failures.length, 1);
      assert.equal(running.failures[0].code, 'slack_oauth_installer_authorization_error');
    } finally {
      await running.stop();
    }
  });
}

test('@slack/oauth: a wrong secret is the error that the contract names', async () => {
  const running = await provider({ ...APPS['provider-both'], client_secret: '0'.repeat(32) }, ['chat:write'], []);
  try {
    await new Browser().install(running.installUrl, MIRA);
    assert.equal(running.failures[0].data?.error, 'bad_client_secret');
    assert.equal(running.store.kept.length, 0);
  } finally {
    await running.stop();
  }
});
