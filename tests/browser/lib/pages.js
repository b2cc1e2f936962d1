// SPDX-License-Identifier: Apache-2.0
// What a person does on the pages, by the names that stay (ids of pages, fields of forms).
'use strict';

const assert = require('node:assert/strict');
const path = require('node:path');
const { FOLDER } = require('./world.js');

const button = (page, name) => page.getByRole('button', { name, exact: typeof name === 'string' });

async function shot(page, name) {
  await page.screenshot({ path: path.join(FOLDER, 'shots', `${name}.png`), fullPage: true });
}

// Signs in on the page that asks who one is, in dev: picks from the list.
async function pick(page, user) {
  await page.locator(`#signin [name=user][value=${user}]`).check();
  await button(page, 'Continue').click();
}

// Opens an authorize link as somebody: the page after the sign-in.
async function openAs(page, url, user) {
  await page.goto(url);
  await pick(page, user);
}

const allow = (page) => button(page, 'Allow').click();

// Presses Allow and ends in the app.
async function allowInto(page, app) {
  await allow(page);
  await page.waitForURL((url) => url.href.startsWith(app.origin));
}

// The page is an error page of the contract (authorize.md 7.3) and stands at our place.
async function refused(page, response, code, status = 400) {
  assert.equal(response.status(), status);
  assert.equal(response.headers()['x-oauth-error'], code);
  assert.equal(response.headers().location, undefined);
  assert.equal(await page.locator('#oauth-error code#error').textContent(), code);
  assert.equal(await page.getByRole('alert').count(), 1);
}

// What the page that is open shows is an error page.
async function shows(page, code) {
  assert.equal(await page.locator('#oauth-error code#error').textContent(), code);
}

module.exports = { button, shot, pick, openAs, allow, allowInto, refused, shows };
