// SPDX-License-Identifier: Apache-2.0
// Where the browser goes after Allow. Chromium holds every redirect that follows a form's POST against the form-action
// of the page the form was on, not only the first: a list that names the callback alone would leave the person on the
// consent page, without a word, although the app has been installed.
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const { MIRA, link, makeApp } = require('../lib/world.js');
const { listen, listeningApp, onlyCallback } = require('../lib/app.js');
const { person } = require('../lib/chromium.js');
const { button, openAs } = require('../lib/pages.js');

const PKCE = { manifest: { oauth_config: { pkce_enabled: true } } };
const CHALLENGE = { code_challenge: 'ldMBaaWcQYtSATMV_IG8mf3wp7A6EW80arYoSW80ntU', code_challenge_method: 'S256' };

const to = (location) => (_request, response) => response.writeHead(302, { location }).end();

// The URL that Chromium gives to the system after a press of Allow. No program here opens it, so it shows as a request
// that was given up; a form-action that does not let it pass shows on the console.
function handedOver(page, scheme) {
  return new Promise((resolve, reject) => {
    page.on('requestfailed', (request) => { if (request.url().startsWith(`${scheme}:`)) resolve(request.url()); });
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) reject(new Error(message.text()));
    });
    page.on('close', () => reject(new Error(`${scheme}: was not opened`)));
    button(page, 'Allow').click().catch(reject);
  });
}

person(test, 'callback that redirects to another origin', {}, async (page) => {
  const home = await listen((_request, response) => response.end('home'));
  try {
    const end = `http://localhost:${home.port}/welcome`;
    await listeningApp({ answer: to(end) }, async (app) => {
      await openAs(page, link(app, { scope: 'chat:write' }), MIRA);
      await button(page, 'Allow').click();
      await page.waitForURL(end, { timeout: 3000 });
      assert.match(onlyCallback(app), /^code=/);
    });
  } finally {
    home.stop();
  }
});

for (const scheme of ['slack', 'pierapp'])
  person(test, `callback that redirects to ${scheme}:`, {}, async (page) => {
    await listeningApp({ answer: to(`${scheme}://open?team=T1`) }, async (app) => {
      await openAs(page, link(app, { scope: 'chat:write' }), MIRA);
      assert.equal(await handedOver(page, scheme), `${scheme}://open?team=T1`);
      assert.match(onlyCallback(app), /^code=/);
    });
  });

for (const redirect of ['pierapp://auth', 'com.example.pier:/auth'])
  person(test, `${redirect} as the callback`, {}, async (page) => {
    const app = await makeApp({ redirects: [redirect], ...PKCE });
    const parameters = { user_scope: 'search:read', redirect_uri: redirect, state: 's', ...CHALLENGE };
    await openAs(page, link(app, parameters), MIRA);
    const [before, query] = (await handedOver(page, redirect.split(':')[0])).split('?');
    assert.equal(before, redirect);
    assert.match(query, /^code=\d+\.\d+\.[0-9a-f]{64}&state=s$/);
  });
