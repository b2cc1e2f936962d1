// SPDX-License-Identifier: Apache-2.0
// Workspaces where admins approve apps before they are installed: a member asks, an admin at a browser of their own
// decides, the member starts again.
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const { URL_OF_SERVER, exchange, link, makeUser, makeWorkspace } = require('../lib/world.js');
const { listeningApp, onlyCallback } = require('../lib/app.js');
const { person, visiting } = require('../lib/chromium.js');
const { allowInto, answerTo, button, heading, openAs, pick, shot } = require('../lib/pages.js');

const WORDS = 'We need it for the <b>night</b> watch & the pier.';
const APP = { name: 'Deploy Bell', scopes: { bot: ['chat:write', 'commands'], bot_optional: ['commands'] } };

// A workspace with an owner and a member of its own.
async function quay(name) {
  const { id } = await makeWorkspace(name, { flags: ['apps_need_approval'] });
  const [owner, member] = await Promise.all(['owner', 'member'].map((role) =>
    makeUser(`${name}${role}`.toLowerCase(), { workspace: id, role, email: `${role}@${name}.example.test` })));
  return { id, owner: owner.id, member: member.id };
}

// The member asks; nothing reaches the app.
async function ask(page, app, member) {
  await openAs(page, link(app, { scope: 'chat:write,commands', state: 's' }), member);
  assert.equal(await button(page, 'Allow').count(), 0);
  await page.getByLabel(/Message/).fill(WORDS);
  await shot(page, 'consent-approval');
  await button(page, 'Submit request').click();
  await page.locator('#waiting').waitFor();
  await shot(page, 'waiting');
  assert.deepEqual(app.calls, []);
}

// The owner decides, at a browser of their own.
const decide = (owner, word) => visiting({}, async (page) => {
  await page.goto(`${URL_OF_SERVER}/approvals`);
  await pick(page, owner);
  assert.equal(await heading(page), 'Requests to install apps');
  const row = page.locator('#approvals li', { hasText: 'Deploy Bell' }).first();
  assert.match(await row.innerText(), /chat:write/);
  assert.ok((await row.innerText()).includes(WORDS));
  await shot(page, 'approvals');
  await answerTo(page, () => row.getByRole('button', { name: new RegExp(`^${word}`) }).click());
  assert.match(await page.getByRole('status').innerText(), word === 'Approve' ? /^Approved/ : /^Denied/);
  assert.equal(await page.getByRole('button', { name: /^Approve/ }).count(), 0);
});

person(test, 'approved: the member starts again and may allow', {}, async (page) => {
  const place = await quay('Quay');
  await listeningApp(APP, async (app) => {
    await ask(page, app, place.member);
    await page.getByRole('link', { name: 'See how it stands' }).click();
    await page.getByText(/You asked on .*; they have not decided yet/).waitFor();
    await decide(place.owner, 'Approve');
    await page.goto(link(app, { scope: 'chat:write,commands', state: 's' }));
    await allowInto(page, app);
    const answer = await exchange(app, new URLSearchParams(onlyCallback(app)).get('code'));
    assert.deepEqual([answer.team.id, answer.scope], [place.id, 'chat:write,commands']);
  });
});

person(test, 'approved for what was asked, not for more', {}, async (page) => {
  const place = await quay('Jetty');
  await listeningApp(APP, async (app) => {
    await ask(page, app, place.member);
    await decide(place.owner, 'Approve');
    await page.goto(link(app, { scope: 'chat:write,commands,channels:read', state: 's' }));
    await page.locator('#consent').waitFor();
    assert.equal(await button(page, 'Allow').count(), 0);
  });
});

person(test, 'denied: the member reads so and still cannot allow', {}, async (page) => {
  const place = await quay('Pier');
  await listeningApp(APP, async (app) => {
    await ask(page, app, place.member);
    await decide(place.owner, 'Deny');
    await page.goto(link(app, { scope: 'chat:write,commands', state: 's' }));
    await page.getByText(/Your request was denied on/).waitFor();
    assert.equal(await button(page, 'Allow').count(), 0);
    await shot(page, 'consent-denied');
    assert.deepEqual(app.calls, []);
  });
});

person(test, 'Cancel instead of a request: access_denied', {}, async (page) => {
  const place = await quay('Wharf');
  await listeningApp(APP, async (app) => {
    await openAs(page, link(app, { scope: 'chat:write', state: 's' }), place.member);
    await button(page, 'Cancel').click();
    await page.waitForURL((url) => url.href.startsWith(app.origin));
    assert.match(onlyCallback(app), /^error=access_denied&state=s&/);
  });
});

person(test, 'members find no requests, owners install without asking', {}, async (page) => {
  const place = await quay('Berth');
  await page.goto(`${URL_OF_SERVER}/approvals`);
  await pick(page, place.member);
  assert.equal(await page.getByRole('button', { name: /^Approve/ }).count(), 0);
  await page.getByText('Only admins decide on requests').first().waitFor();
  await shot(page, 'approvals-member');
  await visiting({}, (owner) => listeningApp(APP, async (app) => {
    await openAs(owner, link(app, { scope: 'chat:write' }), place.owner);
    await allowInto(owner, app);
  }));
});
