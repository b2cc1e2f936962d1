// SPDX-License-Identifier: Apache-2.0
// What a person does on the pages, by the names that stay: ids of pages, fields of forms, words on buttons.
'use strict';

const assert = require('node:assert/strict');
const path = require('node:path');
const { FOLDER, URL_OF_SERVER } = require('./world.js');

const button = (page, name) => page.getByRole('button', { name, exact: typeof name === 'string' });
const heading = (page) => page.getByRole('heading', { level: 1 }).innerText();

async function shot(page, name) {
  await page.screenshot({ path: path.join(FOLDER, 'shots', `${name}.png`), fullPage: true });
}

// Signs in on the page that asks who one is, in dev: picks from the list.
async function pick(page, user) {
  await page.locator(`#signin [name=user][value=${user}]`).check();
  await button(page, 'Sign in').click();
}

// Opens an authorize link as somebody: the page after the sign-in.
async function openAs(page, url, user) {
  await page.goto(url);
  await pick(page, user);
}

// Presses Allow and ends in the app.
async function allowInto(page, app) {
  await button(page, 'Allow').click();
  await page.waitForURL((url) => url.href.startsWith(app.origin));
}

// Signs in, allows, and ends in the app.
async function install(page, app, url, user) {
  await openAs(page, url, user);
  await allowInto(page, app);
}

// Chooses in the switcher: a person, an org, or '' to sign in to one more workspace.
async function change(page, account) {
  await page.locator('#account').selectOption(account);
  await button(page, 'Change').click();
}

// What the page that is open shows is an error page (authorize.md 7.3) at our place.
async function shows(page, code) {
  assert.equal(await page.locator('#oauth-error code#error').textContent(), code);
  assert.equal(await page.getByRole('alert').count(), 1);
  assert.ok(page.url().startsWith(`${URL_OF_SERVER}/`), page.url());
}

// The same, with the answer it came in.
async function refused(page, response, code, status = 400) {
  await shows(page, code);
  const headers = response.headers();
  assert.deepEqual([response.status(), headers['x-oauth-error'], headers.location], [status, code, undefined]);
}

// Does what leads to a page, and gives the answer that page came in: the last one, after redirects.
async function answerTo(page, action) {
  const [response] = await Promise.all([
    page.waitForResponse((r) => r.request().isNavigationRequest() && (r.status() < 300 || r.status() >= 400)),
    page.waitForEvent('load'),
    action(),
  ]);
  return response;
}

// The session of a browser: the value of its only cookie of ours.
async function session(context) {
  const cookies = await context.cookies(URL_OF_SERVER);
  assert.ok(cookies.length <= 1, JSON.stringify(cookies));
  return cookies[0];
}

module.exports = { button, heading, shot, pick, openAs, allowInto, install, change, shows, refused, answerTo, session };
