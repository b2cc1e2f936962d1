// SPDX-License-Identifier: Apache-2.0
// "Your apps": what was granted, when it was used last, and how it ends.
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const { HARBOR, LENA, MIRA, URL_OF_SERVER, api, exchange, link } = require('../lib/world.js');
const { listeningApp, onlyCallback } = require('../lib/app.js');
const { person, visiting } = require('../lib/chromium.js');
const { answerTo, heading, install, pick, shot } = require('../lib/pages.js');

const cards = (page, name) => page.locator('#apps .cards li', { hasText: name });
const whoami = (token) => api('auth.test', {}, token);

// Signs in at /apps.
async function appsOf(page, user) {
  await page.goto(`${URL_OF_SERVER}/apps`);
  if (await page.locator('#signin').count()) await pick(page, user);
  assert.equal(await heading(page), 'Your apps');
}

// Installs an app for the bot and the person; its tokens.
async function granted(page, app, user) {
  await install(page, app, link(app, { scope: 'chat:write,commands', user_scope: 'search:read' }), user);
  const answer = await exchange(app, new URLSearchParams(onlyCallback(app)).get('code'));
  assert.ok(answer.ok, JSON.stringify(answer));
  return { bot: answer.access_token, own: answer.authed_user.access_token };
}

person(test, 'what was granted, last use, and revoking the person\'s and the bot\'s', {}, async (page) => {
  await listeningApp({ name: 'Deploy Bell' }, async (app) => {
    const tokens = await granted(page, app, MIRA);
    await appsOf(page, MIRA);
    assert.equal(await cards(page, 'Deploy Bell').count(), 2);
    const bot = cards(page, 'Deploy Bell').filter({ hasText: 'Installed in' });
    const own = cards(page, 'Deploy Bell').filter({ hasText: 'On your behalf' });
    assert.match(await bot.innerText(), /Harbor Lights[^]*chat:write, commands[^]*Last used: never/);
    assert.match(await own.innerText(), /search:read/);
    assert.ok((await whoami(tokens.bot)).ok && (await whoami(tokens.own)).ok);
    await page.reload();
    assert.match(await bot.innerText(), /Last used: today/);
    await shot(page, 'apps');
    await answerTo(page, () => own.getByRole('button', { name: /^Revoke/ }).click());
    await page.getByRole('status').waitFor();
    assert.equal((await whoami(tokens.own)).error, 'token_revoked');
    assert.ok((await whoami(tokens.bot)).ok);
    await answerTo(page, () => bot.getByRole('button', { name: /^Remove/ }).click());
    assert.equal((await whoami(tokens.bot)).error, 'account_inactive'); // the bot has left
    assert.equal(await cards(page, 'Deploy Bell').count(), 0);
    await shot(page, 'apps-revoked');
  });
});

person(test, 'others in the workspace see the bot, cannot remove it, see nothing of the person', {}, async (page) => {
  await listeningApp({ name: 'Tide Table' }, async (app) => {
    const tokens = await granted(page, app, MIRA);
    await visiting({}, async (other) => {
      await appsOf(other, LENA);
      assert.equal(await cards(other, 'Tide Table').count(), 1);
      assert.equal(await cards(other, 'Tide Table').getByRole('button').count(), 0);
    });
    assert.ok((await whoami(tokens.bot)).ok);
  });
});

person(test, 'ids of somebody else\'s grant in the form: nothing ends', {}, async (page) => {
  await listeningApp({ name: 'Pier Notes' }, async (app) => {
    const tokens = await granted(page, app, MIRA);
    await visiting({}, (other) => listeningApp({ name: 'Own Thing' }, async (own) => {
      await install(other, own, link(own, { user_scope: 'search:read' }), LENA);
      await exchange(own, new URLSearchParams(onlyCallback(own)).get('code'));
      for (const subject of [MIRA, '']) {
        await appsOf(other, LENA);
        const form = cards(other, 'Own Thing').locator('form');
        await form.evaluate((one, values) => {
          for (const [name, value] of Object.entries(values)) one.elements[name].value = value;
        }, { app: app.id, owner: HARBOR, subject });
        await answerTo(other, () => form.getByRole('button').click());
      }
    }));
    assert.ok((await whoami(tokens.own)).ok && (await whoami(tokens.bot)).ok);
  });
});

person(test, 'an old page does not end what was granted anew', {}, async (page, context) => {
  await listeningApp({ name: 'Buoy' }, async (app) => {
    const first = await granted(page, app, MIRA);
    const old = await context.newPage();
    await appsOf(old, MIRA);
    assert.ok((await api('auth.revoke', {}, first.own)).ok);
    await page.goto(link(app, { user_scope: 'search:read' }));
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL((url) => url.href.startsWith(app.origin));
    const again = await exchange(app, new URL(app.calls[1], app.origin).searchParams.get('code'));
    await answerTo(old, () => cards(old, 'Buoy').getByRole('button', { name: /^Revoke/ }).click());
    assert.ok((await whoami(again.authed_user.access_token)).ok);
  });
});
