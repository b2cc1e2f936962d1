// SPDX-License-Identifier: Apache-2.0
// The full loop with unmodified Bolt apps: their install page, our pages, their callback with its own checks of cookie
// and state, and the token they keep.
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const path = require('node:path');
const { createInterface } = require('node:readline');
const { FOLDER, HARBOR, MIRA, ROOT, ADMIN, URL_OF_SERVER, api, makeApp } = require('../lib/world.js');
const { person, visiting } = require('../lib/chromium.js');
const { button, openAs, pick, shot } = require('../lib/pages.js');

const kits = require('../../e2e/node/kits.js')({ url: URL_OF_SERVER, admin: ADMIN, folder: FOLDER });
const SCOPES = ['chat:write', 'commands'];

// Both kits alike: where the install starts, and then what the app refused and what it kept.
async function node(app) {
  const { failures, installUrl, stop, store } = await kits.bolt(app, SCOPES, []);
  return {
    installUrl,
    end: async () => {
      await stop();
      return {
        errors: failures.map((failure) => failure.code),
        kept: store.kept.map(({ team, user, bot: { scopes, token } }) =>
          ({ team: team.id, user: user.id, scopes, token })),
      };
    },
  };
}

async function python(app) {
  const program = path.join(ROOT, 'tests', 'browser', 'lib', 'bolt_app.py');
  const child = spawn(process.env.BROWSER_PYTHON, [program, URL_OF_SERVER, new URL(ADMIN).host, JSON.stringify(app),
    SCOPES.join(',')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    assert.ok(!done, 'the app ended');
    return value;
  };
  return {
    installUrl: await next(),
    end: async () => {
      child.stdin.end();
      return JSON.parse(await next());
    },
  };
}

const KITS = [
  ['@slack/bolt', node, 'slack_oauth_installer_authorization_error', 'slack_oauth_invalid_state'],
  ['slack_bolt', python, 'access_denied', 'invalid_browser'],
];

// Runs `use` with the app listening; what it made of it.
async function visited(start, use) {
  const app = await makeApp({ name: 'Deploy Bell', redirects: ['https://unused.example.test/cb'] });
  const running = await start(app);
  try {
    await use(running.installUrl);
  } catch (error) {
    await running.end();
    throw error;
  }
  return running.end();
}

const inApp = (installUrl) => (url) => url.origin === new URL(installUrl).origin;

for (const [name, start, denied, foreign] of KITS) {
  person(test, `${name}: install, and the token works`, {}, async (page) => {
    const { errors, kept } = await visited(start, async (installUrl) => {
      await openAs(page, installUrl, MIRA);
      await button(page, 'Allow').click();
      await page.waitForURL(inApp(installUrl), { waitUntil: 'commit' });
      await page.getByText(/Thank you|Success/i).first().waitFor();
      await shot(page, `bolt-${start.name}`);
    });
    assert.deepEqual(errors, []);
    assert.equal(kept.length, 1);
    const [{ team, user, scopes, token }] = kept;
    assert.deepEqual([team, user, scopes], [HARBOR, MIRA, SCOPES]);
    assert.equal((await api('auth.test', {}, token)).team_id, HARBOR);
  });

  person(test, `${name}: Cancel is what the SDK knows as denied`, {}, async (page) => {
    const { errors, kept } = await visited(start, async (installUrl) => {
      await openAs(page, installUrl, MIRA);
      await button(page, 'Cancel').click();
      await page.waitForURL(inApp(installUrl));
    });
    assert.deepEqual([errors, kept], [[denied], []]);
  });

  person(test, `${name}: a link that somebody else started ends at the app's own check`, {}, async (page) => {
    const { errors, kept } = await visited(start, async (installUrl) => {
      await page.goto(installUrl);
      const started = page.url(); // of another browser: its cookie is not here
      await visiting({}, async (other) => {
        await other.goto(started);
        await pick(other, MIRA);
        await button(other, 'Allow').click();
        await other.waitForURL(inApp(installUrl));
      });
    });
    assert.deepEqual([errors, kept], [[foreign], []]);
  });
}
