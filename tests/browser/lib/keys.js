// SPDX-License-Identifier: Apache-2.0
// A person with a keyboard alone, who must see where they are at every step.
'use strict';

const assert = require('node:assert/strict');

// What has the focus, in words, and how it shows.
const focused = (page) => page.evaluate(() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {
    what: [one.tagName.toLowerCase(), one.name, one.value, one.textContent.trim().slice(0, 30)].join(' '),
    nothing: one === document.body || one === document.documentElement,
    outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
    colour: style.outlineColor,
    inView: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
  };
});

function assertSeen(now) {
  assert.ok(now.outline >= 2, `the focus cannot be seen on: ${now.what}`);
  assert.ok(!/, 0\)$|transparent/.test(now.colour), `${now.what}: ${now.colour}`);
  assert.ok(now.inView, `out of view: ${now.what}`);
}

// Presses Tab until the element has the focus; all that is passed is seen. Ends where a page would go round.
async function tabTo(page, locator) {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    if (!now.nothing) assertSeen(now);
    if (await locator.evaluate((one) => one === document.activeElement)) return;
  }
  assert.fail(`Tab never comes to ${locator}`);
}

// Every stop of Tab from the start of the page to its end.
async function stops(page) {
  const passed = [];
  await page.evaluate(() => document.activeElement.blur());
  for (let presses = 0; presses < 200; presses++) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    if (now.nothing) return passed;
    assertSeen(now);
    passed.push(now.what);
  }
  return assert.fail('Tab does not come to an end');
}

module.exports = { tabTo, stops };
