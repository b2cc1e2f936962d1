// SPDX-License-Identifier: Apache-2.0
// @slack/oauth's InstallProvider and @slack/web-api, unmodified, keep rotating tokens alive. The provider refreshes on
// authorize(), bot and user in parallel, whenever less than two hours are left.
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const { createRequire } = require('node:module');
const { Browser } = require('./browser.js');

const { url: HALLPASS, admin: ADMIN, apps: APPS } = JSON.parse(process.env.E2E_WORLD);
const sdk = createRequire(`${process.env.E2E_SDK}/`);
const { InstallProvider } = sdk('@slack/oauth');
const { WebClient, LogLevel } = sdk('@slack/web-api');
const version = (name) => require(`${process.env.E2E_SDK}/node_modules/${name}/package.json`).version;

const API = { slackApiUrl: `${HALLPASS}/api/`, retryConfig: { retries: 0 }, logLevel: LogLevel.ERROR };
const MIRA = 'approve; user=U04R7GH2S1M; team=T04QX81RB9C';
const WHERE = { teamId: 'T04QX81RB9C', enterpriseId: undefined, isEnterpriseInstall: false };
const client = (token) => new WebClient(token, API);
const credentials = (app) => ({ client_id: app.client_id, client_secret: app.client_secret });

async function admin(verb, path, body) {
  const response = await fetch(`${ADMIN}/admin/v1/${path}`, {
    method: verb, headers: { 'x-hallpass': '1', 'content-type': 'application/json' }, body: JSON.stringify(body),
  });
  assert.ok(response.ok, await response.clone().text());
  return response.json();
}

// The answer of the code exchange of an install.
async function exchange(app) {
  const asked = new URLSearchParams({ client_id: app.client_id, scope: 'chat:write,commands', user_scope: 'search:read' });
  const allowed = await new Browser().get(`${HALLPASS}/oauth/v2/authorize?${asked}`, { 'x-hallpass-consent': MIRA });
  const code = new URL(allowed.location).searchParams.get('code');
  return client().oauth.v2.access({ ...credentials(app), code });
}

// What auth.test says to a token; undefined: it is good.
const refusal = (token) => client(token).auth.test().then(() => undefined, (error) => error.data.error);

// An installation as InstallProvider stores it, whose tokens it believes to be at their end.
function expiring(answer) {
  const now = Math.floor(Date.now() / 1000);
  return {
    team: answer.team, enterprise: undefined, isEnterpriseInstall: false, authVersion: 'v2', appId: answer.app_id,
    bot: { token: answer.access_token, refreshToken: answer.refresh_token, expiresAt: now, scopes: [], id: 'B0',
      userId: answer.bot_user_id },
    user: { token: answer.authed_user.access_token, refreshToken: answer.authed_user.refresh_token, expiresAt: now,
      scopes: [], id: answer.authed_user.id },
  };
}

// A process of its own that reads and writes a shared store.
function provider(app, store) {
  return new InstallProvider({
    clientId: app.client_id, clientSecret: app.client_secret, stateSecret: 'a secret of this test', clientOptions: API,
    logLevel: LogLevel.ERROR,
    installationStore: {
      fetchInstallation: async () => structuredClone(store.kept.at(-1)),
      storeInstallation: async (installation) => { store.kept.push(structuredClone(installation)); },
      deleteInstallation: async () => {},
    },
  });
}

const oauth = `@slack/oauth ${version('@slack/oauth')}`;
const webApi = `@slack/web-api ${version('@slack/web-api')}`;

test(`${oauth}: authorize() refreshes both tokens at once`, async () => {
  const app = APPS['provider-rotating'];
  const first = expiring(await exchange(app));
  const store = { kept: [first] };
  const rotated = await provider(app, store).authorize(WHERE);
  assert.match(rotated.botToken, /^xoxe\.xoxb-1-/);
  assert.match(rotated.userToken, /^xoxe\.xoxp-1-/);
  assert.notEqual(rotated.botToken, first.bot.token);
  assert.notEqual(rotated.userToken, first.user.token);
  assert.equal(store.kept.length, 2);
  assert.equal(store.kept[1].bot.token, rotated.botToken);
  assert.equal(store.kept[1].user.refreshToken, rotated.userRefreshToken);
  for (const token of [first.bot.token, first.user.token, rotated.botToken, rotated.userToken]) {
    assert.equal(await refusal(token), undefined);
  }
  assert.deepEqual(await provider(app, store).authorize(WHERE), rotated); // nothing is due any more
  assert.equal(store.kept.length, 2);
});

test(`${oauth}: two processes refresh at once, and the line goes on from either`, async () => {
  const app = APPS['provider-rotating'];
  const store = { kept: [expiring(await exchange(app))] };
  const both = await Promise.all([provider(app, store).authorize(WHERE), provider(app, store).authorize(WHERE)]);
  assert.notEqual(both[0].botToken, both[1].botToken);
  for (const { botToken, userToken } of both) {
    assert.equal(await refusal(botToken), undefined);
    assert.equal(await refusal(userToken), undefined);
  }
  const left = store.kept.at(-1);
  left.bot.expiresAt = left.user.expiresAt = 1;
  const next = await provider(app, store).authorize(WHERE);
  assert.equal(await refusal(next.botToken), undefined);
});

test(`${webApi}: a refresh token that was used up is invalid_refresh_token`, async () => {
  const app = APPS['provider-rotating'];
  const { refresh_token } = await exchange(app);
  const refresh = (token) => client().oauth.v2.access({ ...credentials(app), grant_type: 'refresh_token', refresh_token: token });
  await refresh((await refresh(refresh_token)).refresh_token);
  await assert.rejects(refresh(refresh_token), (error) => error.data.error === 'invalid_refresh_token');
});

test(`${webApi}: oauth.v2.exchange`, async () => {
  const app = APPS['provider-migrating'];
  const { access_token: old } = await exchange(app);
  const manifest = { ...structuredClone(app.manifest), settings: { token_rotation_enabled: true } };
  await admin('PATCH', `apps/${app.id}`, { manifest });
  const swap = () => client(old).oauth.v2.exchange(credentials(app));
  const pair = await client(old).oauth.v2.exchange({ ...credentials(app), token: old });
  assert.match(pair.access_token, /^xoxe\.xoxb-1-/);
  assert.equal(pair.expires_in, 43200);
  assert.equal(await refusal(old), undefined);
  await assert.rejects(swap(), (error) => error.data.error === 'token_already_exchanged');
  await client().oauth.v2.access({ ...credentials(app), grant_type: 'refresh_token', refresh_token: pair.refresh_token });
  assert.equal(await refusal(old), 'token_expired');
  assert.equal(await refusal(pair.access_token), undefined);
});

test(`${webApi}: tooling.tokens.rotate`, async () => {
  const first = await admin('POST', 'config-tokens', { user: 'U04R7GH2S1M', workspace: 'T04QX81RB9C' });
  const second = await client().tooling.tokens.rotate({ refresh_token: first.refresh_token });
  assert.equal(second.team_id, 'T04QX81RB9C');
  assert.equal(second.user_id, 'U04R7GH2S1M');
  assert.equal(second.exp, second.iat + 43200);
  const third = await client(second.token).tooling.tokens.rotate({ refresh_token: second.refresh_token });
  assert.notEqual(third.token, second.token);
});
