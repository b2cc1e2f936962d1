// SPDX-License-Identifier: Apache-2.0
// @slack/oauth's InstallProvider and @slack/bolt's App, unmodified, install through the server under test. Each runs
// its own server, its own state and cookie checks; only its documented URL options point it at us.
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const http = require('node:http');
const { once } = require('node:events');
const { createRequire } = require('node:module');
const { Browser } = require('./browser.js');

const { url: HALLPASS, admin: ADMIN, apps: APPS } = JSON.parse(process.env.E2E_WORLD);
const sdk = createRequire(`${process.env.E2E_SDK}/`);
const { InstallProvider } = sdk('@slack/oauth');
const { App, LogLevel } = sdk('@slack/bolt');
const version = (name) => require(`${process.env.E2E_SDK}/node_modules/${name}/package.json`).version;

const AUTHORIZE = `${HALLPASS}/oauth/v2/authorize`;
const API = { slackApiUrl: `${HALLPASS}/api/` };
const MIRA = 'approve; user=U04R7GH2S1M; team=T04QX81RB9C';
const TEO_FOR_ORG = 'approve; user=U06D1R8KQ5V; enterprise=E06NB3V2KLA';
const DENY = 'deny; user=U04R7GH2S1M; team=T04QX81RB9C';

// Makes `redirect` the app's only redirect URL, as its developer would.
async function configure(app, redirect) {
  const manifest = structuredClone(app.manifest);
  manifest.oauth_config.redirect_urls = [redirect];
  const response = await fetch(`${ADMIN}/admin/v1/apps/${app.id}`, {
    method: 'PATCH', headers: { 'x-hallpass': '1', 'content-type': 'application/json' }, body: JSON.stringify({ manifest }),
  });
  assert.equal(response.status, 200, await response.text());
}

// Keeps what the SDK stores.
function memoryStore() {
  const kept = [];
  return {
    kept,
    storeInstallation: async (installation) => { kept.push(installation); },
    fetchInstallation: async () => kept.at(-1),
    deleteInstallation: async () => {},
  };
}

// An app built on InstallProvider, with redirect_uri sent at both steps.
async function provider(app, scopes, userScopes) {
  const store = memoryStore();
  const failures = [];
  const server = http.createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  const redirectUri = `${origin}/slack/oauth_redirect`;
  await configure(app, redirectUri);
  const installer = new InstallProvider({
    clientId: app.client_id, clientSecret: app.client_secret, stateSecret: 'a secret of this test',
    authorizationUrl: AUTHORIZE, clientOptions: API, installationStore: store,
  });
  const failure = (error, _options, _req, res) => { failures.push(error); res.end('failed'); };
  server.on('request', (req, res) => (req.url.startsWith('/slack/install')
    ? installer.handleInstallPath(req, res, {}, { scopes, userScopes, redirectUri })
    : installer.handleCallback(req, res, { failure })));
  return { store, failures, installUrl: `${origin}/slack/install`, installer,
    stop: () => { server.closeAllConnections(); server.close(); } };
}

// A Bolt app with its built-in receiver, without redirect_uri: the first configured URL counts.
async function bolt(app, scopes, userScopes) {
  const store = memoryStore();
  const failures = [];
  const bolted = new App({
    signingSecret: app.signing_secret, clientId: app.client_id, clientSecret: app.client_secret, scopes,
    stateSecret: 'a secret of this test', installationStore: store, clientOptions: API, logLevel: LogLevel.ERROR,
    installerOptions: {
      authorizationUrl: AUTHORIZE, clientOptions: API, directInstall: true, userScopes,
      callbackOptions: { failure: (error, _options, _req, res) => { failures.push(error); res.end('failed'); } },
    },
  });
  const server = await bolted.start({ port: 0, host: '127.0.0.1' });
  const origin = `http://127.0.0.1:${server.address().port}`;
  await configure(app, `${origin}/slack/oauth_redirect`);
  return { store, failures, installUrl: `${origin}/slack/install`, installer: bolted.receiver?.installer,
    stop: () => { server.closeAllConnections(); return bolted.stop(); } };
}

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
