// SPDX-License-Identifier: Apache-2.0
// A server for production: local accounts with e-mail address and password behind TLS, and pages that say less.
'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { HtmlValidate } = require('../lib/world.js').packages('html-validate');
const { HARBOR, MIRA, URL_OF_SERVER, admin, exchange, link, makeApp } = require('../lib/world.js');
const { person: visit, secureNamesAt } = require('../lib/chromium.js');
const { axe, layout, sniff } = require('../lib/judge.js');
const { tabTo } = require('../lib/keys.js');
const { answerTo, button, heading, refused, session, shot } = require('../lib/pages.js');
const { terminate } = require('../lib/tls.js');

const GOOD = ['harborlights', 'mira@harbor.example.test', 'correct horse battery'];
const ASKED = { scope: 'chat:write', state: 's' };
const calls = [];
let front;

before(async () => {
  front = await terminate((request, response) => {
    if (request.url !== '/favicon.ico') calls.push(`https://${request.headers.host}${request.url}`);
    response.end('Back in the app');
  });
  secureNamesAt(front.port);
  await admin('POST', 'workspaces', { id: HARBOR, name: 'Harbor Lights', domain: GOOD[0] });
  for (const [id, name] of [[MIRA, 'mira'], ['U0SAMLUND01', 'sam']]) {
    await admin('POST', 'users', { id, workspace: HARBOR, name, real_name: `${name} of the harbour`, role: 'member',
      email: `${name}@harbor.example.test` });
    await admin('PUT', `users/${id}/password`, { password: GOOD[2] });
  }
});
after(() => front.stop());

const person = (name, steps) => visit(test, name, { ignoreHTTPSErrors: true }, steps);
const app = () => makeApp({ name: 'Deploy Bell', redirects: ['https://app.example.test/cb'] });

// Fills in the sign-in page and sends it: the answer of the page after it.
async function signIn(page, [domain, email, password]) {
  await page.getByLabel('Workspace').fill(domain);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  return answerTo(page, () => button(page, 'Sign in').click());
}

person('sign-in page: clean, says nothing of who is here', async (page) => {
  const response = await page.goto(link(await app(), ASKED));
  const html = await response.text();
  assert.doesNotMatch(html, /Mira|mira|sandbox/);
  const validator = new HtmlValidate({ extends: ['html-validate:standard', 'html-validate:a11y'] });
  const { results } = await validator.validateString(html);
  const found = results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`));
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    found.push(...await axe(page), ...await sniff(page));
    await shot(page, `serve-signin-${colorScheme}`);
  }
  await page.setViewportSize({ width: 320, height: 568 });
  found.push(...await layout(page));
  await shot(page, 'serve-signin-small-phone');
  assert.deepEqual(found, []);
});

person('install with e-mail and password; the cookie is the host\'s and encrypted', async (page, context) => {
  const bell = await app();
  await page.goto(link(bell, ASKED));
  await signIn(page, GOOD);
  assert.equal(await heading(page), 'Deploy Bell is requesting permission to access the Harbor Lights workspace');
  await page.getByText('has not been reviewed').waitFor();
  assert.equal(await page.getByText('Local sandbox').count(), 0);
  await shot(page, 'serve-consent');
  const { name, httpOnly, sameSite, secure, path, domain } = await session(context);
  assert.deepEqual({ name, httpOnly, sameSite, secure, path, domain }, { name: '__Host-hallpass', httpOnly: true,
    sameSite: 'Lax', secure: true, path: '/', domain: 'login.example.test' });
  await button(page, 'Allow').click();
  await page.waitForURL((url) => url.host === 'app.example.test');
  const callback = new URL(calls.at(-1));
  assert.match(callback.search, /^\?code=\d+\.\d+\.[0-9a-f]{64}&state=s$/);
  const answer = await exchange(bell, callback.searchParams.get('code'));
  assert.deepEqual([answer.ok, answer.authed_user?.id], [true, MIRA]);
});

person('wrong password: told at the fields, what was typed stays but for it; then the right one', async (page) => {
  await page.goto(link(await app(), ASKED));
  await signIn(page, [GOOD[0], GOOD[1], 'something else']);
  const alert = page.getByRole('alert');
  assert.equal(await page.getByLabel('Password').getAttribute('aria-describedby'), await alert.getAttribute('id'));
  assert.equal(await page.getByLabel('Workspace').inputValue(), GOOD[0]);
  assert.equal(await page.getByLabel('E-mail address').inputValue(), GOOD[1]);
  assert.equal(await page.getByLabel('Password').inputValue(), '');
  assert.deepEqual([...await axe(page), ...await sniff(page)], []);
  await shot(page, 'serve-signin-wrong');
  const words = await alert.innerText();
  await signIn(page, [GOOD[0], 'nobody@harbor.example.test', GOOD[2]]);
  assert.equal(await page.getByRole('alert').innerText(), words); // whoever is not there is not told apart
  await signIn(page, GOOD);
  await page.locator('#consent').waitFor();
});

person('keyboard alone', async (page) => {
  await page.goto(`${URL_OF_SERVER}/apps`);
  for (const [label, text] of [['Workspace', GOOD[0]], ['E-mail address', GOOD[1]], ['Password', GOOD[2]]]) {
    await tabTo(page, page.getByLabel(label));
    await page.keyboard.type(text);
  }
  await answerTo(page, () => page.keyboard.press('Enter'));
  assert.equal(await heading(page), 'Your apps');
});

person('guessing: too many tries are told so', async (page) => {
  await page.goto(`${URL_OF_SERVER}/apps`);
  let response, tries = 0;
  do {
    response = await signIn(page, [GOOD[0], 'sam@harbor.example.test', `guess ${tries += 1}`]);
  } while (response.status() === 200 && tries < 20);
  assert.equal(response.status(), 429);
  assert.ok(Number(response.headers()['retry-after']) > 0);
  await page.getByText(/Too many/).waitFor();
  await shot(page, 'serve-signin-limit');
});

person('an error page tells strangers nothing of the app\'s configuration', async (page) => {
  const redirect_uri = 'https://app.example.test/other';
  await refused(page, await page.goto(link(await app(), { ...ASKED, redirect_uri })), 'bad_redirect_uri');
  assert.doesNotMatch(await page.locator('main').innerText(), /example\.test\/cb|Closest|redirect add/);
  assert.equal(await button(page, 'Add this URL').count(), 0);
  await shot(page, 'serve-error-bad_redirect_uri');
});
