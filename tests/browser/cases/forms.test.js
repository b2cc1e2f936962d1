// SPDX-License-Identifier: Apache-2.0
// Forms that come back late, twice or changed (authorize.md 6, security.md S26): a page that says so, and no code.
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const { LENA, MIRA, TEO, advance, exchange, link, makeWorkspace } = require('../lib/world.js');
const { listeningApp, onlyCallback } = require('../lib/app.js');
const { person, visiting } = require('../lib/chromium.js');
const { allowInto, answerTo, button, change, heading, openAs, pick, refused, shot } = require('../lib/pages.js');

const ASKED = { scope: 'chat:write,commands', state: 'a b+c' };
const OPTIONAL = { scopes: { bot: ['chat:write', 'commands'], bot_optional: ['commands'] } };
const allow = (page) => answerTo(page, () => button(page, 'Allow').click());

// The consent form on the open page as a browser would send it.
const body = (page) => page.locator('form', { has: page.locator('[name=decision]') }).evaluate((form) =>
  new URLSearchParams([...new FormData(form), ['decision', 'allow']]).toString());

// The same form again, as a request of this browser without a page.
const resend = (context, url, data) => context.request.post(url, {
  data, maxRedirects: 0, headers: { 'content-type': 'application/x-www-form-urlencoded' },
});

async function refusedAgain(response) {
  assert.deepEqual([response.status(), response.headers()['x-oauth-error'], response.headers().location],
    [400, 'consent_expired', undefined]);
}

person(test, 'ten minutes later: consent_expired, and Start again leads to the same request', {}, async (page) => {
  await listeningApp({}, async (app) => {
    await openAs(page, link(app, ASKED), MIRA);
    await advance(601);
    await refused(page, await allow(page), 'consent_expired');
    await shot(page, 'error-consent_expired');
    assert.deepEqual(app.calls, []);
    await page.getByRole('link', { name: 'Start again' }).click();
    await page.locator('#consent').waitFor(); // the session is still good: no second sign-in
    await allowInto(page, app);
    assert.equal(new URLSearchParams(onlyCallback(app)).get('state'), ASKED.state);
  });
});

person(test, 'nearly ten minutes later it still counts', {}, async (page) => {
  await listeningApp({}, async (app) => {
    await openAs(page, link(app, ASKED), MIRA);
    await advance(590);
    await allowInto(page, app);
  });
});

person(test, 'an expired sign-in page starts again with the same request too', {}, async (page) => {
  await listeningApp({}, async (app) => {
    await page.goto(link(app, ASKED));
    await advance(601);
    await refused(page, await answerTo(page, () => pick(page, MIRA)), 'consent_expired');
    await page.getByRole('link', { name: 'Start again' }).click();
    await pick(page, MIRA);
    await allowInto(page, app);
    assert.equal(new URLSearchParams(onlyCallback(app)).get('state'), ASKED.state);
  });
});

person(test, 'sent twice: one code', {}, async (page, context) => {
  await listeningApp({}, async (app) => {
    await openAs(page, link(app, ASKED), MIRA);
    const url = page.url().split('?')[0], data = await body(page);
    await allowInto(page, app);
    await refusedAgain(await resend(context, url, data));
    assert.equal(app.calls.length, 1);
  });
});

person(test, 'back to the page and Allow again: a new page or a refusal, never the old form', {}, async (page) => {
  await listeningApp({}, async (app) => {
    await openAs(page, link(app, ASKED), MIRA);
    const [form] = await page.locator('[name=form]').evaluateAll((all) => all.map((one) => one.value));
    await allowInto(page, app);
    await page.goBack();
    const again = await page.locator('#consent [name=form]').first().inputValue();
    if (again === form) return refused(page, await allow(page), 'consent_expired');
    await allowInto(page, app);
    const codes = app.calls.map((call) => new URL(call, app.origin).searchParams.get('code'));
    assert.equal(new Set(codes).size, 2);
    return undefined;
  });
});

person(test, 'Cancel spends the form as well', {}, async (page, context) => {
  await listeningApp({}, async (app) => {
    await openAs(page, link(app, ASKED), MIRA);
    const url = page.url().split('?')[0], data = await body(page);
    await button(page, 'Cancel').click();
    await page.waitForURL((now) => now.href.startsWith(app.origin));
    await refusedAgain(await resend(context, url, data));
  });
});

person(test, 'two pages, both sent: each its own request', {}, async (page, context) => {
  await listeningApp({}, async (app) => {
    await openAs(page, link(app, { ...ASKED, state: 'first' }), MIRA);
    const second = await context.newPage();
    await second.goto(link(app, { ...ASKED, state: 'second' }));
    await allowInto(page, app);
    await allowInto(second, app);
    assert.deepEqual(app.calls.map((call) => call.split('&state=')[1]), ['first', 'second']);
  });
});

