// SPDX-License-Identifier: Apache-2.0
// Apps that send the browser on from their callback. Chromium holds every redirect after a form's POST against the
// form-action of the page the form was on, not only the first: a list of origins that names the callback alone would
// leave the person on the consent page after the app has been installed.
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const { MIRA, link } = require('../lib/world.js');
const { listen, listeningApp, onlyCallback } = require('../lib/app.js');
const { person } = require('../lib/chromium.js');
const { allow, openAs } = require('../lib/pages.js');

const to = (location) => (_request, response) => response.writeHead(302, { location }).end();

person(test, 'callback that redirects to another origin', {}, async (page) => {
  const home = await listen((_request, response) => response.end('home'));
  try {
    const end = `http://localhost:${home.port}/welcome`;
    await listeningApp({ answer: to(end) }, async (app) => {
      await openAs(page, link(app, { scope: 'chat:write' }), MIRA);
      await allow(page);
      await page.waitForURL(end);
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
      const handedOver = page.waitForEvent('requestfailed', (request) => request.url().startsWith(`${scheme}:`));
      const blocked = page.waitForEvent('console', (message) => message.text().includes('form-action'))
        .then((message) => { throw new Error(message.text()); });
      await allow(page);
      // Nobody here opens such links: that Chromium gave it to the system shows as a request that was given up.
      await Promise.race([handedOver, blocked]);
      assert.match(onlyCallback(app), /^code=/);
    });
  });
