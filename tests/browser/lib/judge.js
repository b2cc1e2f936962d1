// SPDX-License-Identifier: Apache-2.0
// What is wrong with the page that is open, as lines; none: nothing. Judged by others: axe, HTML_CodeSniffer, and the
// layout that Chromium made of it.
'use strict';

const fs = require('node:fs');
const { packages } = require('./world.js');

const AXE = fs.readFileSync(packages.resolve('axe-core/axe.min.js'), 'utf8');
const SNIFFER = fs.readFileSync(packages.resolve('html_codesniffer/build/HTMLCS.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// The judges are put into the page from outside: its own policy lets no script in, and stays in force.
async function axe(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate((values) => window.axe.run({ runOnly: { type: 'tag', values } }), TAGS);
  return found.violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) =>
    `axe ${id}: ${help}: ${target} ${failureSummary.split('\n').slice(1).join(';')}`));
}

async function sniff(page) {
  await page.evaluate(SNIFFER);
  return page.evaluate(() => new Promise((resolve) => {
    const { HTMLCS } = window;
    // It lacks the text of a rule of its own, and that rule is older than what HTML says of type=email: that it may
    // hold the name somebody signs in with.
    const text = HTMLCS.getTranslation.bind(HTMLCS);
    HTMLCS.getTranslation = (name) => text(name) ?? name;
    const outdated = ({ code, element }) =>
      code.endsWith('H98') && element.type === 'email' && element.autocomplete === 'username';
    HTMLCS.process('WCAG2AA', document, () => resolve(HTMLCS.getMessages()
      .filter((message) => message.type === HTMLCS.ERROR && !outdated(message))
      .map(({ code, msg, element }) => `htmlcs ${code}: ${msg} ${element?.outerHTML?.slice(0, 120)}`)));
  }));
}

// Nothing sticks out at the sides but of what scrolls by itself, nothing is cut off, no words stand in columns of
// letters.
const layout = (page) => page.evaluate(() => {
  const scrolls = (one) => one
    && (['auto', 'scroll'].includes(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
  const root = document.documentElement, found = [];
  if (root.scrollWidth > root.clientWidth)
    found.push(`wider than the window: ${root.scrollWidth} > ${root.clientWidth}`);
  for (const one of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    if (one.closest('.unseen') || scrolls(one) || !box.width) continue;
    const name = `${one.tagName.toLowerCase()}.${one.className} ${one.textContent.trim().slice(0, 40)}`;
    if (box.left < -1 || box.right > root.clientWidth + 1)
      found.push(`sticks out: ${name} ${Math.round(box.left)} to ${Math.round(box.right)}`);
    const em = parseFloat(style.fontSize);
    const words = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim().length > 3);
    if (words && box.width < 4 * em && box.height > 4 * em) found.push(`squeezed: ${name} ${box.width}px`);
    const cut = one.scrollWidth > one.clientWidth + 1 && ['hidden', 'clip'].includes(style.overflowX);
    if (cut && !one.closest('select, input, textarea')) found.push(`cut off: ${name}`);
  }
  return found;
});

module.exports = { axe, sniff, layout };