person(test, 'signed out in another tab: the open page no longer counts', {}, async (page, context) => {
  await listeningApp({}, async (app) => {
    await openAs(page, link(app, ASKED), MIRA);
    const second = await context.newPage();
    await second.goto(link(app, ASKED));
    await answerTo(second, () => button(second, 'Sign out').click());
    await refused(page, await allow(page), 'consent_expired');
    assert.deepEqual(app.calls, []);
  });
});

person(test, 'another workspace chosen in another tab: the open page no longer counts', {}, async (page, context) => {
  await listeningApp({}, async (app) => {
    await openAs(page, link(app, ASKED), TEO);
    await change(page, '');
    await pick(page, MIRA);
    assert.match(await heading(page), /Harbor Lights/);
    const second = await context.newPage();
    await second.goto(link(app, ASKED));
    await answerTo(second, () => change(second, TEO));
    await refused(page, await allow(page), 'consent_expired');
    assert.deepEqual(app.calls, []);
  });
});

person(test, 'fields and address changed on the page: the stored request counts', {}, async (page) => {
  await listeningApp(OPTIONAL, async (app) => {
    await openAs(page, link(app, ASKED), MIRA);
    await page.locator('form', { has: page.locator('[name=decision]') }).evaluate((form) => {
      const evil = { client_id: '1.2', redirect_uri: 'https://evil.example.test/', state: 'evil', team: 'T05A1B2C3D4',
        user: 'U06D1R8KQ5V', user_scope: 'admin', response_type: 'token', code_challenge: 'x'.repeat(43) };
      form.setAttribute('action', `${form.getAttribute('action')}?${new URLSearchParams(evil)}`);
      for (const [name, value] of [...Object.entries(evil), ['scope', 'channels:read'], ['scope', 'admin']]) {
        const field = Object.assign(document.createElement('input'), { type: 'hidden', name, value });
        form.append(field);
      }
    });
    await allowInto(page, app);
    const callback = new URLSearchParams(onlyCallback(app));
    assert.equal(callback.get('state'), ASKED.state);
    const granted = await exchange(app, callback.get('code'));
    assert.deepEqual([granted.scope, granted.authed_user.id, granted.authed_user.scope, granted.team.id],
      ['chat:write,commands', MIRA, undefined, 'T04QX81RB9C']);
  });
});

// Sends the consent form with a channel that is none of the workspace's: the page comes back and says so.
async function channelRefused(page, app, channel) {
  await openAs(page, link(app, { scope: 'incoming-webhook' }), MIRA);
  await page.locator('#channel option').first().evaluate((one, id) => {
    one.value = id;
    one.selected = true;
  }, channel);
  await answerTo(page, () => button(page, 'Allow').click());
  assert.match(await page.locator('#consent').getByRole('alert').innerText(), /channel/);
  await shot(page, 'consent-gone');
  assert.deepEqual(app.calls, []);
  await allowInto(page, app); // with one of those that there are
  const { incoming_webhook: hook } = await exchange(app, new URLSearchParams(onlyCallback(app)).get('code'));
  assert.equal(hook.channel, '#deploys');
}

person(test, 'a channel of another workspace: the page comes back and says so', {}, (page) =>
  listeningApp({}, async (app) => {
    const { channels: [{ id }] } = await makeWorkspace('Far Quay');
    await channelRefused(page, app, id);
  }));

person(test, 'a channel that is gone meanwhile: the page comes back and says so', {}, (page) =>
  listeningApp({}, (app) => channelRefused(page, app, 'C0NOTTHERE0')));

for (const [name, damage] of [
  ['one character changed', (text) => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')],
  ['cut short', (text) => text.slice(0, -8)], ['empty', () => ''], ['of another form', () => 'x'.repeat(200)]])
  person(test, `form token ${name}: refused`, {}, async (page) => {
    await listeningApp({}, async (app) => {
      await openAs(page, link(app, ASKED), MIRA);
      for (const field of await page.locator('[name=form]').all())
        await field.evaluate((one, value) => { one.value = value; }, damage(await field.inputValue()));
      await refused(page, await allow(page), 'consent_expired');
      assert.deepEqual(app.calls, []);
    });
  });

person(test, 'form token of another browser, of another page, of another entry point: refused', {}, async (page) => {
  await listeningApp({}, (app) => visiting({}, async (thief) => {
    const tokenOf = (where) => where.locator('[name=form]').first().inputValue();
    await page.goto(link(app, ASKED));
    const ofSignIn = await tokenOf(page);
    await pick(page, MIRA);
    await openAs(thief, link(app, ASKED), LENA);
    const ofThief = await tokenOf(thief);
    await page.goto(link(app, { scope: 'search:read' }, '/oauth/v2_user/authorize'));
    const ofOther = await tokenOf(page);
    for (const token of [ofThief, ofSignIn, ofOther]) {
      await page.goto(link(app, ASKED));
      for (const field of await page.locator('[name=form]').all())
        await field.evaluate((one, value) => { one.value = value; }, token);
      await refused(page, await allow(page), 'consent_expired');
    }
    assert.deepEqual(app.calls, []);
  }));
});
