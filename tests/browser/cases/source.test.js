// SPDX-License-Identifier: Apache-2.0
// What is sent: valid HTML, little of it, a style sheet and nothing else, nothing from anywhere else.
'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { URL_OF_SERVER, lastRequest, packages, requestsSince } = require('../lib/world.js');
const { listen } = require('../lib/app.js');
const { visiting } = require('../lib/chromium.js');
const { scenes } = require('../lib/scenes.js');

const MOST_BYTES = 30000;

// Each page as it was served, by scene.
const sources = {};
let style, firstVisit;

before(async () => {
  const start = await lastRequest();
  await visiting({}, async (page) => {
    await scenes.signin(page);
    await page.waitForLoadState('networkidle');
  });
  firstVisit = await requestsSince(start);
  for (const [name, open] of Object.entries(scenes))
    sources[name] = await visiting({}, async (page) => (await open(page)).text());
  const [sheet] = sources.signin.match(/(?<=<link rel="stylesheet" href=")[^"]+/);
  style = await (await fetch(URL_OF_SERVER + sheet)).text();
});

test('valid HTML', { timeout: 60000 }, async (t) => {
  const { HtmlValidate } = packages('html-validate');
  const validator = new HtmlValidate({
    extends: ['html-validate:standard', 'html-validate:a11y', 'html-validate:recommended'],
    rules: {
      // Tick boxes are told apart by their values, ids hold names of scopes with their dots and colons.
      'form-dup-name': ['error', { shared: ['radio', 'button', 'reset', 'submit', 'checkbox'] }],
      'valid-id': ['error', { relaxed: true }],
      // A matter of taste in what templates make, and names of apps in titles are as long as they are.
      'no-trailing-whitespace': 'off',
      'long-title': 'off',
    },
  });
  for (const [name, html] of Object.entries(sources))
    await t.test(name, async () => {
      const { results } = await validator.validateString(html);
      assert.deepEqual(results.flatMap(({ messages }) => messages.map(({ ruleId, message, line, column }) =>
        `${ruleId}: ${message} (${line}:${column} ${html.split('\n')[line - 1].slice(0, 100)})`)), []);
    });
});

test('less than 30 kB each, no script, no style of its own, no picture', () => {
  assert.ok(style.length < MOST_BYTES);
  for (const [name, html] of Object.entries(sources)) {
    assert.ok(Buffer.byteLength(html) < MOST_BYTES, `${name}: ${Buffer.byteLength(html)}`);
    assert.doesNotMatch(html, /<script|<style|<img|<iframe|\sstyle=|\son\w+=/i, name);
  }
  assert.doesNotMatch(style, /url\(|@import/);
});

test('one request and one style sheet', { timeout: 60000 }, async (t) => {
  // Once for each browser Chromium asks for an icon, unless the page says that there is none.
  await t.test('the first visit of a browser', () =>
    assert.deepEqual(firstVisit, ['GET /oauth/v2/authorize', 'GET /assets/pages.css']));
  for (const name of ['signin', 'error-redirect', 'error-scope'])
    await t.test(name, () => visiting({}, async (page) => {
      const asked = [];
      page.on('request', (request) => asked.push(request.url()));
      const start = await lastRequest();
      await scenes[name](page);
      await page.waitForLoadState('networkidle');
      assert.ok(asked.every((url) => url.startsWith(`${URL_OF_SERVER}/`)), asked.join(' '));
      assert.deepEqual(await requestsSince(start), ['GET /oauth/v2/authorize', 'GET /assets/pages.css']);
    }));
});

test('pages behind a sign-in load nothing more', { timeout: 60000 }, () => visiting({}, async (page) => {
  await scenes.apps(page);
  const start = await lastRequest();
  await page.goto(`${URL_OF_SERVER}/apps`);
  await page.waitForLoadState('networkidle');
  assert.deepEqual(await requestsSince(start), ['GET /apps']); // the style sheet is kept
}));

test('pa11y', { timeout: 120000 }, async (t) => {
  const pa11y = packages('pa11y');
  const browser = await packages('puppeteer').launch({ executablePath: process.env.BROWSER_CHROMIUM,
    args: process.getuid() === 0 ? ['--no-sandbox'] : [] });
  after(() => browser.close());
  const { port, stop } = await listen((request, response) => {
    const html = sources[request.url.slice(1)];
    response.setHeader('content-type', html ? 'text/html; charset=utf-8' : 'text/css');
    response.end(html ?? style);
  });
  try {
    for (const name of Object.keys(sources))
      await t.test(name, async () => {
        const { issues } = await pa11y(`http://127.0.0.1:${port}/${name}`, { browser });
        assert.deepEqual(issues.map(({ code, message, context }) => `${code}: ${message} ${context}`), []);
      });
  } finally {
    stop();
  }
});
