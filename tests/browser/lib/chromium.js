// SPDX-License-Identifier: Apache-2.0
// One Chromium for a file of cases; each case gets a context of its own, that is a person at a browser of their own.
'use strict';

const { after } = require('node:test');
const { packages } = require('./world.js');
const { chromium } = packages('playwright-core');

// Names of tests are this machine, any other name is nowhere: nothing a page asks for can leave.
const places = ['MAP *.example.test 127.0.0.1', 'MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1', 'EXCLUDE localhost'];
const switches = () => [
  `--host-resolver-rules=${places.join(', ')}`,
  '--disable-gpu', '--disable-dev-shm-usage',
  // Chromium's own sandbox needs a user other than root; the pages that are loaded here are ours.
  ...(process.getuid() === 0 ? ['--no-sandbox'] : []),
];
const PATIENCE_MS = 10000; // for what must happen; nothing here waits for a time to pass

let launched;
const browser = () => {
  launched ??= chromium.launch({ executablePath: process.env.BROWSER_CHROMIUM, args: switches() });
  return launched;
};
after(async () => (await launched)?.close());

// Before the first visit: https://*.example.test is found at this port of ours.
function secureNamesAt(port) {
  places.unshift(`MAP *.example.test:443 127.0.0.1:${port}`);
}

// Runs `use` with a page of a fresh context.
async function visiting(options, use) {
  const context = await (await browser()).newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  try {
    return await use(await context.newPage(), context);
  } finally {
    await context.close();
  }
}

// A case: a name, and what a person at a browser of their own does and sees.
function person(test, name, options, steps) {
  test(name, { timeout: 60000 }, () => visiting(options, steps));
}

module.exports = { visiting, person, secureNamesAt };
