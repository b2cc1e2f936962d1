// SPDX-License-Identifier: Apache-2.0
// Other ways than a mouse in a large window: keyboard alone, no JavaScript, a text browser.
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');
const { LENA, MIRA, URL_OF_SERVER, exchange, link } = require('../lib/world.js');
const { listeningApp, onlyCallback } = require('../lib/app.js');
const { person } = require('../lib/chromium.js');
const { tabTo, stops } = require('../lib/keys.js');
const { allowInto, answerTo, button, change, heading, openAs, pick, shot } = require('../lib/pages.js');

const BELL = {
  name: 'Deploy Bell',
  scopes: { bot: ['chat:write', 'commands', 'incoming-webhook'], bot_optional: ['chat:write', 'commands'] },
};
const ASKED = { scope: 'chat:write,commands,incoming-webhook', state: 's' };
const granted = (app) => exchange(app, new URLSearchParams(onlyCallback(app)).get('code'));

person(test, 'keyboard alone: from the link into the app', {}, async (page) => {
  await listeningApp(BELL, async (app) => {
    await page.goto(link(app, ASKED));
    await tabTo(page, page.locator('#signin [name=user]:checked'));
    while (await page.locator('#signin [name=user]:checked').getAttribute('value') !== LENA)
      await page.keyboard.press('ArrowDown');
    await shot(page, 'keyboard-signin');
    await tabTo(page, button(page, 'Sign in'));
    await answerTo(page, () => page.keyboard.press('Enter'));
    await tabTo(page, page.getByRole('checkbox', { name: /commands/ }));
    await page.keyboard.press('Space');
    await tabTo(page, page.locator('#channel'));
    await page.keyboard.type('dep'); // type-ahead
    await shot(page, 'keyboard-consent');
    await tabTo(page, button(page, 'Allow'));
    await page.keyboard.press('Space');
    await page.waitForURL((url) => url.href.startsWith(app.origin));
    const { scope, authed_user: who, incoming_webhook: hook } = await granted(app);
    assert.deepEqual([scope, who.id, hook.channel], ['chat:write,incoming-webhook', LENA, '#deploys']);
  });
});

person(test, 'keyboard alone: the groups fold and unfold, Cancel is reached before Allow', {}, async (page) => {
  await listeningApp(BELL, async (app) => {
    await openAs(page, link(app, ASKED), MIRA);
    const fold = page.locator('summary').first(), details = page.locator('details').first();
    await tabTo(page, fold);
    await page.keyboard.press('Enter');
    assert.equal(await details.evaluate((one) => one.open), false);
    await page.keyboard.press('Enter');
    const all = await stops(page);
    const place = (word) => all.findIndex((stop) => stop.includes(word));
    assert.ok(place('cancel') < place('allow'), all.join('\n'));
    await tabTo(page, button(page, 'Cancel'));
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.href.startsWith(app.origin));
    assert.match(onlyCallback(app), /^error=access_denied/);
  });
});

person(test, 'keyboard alone: the stops of the other pages can be seen', {}, async (page) => {
  await listeningApp({}, async (app) => {
    await openAs(page, link(app, ASKED), MIRA);
    await allowInto(page, app);
    await granted(app);
    for (const url of [`${URL_OF_SERVER}/apps`, `${URL_OF_SERVER}/approvals`,
      link(app, { ...ASKED, redirect_uri: 'http://127.0.0.1:1/cb' })]) {
      await page.goto(url);
      assert.ok((await stops(page)).length > 0, url);
    }
  });
});

person(test, 'JavaScript off: sign-in, a second workspace, untick, Allow, revoke', { javaScriptEnabled: false },
  async (page) => {
    await listeningApp({ ...BELL, name: 'Paper Boat' }, async (app) => {
      await openAs(page, link(app, ASKED), MIRA);
      await change(page, '');
      await pick(page, LENA);
      await page.getByRole('checkbox', { name: /commands/ }).uncheck();
      await shot(page, 'no-javascript');
      await allowInto(page, app);
      assert.equal((await granted(app)).scope, 'chat:write,incoming-webhook');
      await page.goto(`${URL_OF_SERVER}/apps`);
      await answerTo(page, () => page.getByRole('button', { name: /^Remove Paper Boat/ }).click());
      assert.equal(await page.getByRole('button', { name: /^Remove Paper Boat/ }).count(), 0);
    });
  });

// A text browser with a home of its own, where it keeps its cookies between two calls.
async function textBrowser(use) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'w3m-'));
  const run = promisify(execFile);
  const switches = ['-cookie', '-o', 'accept_cookie=1', '-o', 'use_cookie=1', '-cols', '100'];
  const env = { ...process.env, HOME: home };
  const w3m = async (...rest) => (await run('w3m', [...switches, ...rest], { env })).stdout;
  const file = (name, text) => {
    fs.writeFileSync(path.join(home, name), text);
    return path.join(home, name);
  };
  try {
    return await use({
      text: (url) => w3m('-dump', url),
      source: (url) => w3m('-dump_source', url),
      show: (html) => w3m('-dump', '-T', 'text/html', file('page.html', html)),
      post: (url, fields) => w3m('-dump_source', '-post', file('post', new URLSearchParams(fields).toString()), url),
    });
  } finally {
    fs.rmSync(home, { recursive: true });
  }
}

const tokenIn = (html) => html.match(/name="form" value="([^"]+)"/)[1];

test('a text browser shows every control and installs', { timeout: 60000 }, (t) => textBrowser((w3m) =>
  listeningApp(BELL, async (app) => {
    let signin, consent;
    await t.test('sign-in', async () => {
      signin = await w3m.source(link(app, ASKED));
      const text = await w3m.show(signin);
      for (const words of [/Deploy Bell/, /Find somebody \[ *\].* Search$/m, /\(\*\) .*Mira Olsen/,
        /\( \) .*Teo Brandt/, /^Sign in$/m])
        assert.match(text, words);
    });
    await t.test('consent', async () => {
      consent = await w3m.post(`${URL_OF_SERVER}/signin`, { form: tokenIn(signin), user: MIRA });
      const text = await w3m.show(consent);
      for (const words of [/Deploy Bell is requesting permission to access the Harbor Lights workspace/,
        /be able to do\?/, /\[\*\].*chat:write/, /\[\*\].*commands/, /Where should Deploy Bell post\? \[#deploys/,
        /\] Change$/m, /^Sign out$/m, /^Cancel Allow$/m])
        assert.match(text, words);
    });
    await t.test('allow', async () => {
      const [, channel] = consent.match(/<option value="(C[^"]+)"/);
      const fields = { form: tokenIn(consent), scope: 'chat:write', channel, decision: 'allow' };
      assert.match(await w3m.post(`${URL_OF_SERVER}/oauth/v2/authorize`, fields), /Back in the app/);
      assert.equal((await granted(app)).scope, 'chat:write,incoming-webhook');
    });
  })));
