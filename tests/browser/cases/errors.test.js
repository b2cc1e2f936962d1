// SPDX-License-Identifier: Apache-2.0
// Error pages (authorize.md 7.3): what a link can be wrong in is told on our side and never by a redirect.
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const { URL_OF_SERVER, makeApp, link } = require('../lib/world.js');
const { person } = require('../lib/chromium.js');
const { refused, shot } = require('../lib/pages.js');

const CB = 'https://app.example.test/cb';
const PKCE = { manifest: { oauth_config: { pkce_enabled: true } }, redirects: [CB, 'pierapp://auth'] };
const CHALLENGE = 'x'.repeat(43);

// name, what the app is like, the link's parameters, code, path
const ROWS = [
  ['no client id', {}, { client_id: '', scope: 'chat:write' }, 'missing_client_id'],
  ['unknown client id', {}, { client_id: '1.2', scope: 'chat:write' }, 'invalid_client_id'],
  ['client id of another form', {}, { client_id: '<b>x</b>', scope: 'chat:write' }, 'invalid_client_id'],
  ['redirect of another place', {}, { scope: 'chat:write', redirect_uri: 'https://evil.example.test/cb' },
    'bad_redirect_uri'],
  ['redirect where none is configured', { redirects: [] }, { scope: 'chat:write', redirect_uri: CB },
    'bad_redirect_uri'],
  ['no redirect at all', { redirects: [] }, { scope: 'chat:write' }, 'bad_redirect_uri'],
  ['state of 4097 bytes', {}, { scope: 'chat:write', state: 's'.repeat(4097) }, 'invalid_state'],
  ['no scopes', {}, {}, 'blank_scope'],
  ['unknown scope', {}, { scope: 'chat:shout' }, 'invalid_scope'],
  ['identity and other scopes', {}, { user_scope: 'identity.basic,search:read' }, 'invalid_scope'],
  ['custom scheme without challenge', PKCE, { user_scope: 'search:read', redirect_uri: 'pierapp://auth' },
    'pkce_required'],
  ['challenge of another length', PKCE, { user_scope: 'search:read', code_challenge: 'short',
    code_challenge_method: 'S256' }, 'invalid_code_challenge'],
  ['challenge method plain', PKCE, { user_scope: 'search:read', code_challenge: CHALLENGE,
    code_challenge_method: 'plain' }, 'invalid_code_challenge_method'],
  ['classic app on the newer page', { classic: true }, { scope: 'chat:write' }, 'oauth_authorization_url_mismatch'],
  ['granular app on the classic page', {}, { scope: 'chat:write:bot' }, 'oauth_authorization_url_mismatch',
    '/oauth/authorize'],
  ['no scopes on the page for people', {}, {}, 'blank_scope', '/oauth/v2_user/authorize'],
  ['response type of another flow', {}, { scope: 'openid', response_type: 'token' }, 'unsupported_response_type',
    '/openid/connect/authorize'],
];

for (const [name, options, parameters, code, path] of ROWS)
  person(test, `${code}: ${name}`, {}, async (page) => {
    const app = await makeApp({ redirects: [CB], ...options });
    const hops = [];
    page.on('response', (response) => { if (response.status() >= 300 && response.status() < 400) hops.push(response.url()); });
    const response = await page.goto(link(app, parameters, path));
    await refused(page, response, code);
    assert.deepEqual(hops, []);
    assert.ok(page.url().startsWith(URL_OF_SERVER));
    await shot(page, `error-${code}`);
  });
