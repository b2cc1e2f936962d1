// SPDX-License-Identifier: Apache-2.0
// Who is there, in dev: the list of people, how it is used without a mouse, and how long it is remembered.
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const { URL_OF_SERVER, HARBOR, BREAKWATER, MIRA, LENA, ANA, TEO, makeApp, makeUser, link } = require('../lib/world.js');
const { person, visiting } = require('../lib/chromium.js');
const { answerTo, button, heading, openAs, pick, refused, session, shot } = require('../lib/pages.js');

const ASKED = { scope: 'chat:write' };
const app = () => makeApp({ name: 'Deploy Bell', redirects: ['https://app.example.test/cb'] });
const chosen = (page) => page.locator('#signin [name=user]:checked').getAttribute('value');
const listed = (page) => page.locator('#signin [name=user]').evaluateAll((all) => all.map((one) => one.value));

person(test, 'the list tells name, role and workspace of each person', {}, async (page) => {
  await page.goto(link(await app(), ASKED));
  await page.getByRole('radio', { name: /Mira Olsen.*@mira.*Owner.*Harbor Lights/s }).waitFor();
  await page.getByRole('radio', { name: /Ana Guest.*Guest.*Harbor Lights/s }).waitFor();
  await page.getByRole('radio', { name: /Teo Brandt.*Breakwater/s }).waitFor();
  await page.getByText('Deploy Bell').first().waitFor();
  await page.getByText('Local sandbox: no data leaves this machine').waitFor();
  await shot(page, 'signin');
});

person(test, 'arrow keys walk the list, Enter signs in', {}, async (page) => {
  await page.goto(link(await app(), ASKED));
  const all = await listed(page);
  await page.locator('#signin [name=user]:checked').focus();
  await page.keyboard.press('ArrowDown');
  assert.equal(await chosen(page), all[1]);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp'); // around the end
  assert.equal(await chosen(page), all.at(-1));
  while (await chosen(page) !== MIRA) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('#consent').waitFor();
});

person(test, 'search by name and by e-mail, Enter searches, nothing found says so', {}, async (page) => {
  await makeUser('quentin', { real_name: 'Quentin Vale', email: 'post@quentin.example.test' });
  await page.goto(link(await app(), ASKED));
  await page.getByLabel('Find somebody').fill('quen');
  await answerTo(page, () => page.keyboard.press('Enter'));
  assert.equal((await listed(page)).length, 1);
  assert.equal(await page.getByLabel('Find somebody').inputValue(), 'quen');
  await shot(page, 'signin-search');
  await page.getByLabel('Find somebody').fill('POST@quentin');
  await answerTo(page, () => button(page, 'Search').click());
  assert.equal((await listed(page)).length, 1);
  await page.getByLabel('Find somebody').fill('nobody of that name');
  await answerTo(page, () => button(page, 'Search').click());
  await page.getByText('Nobody here goes by that').waitFor();
  await page.getByLabel('Find somebody').fill('mira');
  await answerTo(page, () => button(page, 'Search').click());
  await pick(page, MIRA);
  assert.match(await heading(page), /Deploy Bell is requesting permission/);
});

person(test, 'more people than fit: the page says how many, search finds them', {}, async (page) => {
  await Promise.all(Array.from({ length: 60 }, (_, i) => makeUser(`crowd${i}`, { email: `crowd${i}@a.example.test` })));
  await page.goto(link(await app(), ASKED));
  assert.equal((await listed(page)).length, 40);
  await page.getByText(/\d+ more: narrow the search/).waitFor();
  await page.getByLabel('Find somebody').fill('crowd59');
  await answerTo(page, () => button(page, 'Search').click());
  assert.equal((await listed(page)).length, 1);
});

person(test, 'team= preselects somebody of that workspace', {}, async (page) => {
  const bell = await app();
  await page.goto(link(bell, { ...ASKED, team: BREAKWATER }));
  assert.equal(await chosen(page), TEO);
  await page.getByText('The link asks for Breakwater').waitFor();
  await page.goto(link(bell, { ...ASKED, team: HARBOR }));
  assert.notEqual(await chosen(page), TEO);
});

person(test, 'remembered by the browser, forgotten after signing out', {}, async (page, context) => {
  const bell = await app();
  await openAs(page, link(bell, ASKED), MIRA);
  await page.goto(link(bell, { scope: 'commands' }));
  await page.locator('#consent').waitFor(); // not asked again
  const before = await session(context);
  await button(page, 'Sign out').click();
  await page.locator('#signin').waitFor();
  const after = await session(context);
  assert.notEqual(after?.value, before.value);
  await page.goto(link(bell, ASKED));
  await page.locator('#signin').waitFor();
  await visiting({}, async (old, other) => { // the cookie of before is worth nothing
    await other.addCookies([before]);
    await old.goto(link(bell, ASKED));
    await old.locator('#signin').waitFor();
  });
});

person(test, 'one cookie: unreadable for scripts, not sent along from elsewhere', {}, async (page, context) => {
  await openAs(page, link(await app(), ASKED), MIRA);
  const { name, httpOnly, sameSite, secure, path } = await session(context);
  assert.deepEqual({ name, httpOnly, sameSite, secure, path },
    { name: 'hallpass', httpOnly: true, sameSite: 'Lax', secure: false, path: '/' });
});

person(test, 'deactivated: is listed, and refused', {}, async (page) => {
  const gone = await makeUser('gone', { role: 'deactivated', email: 'gone@harbor.example.test' });
  await page.goto(link(await app(), ASKED));
  await page.getByLabel('Find somebody').fill('gone');
  await answerTo(page, () => button(page, 'Search').click());
  const response = await answerTo(page, () => pick(page, gone.id));
  await refused(page, response, 'user_is_restricted', 403);
  await shot(page, 'error-user_is_restricted-deactivated');
});

person(test, 'guest: refused, and somebody else may go on with the same request', {}, async (page) => {
  const bell = await app();
  const state = 'kept over the change of person';
  await page.goto(link(bell, { ...ASKED, state }));
  const response = await answerTo(page, () => pick(page, ANA));
  await refused(page, response, 'user_is_restricted', 403);
  await shot(page, 'error-user_is_restricted');
  await button(page, 'Sign in as somebody else').click();
  await pick(page, LENA);
  assert.match(await heading(page), /^Deploy Bell is requesting permission/);
  assert.equal(new URL(page.url()).searchParams.get('state'), state);
});

person(test, 'our own pages ask for a sign-in as well', {}, async (page) => {
  await page.goto(`${URL_OF_SERVER}/apps`);
  await pick(page, LENA);
  assert.equal(await heading(page), 'Your apps');
});
