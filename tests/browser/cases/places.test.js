// SPDX-License-Identifier: Apache-2.0
// Which workspace or org an app goes to (authorize.md 4): several sign-ins in one browser, the switcher, org-wide
// installs, apps that are their own workspace's only.
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const { HARBOR, BREAKWATER, TIDEWATER, MIRA, TEO, exchange, link, makeApp, makeUser } = require('../lib/world.js');
const { listeningApp, onlyCallback } = require('../lib/app.js');
const { person } = require('../lib/chromium.js');
const {
  allowInto, answerTo, button, change, heading, openAs, pick, refused, session, shot,
} = require('../lib/pages.js');

const granted = async (app) => exchange(app, new URLSearchParams(onlyCallback(app)).get('code'));
const choices = (page) => page.locator('#account option').evaluateAll((all) => all.map((one) => one.value));
const ORG_READY = { name: 'Tide Table', manifest: { settings: { org_deploy_enabled: true } } };
const ASKED = { scope: 'chat:write', state: 'same' };

person(test, 'a second workspace in one browser, and back; a new session id each time', {}, async (page, context) => {
  await listeningApp({ name: 'Deploy Bell' }, async (app) => {
    const ids = [];
    const note = async () => ids.push((await session(context)).value);
    await page.goto(link(app, ASKED));
    await note();
    await pick(page, MIRA);
    await note();
    assert.match(await heading(page), /Harbor Lights workspace$/);
    await change(page, '');
    await pick(page, TEO);
    await note();
    assert.match(await heading(page), /Breakwater workspace$/);
    assert.deepEqual((await choices(page)).sort(), ['', MIRA, TEO].sort());
    await shot(page, 'consent-switcher');
    await answerTo(page, () => change(page, MIRA));
    await note();
    assert.match(await heading(page), /Harbor Lights workspace$/);
    assert.equal(new Set(ids).size, 4, 'the session id is renewed');
    await answerTo(page, () => change(page, TEO));
    await allowInto(page, app);
    const { team, authed_user: who } = await granted(app);
    assert.deepEqual([team.id, who.id], [BREAKWATER, TEO]);
    assert.match(onlyCallback(app), /&state=same$/);
  });
});

person(test, 'team= picks among those that are signed in; an unknown one counts for nothing', {}, async (page) => {
  await listeningApp({}, async (app) => {
    await openAs(page, link(app, ASKED), MIRA);
    await change(page, '');
    await pick(page, TEO);
    const rows = [[HARBOR, /Harbor Lights/], [BREAKWATER, /Breakwater/], ['T0UNKNOWN00', /Breakwater/]];
    for (const [team, place] of rows) {
      await page.goto(link(app, { ...ASKED, team }));
      assert.match(await heading(page), place);
    }
  });
});

person(test, 'org-wide: an org admin may choose the org for an org-ready app', {}, async (page) => {
  await listeningApp(ORG_READY, async (app) => {
    await openAs(page, link(app, ASKED), TEO);
    assert.ok((await choices(page)).includes(TIDEWATER));
    await answerTo(page, () => change(page, TIDEWATER));
    assert.equal(await heading(page), 'Tide Table is requesting permission to access the Tidewater Group organization');
    await shot(page, 'consent-org');
    await allowInto(page, app);
    const { is_enterprise_install: org, enterprise, team } = await granted(app);
    assert.deepEqual([org, enterprise.id, team], [true, TIDEWATER, null]);
  });
});

person(test, 'org-wide: not for members, not for apps that are not org-ready', {}, async (page) => {
  const member = await makeUser('olav', { workspace: BREAKWATER, email: 'olav@breakwater.example.test' });
  const other = await makeApp({ redirects: ['https://app.example.test/cb'] });
  await listeningApp(ORG_READY, async (app) => {
    await openAs(page, link(app, ASKED), member.id);
    assert.ok(!(await choices(page)).includes(TIDEWATER));
    await page.goto(link(app, { ...ASKED, team: TIDEWATER }));
    assert.doesNotMatch(await heading(page), /Tidewater Group organization/);
    await change(page, '');
    await pick(page, TEO);
    await page.goto(link(other, ASKED));
    assert.ok(!(await choices(page)).includes(TIDEWATER));
  });
});

person(test, 'org-wide: a scope that orgs do not have', {}, async (page) => {
  await listeningApp(ORG_READY, async (app) => {
    const asked = { user_scope: 'apps.requests:write' };
    await openAs(page, link(app, asked), TEO);
    await page.locator('#consent').waitFor();
    const response = await answerTo(page, () => page.goto(link(app, { ...asked, team: TIDEWATER })));
    await refused(page, response, 'scope_not_allowed_on_enterprise', 400);
    await shot(page, 'error-scope_not_allowed_on_enterprise');
  });
});

person(test, 'an app that is not distributed: another workspace is refused, its own may go on', {}, async (page) => {
  await listeningApp({ distributed: false }, async (app) => {
    await page.goto(link(app, ASKED));
    const response = await answerTo(page, () => pick(page, TEO));
    await refused(page, response, 'invalid_team_for_non_distributed_app', 403);
    await shot(page, 'error-invalid_team_for_non_distributed_app');
    await button(page, 'Sign in as somebody else').click();
    await pick(page, MIRA);
    await allowInto(page, app);
    assert.equal((await granted(app)).team.id, HARBOR);
    assert.match(onlyCallback(app), /&state=same$/);
  });
});

person(test, 'a scope that the review of a published app left out', {}, async (page) => {
  await listeningApp({ published_scopes: ['commands'] }, async (app) => {
    await refused(page, await page.goto(link(app, ASKED)), 'unapproved_scope', 403);
    await shot(page, 'error-unapproved_scope');
  });
});
