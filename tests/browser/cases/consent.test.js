// SPDX-License-Identifier: Apache-2.0
// The consent page and its two ways out (authorize.md 6, 7.1 and 7.2).
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const { HARBOR, MIRA, admin, exchange, link } = require('../lib/world.js');
const { person } = require('../lib/chromium.js');
const { listeningApp, onlyCallback } = require('../lib/app.js');
const { allowInto, button, heading, install, openAs, shot } = require('../lib/pages.js');

const CODE = String.raw`code=\d+\.\d+\.[0-9a-f]{64}`;
const DENIED = 'The+user+has+denied+access+to+the+scope%28s%29+requested+by+the+client+application.';
// A state as an app might make it, with what URLs are made of.
const STATE = 'a+b/c==&d=e#%41 ü"<';

const codeOf = (app) => new URLSearchParams(onlyCallback(app)).get('code');
const OPENID = { scope: 'openid email', response_type: 'code', state: 's', nonce: 'n' };
const HOOKED = {
  name: 'Deploy Bell',
  scopes: { bot: ['chat:write', 'commands', 'incoming-webhook', 'channels:read'], bot_optional: ['commands'] },
};

person(test, 'heading, groups, scopes, an optional one unticked, a channel, Allow, exchange', {}, async (page) => {
  await listeningApp(HOOKED, async (app) => {
    const scope = 'chat:write,commands,incoming-webhook,channels:read';
    await openAs(page, link(app, { scope, user_scope: 'search:read', state: STATE }), MIRA);
    assert.equal(await heading(page), 'Deploy Bell is requesting permission to access the Harbor Lights workspace');
    await page.getByRole('heading', { name: 'What will Deploy Bell be able to view?' }).waitFor();
    await page.getByRole('heading', { name: 'What will Deploy Bell be able to do?' }).waitFor();
    for (const name of ['chat:write', 'commands', 'incoming-webhook', 'channels:read', 'search:read'])
      await page.locator('#consent code', { hasText: new RegExp(`^${name}$`) }).first().waitFor();
    const boxes = page.getByRole('checkbox');
    assert.equal(await boxes.count(), 1); // what is not optional cannot be unticked
    assert.ok(await boxes.isChecked());
    await shot(page, 'consent');
    await boxes.uncheck();
    await page.getByLabel('Where should Deploy Bell post?').selectOption({ label: '#deploys' });
    await allowInto(page, app);
    assert.match(onlyCallback(app), new RegExp(`^${CODE}&state=`));
    assert.equal(new URLSearchParams(onlyCallback(app)).get('state'), STATE);
    const granted = await exchange(app, codeOf(app));
    assert.equal(granted.scope, 'chat:write,incoming-webhook,channels:read');
    assert.equal(granted.authed_user.scope, 'search:read');
    assert.equal(granted.team.id, HARBOR);
    assert.equal(granted.incoming_webhook.channel, '#deploys');
  });
});

person(test, 'the channel that was picked is the one that is posted to', {}, async (page) => {
  await listeningApp({}, async (app) => {
    const { channels } = await admin('GET', `workspaces/${HARBOR}`);
    await admin('PATCH', `workspaces/${HARBOR}`, { channels: [...channels, { name: 'night-watch' }] });
    await openAs(page, link(app, { scope: 'incoming-webhook' }), MIRA);
    await page.locator('#channel').selectOption({ label: '#night-watch' });
    await allowInto(page, app);
    assert.equal((await exchange(app, codeOf(app))).incoming_webhook.channel, '#night-watch');
  });
});

