// SPDX-License-Identifier: Apache-2.0
// Error pages (authorize.md 7.3): what a link can be wrong in is told on our side and never by a redirect. Codes that
// need somebody to be signed in have their cases in signin, places and forms.
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const { MIRA, admin, exchange, link, makeApp } = require('../lib/world.js');
const { listeningApp, onlyCallback } = require('../lib/app.js');
const { person, visiting } = require('../lib/chromium.js');
const { allowInto, button, pick, refused, shot } = require('../lib/pages.js');

const CB = 'https://app.example.test/cb';
const PKCE = { manifest: { oauth_config: { pkce_enabled: true } }, redirects: [CB, 'pierapp://auth'] };
const CHALLENGE = 'x'.repeat(43);
const OPENID = '/openid/connect/authorize';

// code, name, the link's parameters, what the app is like, path
const ROWS = [
  ['missing_client_id', 'none', { client_id: '', scope: 'chat:write' }],
  ['invalid_client_id', 'unknown', { client_id: '1.2', scope: 'chat:write' }],
  ['invalid_client_id', 'of another form', { client_id: '<b>x</b>', scope: 'chat:write' }],
  ['bad_redirect_uri', 'of another place', { scope: 'chat:write', redirect_uri: 'https://evil.example.test/cb' }],
  ['bad_redirect_uri', 'none configured', { scope: 'chat:write', redirect_uri: CB }, { redirects: [] }],
  ['bad_redirect_uri', 'none at all', { scope: 'chat:write' }, { redirects: [] }],
  ['bad_redirect_uri', 'of markup', { scope: 'chat:write', redirect_uri: '"><script>alert(1)</script>' }],
  ['invalid_state', 'of 4097 bytes', { scope: 'chat:write', state: 's'.repeat(4097) }],
  ['blank_scope', 'none', {}],
  ['invalid_scope', 'unknown', { scope: 'chat:shout' }],
  ['invalid_scope', 'a person\'s in the bot\'s list', { scope: 'search:read' }],
  ['invalid_scope', 'identity and others', { user_scope: 'identity.basic,search:read' }],
  ['pkce_required', 'custom scheme', { user_scope: 'search:read', redirect_uri: 'pierapp://auth' }, PKCE],
  ['invalid_code_challenge', 'too short', { user_scope: 'search:read', code_challenge: 'short',
    code_challenge_method: 'S256' }, PKCE],
  ['invalid_code_challenge_method', 'plain', { user_scope: 'search:read', code_challenge: CHALLENGE,
    code_challenge_method: 'plain' }, PKCE],
  ['oauth_authorization_url_mismatch', 'classic app', { scope: 'chat:write' }, { classic: true }],
  ['oauth_authorization_url_mismatch', 'classic page', { scope: 'chat:write' }, {}, '/oauth/authorize'],
  ['blank_scope', 'none for people', {}, {}, '/oauth/v2_user/authorize'],
  ['unsupported_response_type', 'token', { scope: 'openid', response_type: 'token' }, {}, OPENID],
];

test('what a link can be wrong in', { timeout: 60000 }, (t) => visiting({}, async (page) => {
  const hops = [];
  page.on('response', (response) => { if (response.headers().location) hops.push(response.url()); });
  page.on('dialog', (dialog) => { hops.push(dialog.message()); dialog.dismiss(); });
  for (const [code, name, parameters, options, path] of ROWS)
    await t.test(`${code}: ${name}`, async () => {
      const app = await makeApp({ redirects: [CB], ...options });
      const response = await page.goto(link(app, parameters, path));
      await refused(page, response, code);
      await page.getByText('Something went wrong when authorizing this app.').waitFor();
      // What to name when asking for help.
      assert.match(await page.locator('footer code').innerText(), /^[0-9a-f]{32}$/);
      assert.deepEqual(hops, []);
      await shot(page, `error-${code}`);
    });
}));

person(test, 'the closest configured URL, with a mark and a caret under its first difference', {}, async (page) => {
  const redirects = ['https://localhost:3000/slack/oauth_redirect', 'https://far.example.test/'];
  const app = await makeApp({ redirects });
  const passed = 'http://localhost:3000/slack/oauth_redirect';
  await page.goto(link(app, { scope: 'chat:write', redirect_uri: passed }));
  assert.equal(await page.locator('mark').innerText(), 's'); // of https
  const lines = (await page.locator('pre', { has: page.locator('mark') }).innerText()).split('\n');
  const at = lines[0].indexOf(passed);
  assert.ok(at > 0 && lines[1].indexOf('https://') === at, lines.join('\n'));
  assert.equal(lines[2].indexOf('^'), at + 'http'.length);
  assert.match(lines[2], /\^ scheme differs$/);
  await page.getByText('Closest of 2 configured.').waitFor();
  await page.getByText(`hallpass app redirect add ${app.id} '${passed}'`).waitFor();
  await shot(page, 'error-bad_redirect_uri-closest');
});

person(test, '"Add this URL" adds it and goes on with the same request', {}, async (page) => {
  await listeningApp({ redirects: [CB] }, async (app) => {
    await page.goto(link(app, { scope: 'chat:write', redirect_uri: app.callback, state: 'kept' }));
    await button(page, 'Add this URL').click();
    await pick(page, MIRA);
    await allowInto(page, app);
    assert.match(onlyCallback(app), /&state=kept$/);
    const code = new URLSearchParams(onlyCallback(app)).get('code');
    assert.ok((await exchange(app, code, { redirect_uri: app.callback })).ok);
    const { manifest } = await admin('GET', `apps/${app.id}`);
    assert.deepEqual(manifest.oauth_config.redirect_urls, [CB, app.callback]);
  });
});

person(test, 'a URL that may not be configured cannot be added', {}, async (page) => {
  const app = await makeApp({ redirects: [CB] });
  const bad = ['javascript:alert(1)', 'http://app.example.test/cb', 'https://app.example.test/cb#x', 'data:,x'];
  for (const redirect_uri of bad) {
    await page.goto(link(app, { scope: 'chat:write', redirect_uri }));
    assert.equal(await button(page, 'Add this URL').count(), 0, redirect_uri);
  }
});
