// SPDX-License-Identifier: Apache-2.0
// The pictures of docs/pages.md: `make screens` takes them from build/browser/shots/docs. Each is a page that a case
// elsewhere holds; here it is only seen to be the one that the text speaks of.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { FOLDER, HARBOR, LENA, MIRA, TEO, admin, api, exchange, link, makeApp } = require('../lib/world.js');
const { answerTo, button, change, openAs, pick } = require('../lib/pages.js');
const { listen } = require('../lib/app.js');
const { visiting } = require('../lib/chromium.js');

const CB = 'https://app.example.test/slack/oauth_redirect';
const ASKED = { scope: 'channels:read,chat:write,commands,incoming-webhook', user_scope: 'search:read', state: 's' };
const bell = (more = {}) => makeApp({
  name: 'Deploy Bell', redirects: [CB], ...more,
  scopes: { bot: ASKED.scope.split(','), bot_optional: ['commands'], user: ['search:read'] },
});
const small = { viewport: { width: 720, height: 480 } };
const phone = { viewport: { width: 360, height: 640 }, colorScheme: 'dark' };

function picture(name, id, options, steps) {
  test(`picture: ${name}`, { timeout: 60000 }, () => visiting(options, async (page) => {
    await steps(page);
    await page.locator(`main#${id}`).waitFor();
    fs.mkdirSync(path.join(FOLDER, 'shots', 'docs'), { recursive: true });
    await page.screenshot({ path: path.join(FOLDER, 'shots', 'docs', `${name}.png`), fullPage: true });
  }));
}

picture('signin', 'signin', small, async (page) => page.goto(link(await bell(), ASKED)));
picture('consent', 'consent', small, async (page) => openAs(page, link(await bell(), ASKED), MIRA));
picture('consent-phone', 'consent', phone, async (page) => openAs(page, link(await bell(), ASKED), MIRA));
picture('consent-rtl', 'consent', { viewport: { width: 360, height: 640 } }, async (page) => {
  await openAs(page, link(await bell({ name: 'פעמון פריסה' }), ASKED), MIRA);
  await page.evaluate(() => { document.documentElement.dir = 'rtl'; });
});
picture('consent-org', 'consent', small, async (page) => {
  const app = await bell({ manifest: { settings: { org_deploy_enabled: true } } });
  await openAs(page, link(app, { scope: 'chat:write', state: 's' }), TEO);
  await answerTo(page, () => change(page, 'E06NB3V2KLA'));
});
picture('error', 'oauth-error', small, async (page) => {
  await page.goto(link(await bell(), { ...ASKED, redirect_uri: CB.replace('test/', 'test:8443/') }));
});
picture('expired', 'oauth-error', small, async (page) => {
  await openAs(page, link(await bell(), ASKED), MIRA);
  await admin('POST', 'clock', { advance: '601s' });
  await answerTo(page, () => button(page, 'Allow').click());
});
picture('apps', 'apps', small, async (page) => {
  const { port, stop } = await listen((_request, response) => response.end('here'));
  try {
    const callback = `http://127.0.0.1:${port}/cb`;
    const app = await bell({ redirects: [callback] });
    await openAs(page, link(app, ASKED), MIRA);
    await Promise.all([page.waitForURL((url) => url.href.startsWith(callback)), button(page, 'Allow').click()]);
    const answer = await exchange(app, new URL(page.url()).searchParams.get('code'));
    await api('auth.test', {}, answer.access_token);
    await api('auth.test', {}, answer.authed_user.access_token);
    await api('auth.test', {}, answer.access_token);
  } finally {
    stop();
  }
  await page.goto(new URL('/apps', link({ client_id: 'x' })).href);
});

async function asked(page) {
  await admin('PATCH', `workspaces/${HARBOR}`, { flags: ['apps_need_approval'] });
  await openAs(page, link(await bell(), ASKED), LENA);
  await page.getByLabel(/Message/).fill('For the night watch: it rings when the harbour closes.');
}
picture('request', 'consent', small, asked);
picture('approvals', 'approvals', small, async (page) => {
  await asked(page);
  await answerTo(page, () => button(page, 'Submit request').click());
  await page.goto(new URL('/apps', page.url()).href);
  await answerTo(page, () => change(page, ''));
  await answerTo(page, () => pick(page, MIRA));
  await page.goto(new URL('/approvals', page.url()).href);
});
