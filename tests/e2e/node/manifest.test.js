// SPDX-License-Identifier: Apache-2.0
// @slack/web-api, unmodified, makes an app from a manifest, installs it, changes it, exports it, makes it again from
// the export, and gives both up.
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const { createRequire } = require('node:module');
const { Browser } = require('./browser.js');

const { url: HALLPASS, admin: ADMIN } = JSON.parse(process.env.E2E_WORLD);
const sdk = createRequire(`${process.env.E2E_SDK}/`);
const { WebClient, LogLevel } = sdk('@slack/web-api');
const version = require(`${process.env.E2E_SDK}/node_modules/@slack/web-api/package.json`).version;

const API = { slackApiUrl: `${HALLPASS}/api/`, retryConfig: { retries: 0 }, logLevel: LogLevel.ERROR };
const MIRA = 'approve; user=U04R7GH2S1M; team=T04QX81RB9C';
const MANIFEST = {
  _metadata: { major_version: 2 },
  display_information: { name: 'Deploy Bell 🔔', background_color: '#aabbcc' },
  features: { bot_user: { display_name: 'deploybell', always_online: true } },
  oauth_config: {
    redirect_urls: ['https://bell.example.test/cb'],
    scopes: { bot: ['chat:write', 'commands'], user: ['search:read'] },
  },
  settings: { org_deploy_enabled: false, socket_mode_enabled: true, token_rotation_enabled: false },
};

// A configuration token, which Slack's site hands out by hand.
async function configToken() {
  const response = await fetch(`${ADMIN}/admin/v1/config-tokens`, {
    method: 'POST', headers: { 'x-hallpass': '1', 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'U04R7GH2S1M', workspace: 'T04QX81RB9C' }),
  });
  assert.equal(response.status, 201, await response.clone().text());
  return (await response.json()).token;
}

const refusal = (call) => call.then(() => assert.fail('it was not refused'), (error) => error.data);

async function install(made) {
  const { client_id, client_secret } = made.credentials;
  const allowed = await new Browser().get(made.oauth_authorize_url, { 'x-hallpass-consent': MIRA });
  const code = new URL(allowed.location).searchParams.get('code');
  return new WebClient(undefined, API).oauth.v2.access({ client_id, client_secret, code });
}

test(`@slack/web-api ${version}: an app lives by its manifest`, async () => {
  const { manifest } = new WebClient(await configToken(), API).apps;

  const wrong = structuredClone(MANIFEST);
  wrong.oauth_config.scopes.bot.push('chat:writ');
  const refused = await refusal(manifest.validate({ manifest: wrong }));
  assert.equal(refused.error, 'invalid_manifest');
  assert.deepEqual(refused.errors.map((one) => one.pointer), ['/oauth_config/scopes/bot/2']);

  assert.deepEqual((await manifest.validate({ manifest: MANIFEST })).errors, []);
  const made = await manifest.create({ manifest: MANIFEST });
  assert.match(made.credentials.client_secret, /^[0-9a-f]{32}$/);
  assert.match(made.credentials.verification_token, /^[0-9A-Za-z]{24}$/);
  assert.ok(made.oauth_authorize_url.endsWith('&scope=chat:write,commands&user_scope=search:read'));
  assert.equal(made.team_domain, 'harborlights');

  const installed = await install(made);
  assert.equal(installed.app_id, made.app_id);
  assert.equal(installed.scope, 'chat:write,commands');

  const changed = structuredClone(MANIFEST);
  changed.oauth_config.scopes.bot.push('users:read');
  assert.equal((await manifest.update({ app_id: made.app_id, manifest: changed })).permissions_updated, true);
  assert.equal((await install(made)).access_token.length > 0, true, 'the secret is the same');

  const exported = (await manifest.export({ app_id: made.app_id })).manifest;
  assert.deepEqual(exported, changed);
  const again = await manifest.create({ manifest: exported });
  assert.notEqual(again.app_id, made.app_id);
  assert.deepEqual((await manifest.export({ app_id: again.app_id })).manifest, exported);

  await manifest.delete({ app_id: made.app_id });
  await manifest.delete({ app_id: again.app_id });
  assert.equal((await refusal(manifest.export({ app_id: made.app_id }))).error, 'app_not_found');
  const dead = new WebClient(installed.access_token, API);
  assert.equal((await refusal(dead.auth.test())).error, 'account_inactive');
});
