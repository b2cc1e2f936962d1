// SPDX-License-Identifier: Apache-2.0
// Apps on @slack/oauth and @slack/bolt, unmodified: each runs its own server, its own state and cookie checks; only its
// documented URL options point it at the server under test.
'use strict';

const assert = require('node:assert/strict');
const http = require('node:http');
const { once } = require('node:events');
const { createRequire } = require('node:module');

// url, admin: of the server under test; folder: holds node_modules.
module.exports = ({ url, admin, folder }) => {
  const sdk = createRequire(`${folder}/`);
  const { InstallProvider } = sdk('@slack/oauth');
  const { App, LogLevel } = sdk('@slack/bolt');
  const version = (name) => sdk(`${folder}/node_modules/${name}/package.json`).version;

  const AUTHORIZE = `${url}/oauth/v2/authorize`;
  const API = { slackApiUrl: `${url}/api/` };

  // Makes `redirect` the app's only redirect URL, as its developer would.
  async function configure(app, redirect) {
    const manifest = structuredClone(app.manifest);
    manifest.oauth_config.redirect_urls = [redirect];
    const response = await fetch(`${admin}/admin/v1/apps/${app.id}`, {
      method: 'PATCH', headers: { 'x-hallpass': '1', 'content-type': 'application/json' },
      body: JSON.stringify({ manifest }),
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

  return { provider, bolt, version };
};
