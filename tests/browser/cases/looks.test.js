// SPDX-License-Identifier: Apache-2.0
// How every page looks: light, dark, on a phone, in large text, right to left; each without a finding, each in a
// picture for somebody to look at (build/browser/shots).
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const { visiting } = require('../lib/chromium.js');
const { axe, layout, sniff } = require('../lib/judge.js');
const { scenes } = require('../lib/scenes.js');
const { shot } = require('../lib/pages.js');

const root = (page, change) => page.evaluate(change);
const desk = { width: 1280, height: 900 };

// name, size, colours, what else is done to the page, who judges
const LOOKS = [
  ['light', desk, 'light', null, [axe, sniff]],
  ['dark', desk, 'dark', null, [axe, sniff]],
  ['phone', { width: 390, height: 844 }, 'light', null, []],
  ['small-phone', { width: 320, height: 568 }, 'dark', null, [axe]],
  ['rtl', { width: 390, height: 844 }, 'light', () => { document.documentElement.dir = 'rtl'; }, [axe]],
  ['large-text', desk, 'light', () => {
    document.documentElement.dir = '';
    document.documentElement.style.fontSize = '200%';
  }, []],
  ['large-text-phone', { width: 390, height: 844 }, 'light', null, []],
];

for (const [name, open] of Object.entries(scenes))
  test(name, { timeout: 90000 }, (t) => visiting({}, async (page) => {
    await open(page);
    for (const [look, size, colorScheme, change, judges] of LOOKS) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      if (change) await root(page, change);
      await t.test(`${name}, ${look}`, async () => {
        await shot(page, `${name}-${look}`);
        const found = await layout(page);
        for (const judge of judges) found.push(...await judge(page));
        assert.deepEqual(found, []);
      });
    }
  }));