person(test, 'state: every byte from 0x01 to 0xFF comes back as it was', {}, async (page) => {
  await listeningApp({}, async (app) => {
    const bytes = Buffer.from(Array.from({ length: 255 }, (_, i) => i + 1));
    const encoded = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    await install(page, app, `${link(app, { scope: 'chat:write' })}&state=${encoded}`, MIRA);
    const sent = onlyCallback(app).split('&state=')[1].replaceAll('+', '%20');
    const back = Buffer.from(sent.replace(/%(..)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1');
    assert.ok(back.equals(bytes), sent);
  });
});

person(test, 'no state in the link: &state= in the callback', {}, async (page) => {
  await listeningApp({}, async (app) => {
    await install(page, app, link(app, { scope: 'chat:write' }), MIRA);
    assert.match(onlyCallback(app), new RegExp(`^${CODE}&state=$`));
  });
});

person(test, 'a query of the callback is kept in front', {}, async (page) => {
  await listeningApp({}, async (app) => {
    const redirect = `${app.callback}/deeper?tenant=7&x=%20y`;
    await install(page, app, link(app, { scope: 'chat:write', redirect_uri: redirect, state: 's' }), MIRA);
    assert.match(app.calls[0], new RegExp(String.raw`^/cb/deeper\?tenant=7&x=%20y&${CODE}&state=s$`));
    assert.ok((await exchange(app, new URL(app.calls[0], app.origin).searchParams.get('code'),
      { redirect_uri: redirect })).ok);
  });
});

for (const [name, parameters, end] of [
  ['with a state', { state: STATE }, new URLSearchParams({ state: STATE }).toString()],
  ['without a state', {}, 'state=']])
  person(test, `Cancel ${name}: access_denied as the contract has it`, {}, async (page) => {
    await listeningApp({}, async (app) => {
      await openAs(page, link(app, { scope: 'chat:write', ...parameters }), MIRA);
      const sent = page.waitForResponse((response) => response.request().method() === 'POST');
      await button(page, 'Cancel').click();
      await page.waitForURL((url) => url.href.startsWith(app.origin));
      const query = `error=access_denied&${end}&error_description=${DENIED}`;
      assert.equal(onlyCallback(app), query);
      const response = await sent;
      assert.ok([302, 303].includes(response.status()));
      assert.equal(response.headers().location, `${app.callback}?${query}`);
      assert.equal(response.headers()['referrer-policy'], 'no-referrer');
      assert.match(response.headers()['cache-control'], /no-store/);
    });
  });

person(test, 'installed again: what was granted before is told from what is new', {}, async (page) => {
  await listeningApp({ name: 'Tide Table' }, async (app) => {
    await install(page, app, link(app, { scope: 'chat:write' }), MIRA);
    await exchange(app, codeOf(app));
    await page.goto(link(app, { scope: 'chat:write,commands' }));
    await page.locator('#consent').waitFor();
    const rows = await page.locator('#consent .scopes li').allInnerTexts();
    assert.match(rows.find((row) => row.includes('chat:write')), /already granted/);
    assert.match(rows.find((row) => row.includes('commands')), /\bnew\b/);
    await shot(page, 'consent-again');
  });
});

person(test, 'sign-in only: asks for who one is, installs nothing', {}, async (page) => {
  await listeningApp({ name: 'Pier Notes' }, async (app) => {
    await openAs(page, link(app, OPENID, '/openid/connect/authorize'), MIRA);
    assert.match(await heading(page), /^Pier Notes wants to know who you are/);
    await shot(page, 'consent-identity');
    await allowInto(page, app);
    const answer = await exchange(app, codeOf(app), {}, 'openid.connect.token');
    assert.ok(answer.ok && answer.id_token, JSON.stringify(answer));
  });
});

for (const [name, path, parameters, method, more] of [
  ['for people', '/oauth/v2_user/authorize', { scope: 'search:read' }, 'oauth.v2.user.access', {}],
  ['of classic apps', '/oauth/authorize', { scope: 'identify,bot' }, 'oauth.access', { classic: true }]])
  person(test, `the page ${name}`, {}, async (page) => {
    await listeningApp(more, async (app) => {
      await install(page, app, link(app, { ...parameters, state: 's' }, path), MIRA);
      const answer = await exchange(app, codeOf(app), {}, method);
      assert.ok(answer.ok, JSON.stringify(answer));
    });
  });
