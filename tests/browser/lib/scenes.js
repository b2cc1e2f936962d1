// SPDX-License-Identifier: Apache-2.0
// Every page there is, as scenes: each brings a browser to it and gives the answer that the page came in. What is
// shown is as much, as long and as foreign as it gets.
'use strict';

const { ANA, HARBOR, LENA, MIRA, TEO, URL_OF_SERVER, advance, exchange, link, makeApp, makeUser,
  makeWorkspace } = require('./world.js');
const { answerTo, button, change, openAs, pick } = require('./pages.js');
const { listen } = require('./app.js');

const CB = 'https://app.example.test/cb';
const SCOPES = ['app_mentions:read', 'channels:history', 'channels:read', 'chat:write', 'commands', 'files:write',
  'groups:read', 'im:write', 'incoming-webhook', 'pins:write', 'reactions:read', 'team:read', 'users:read',
  'users:read.email', 'users.profile:read'];
const OPTIONAL = ['commands', 'groups:read', 'users:read.email'];
const LONG = 'Donaudampfschifffahrtsgesellschaft'; // as long as names of apps get
const HEBREW = 'מגדלור פריסה';
const ARABIC = 'ميناء الأضواء';

const appOf = (name, more = {}) => makeApp({
  name, redirects: [CB], scopes: { bot: SCOPES, bot_optional: OPTIONAL, user: ['search:read'] }, ...more,
});
const rich = (app, more = {}) => link(app, { scope: SCOPES.join(','), user_scope: 'search:read', state: 's', ...more });

// A workspace with approval on, its owner, a member, and an app that the member asks for.
async function approvals() {
  const n = Math.random().toString(36).replace(/[^a-z]/g, '').slice(0, 6);
  const place = await makeWorkspace(`Quay ${n}`, { flags: ['apps_need_approval'] });
  const person = (role) => makeUser(`${n}${role}`, { workspace: place.id, role, email: `${role}@${n}.example.test` });
  return { owner: await person('owner'), member: await person('member'), app: await appOf('Deploy Bell') };
}

async function requested(page) {
  const made = await approvals();
  await openAs(page, rich(made.app), made.member.id);
  await page.getByLabel(/Message/).fill('For the night watch: it rings when the harbour closes.');
  const answer = await answerTo(page, () => button(page, 'Submit request').click());
  return { ...made, answer };
}

// Three apps of the bot's and the person's.
async function installed(page, user) {
  const { port, stop } = await listen((_request, response) => response.end('here'));
  const callback = `http://127.0.0.1:${port}/cb`;
  try {
    for (const name of ['Deploy Bell', LONG, HEBREW]) {
      const app = await appOf(name, { redirects: [callback] });
      await page.goto(rich(app));
      if (await page.locator('#signin').count()) await answerTo(page, () => pick(page, user));
      await Promise.all([page.waitForURL((url) => url.href.startsWith(callback)), button(page, 'Allow').click()]);
      await exchange(app, new URL(page.url()).searchParams.get('code'));
    }
  } finally {
    stop();
  }
}

// Answers to GET can be asked for again by anybody who counts what a page loads.
const scenes = {
  signin: async (page) => page.goto(rich(await appOf('Deploy Bell'))),
  'signin-team': async (page) => page.goto(rich(await appOf(LONG), { team: HARBOR })),
  'signin-nobody': async (page) => {
    await page.goto(rich(await appOf('Deploy Bell')));
    await page.getByLabel('Find somebody').fill('nobody');
    return answerTo(page, () => button(page, 'Search').click());
  },
  consent: async (page) => {
    const app = await appOf('Deploy Bell');
    await openAs(page, rich(app), MIRA);
    return page.goto(rich(app));
  },
  'consent-org': async (page) => {
    const app = await appOf('Tide Table', { manifest: { settings: { org_deploy_enabled: true } } });
    await openAs(page, rich(app), MIRA);
    await change(page, '');
    return answerTo(page, () => pick(page, TEO));
  },
  'consent-foreign': async (page) => {
    const place = await makeWorkspace(ARABIC, { domain: `meena${Date.now() % 1e6}`, channels: [{ name: 'ألفا' }] });
    const user = await makeUser('noor', {
      workspace: place.id, real_name: 'نور الهدى', email: `n${place.id}@a.example.test`,
    });
    await page.goto(rich(await appOf(HEBREW)));
    return answerTo(page, () => pick(page, user.id));
  },
  'consent-long': async (page) => {
    const app = await appOf(LONG);
    await openAs(page, rich(app), MIRA);
    return page.goto(rich(app));
  },
  'consent-identity': async (page) => {
    const app = await appOf('Pier Notes');
    const asked = { scope: 'openid email profile', response_type: 'code', nonce: 'n' };
    const url = link(app, asked, '/openid/connect/authorize');
    await openAs(page, url, MIRA);
    return page.goto(url);
  },
  'consent-approval': async (page) => {
    const { app } = await requested(page);
    return page.goto(rich(app));
  },
  waiting: async (page) => (await requested(page)).answer,
  approvals: async (page) => {
    const { owner } = await requested(page);
    await page.context().clearCookies();
    await page.goto(`${URL_OF_SERVER}/approvals`);
    await answerTo(page, () => pick(page, owner.id));
    return page.goto(`${URL_OF_SERVER}/approvals`);
  },
  'approvals-member': async (page) => {
    await page.goto(`${URL_OF_SERVER}/approvals`);
    await answerTo(page, () => pick(page, LENA));
    return page.goto(`${URL_OF_SERVER}/approvals`);
  },
  apps: async (page) => {
    await installed(page, MIRA);
    return page.goto(`${URL_OF_SERVER}/apps`);
  },
  'apps-none': async (page) => {
    const place = await makeWorkspace('Empty Slip');
    const user = await makeUser('solo', { workspace: place.id, email: `solo@${place.domain}.example.test` });
    await page.goto(`${URL_OF_SERVER}/apps`);
    return answerTo(page, () => pick(page, user.id));
  },
  'error-redirect': async (page) => page.goto(rich(await appOf('Deploy Bell', {
    redirects: ['https://localhost:3000/slack/oauth_redirect', 'https://a.example.test/'] }),
  { redirect_uri: 'http://localhost:3000/slack/oauth_redirect' })),
  'error-redirect-long': async (page) => page.goto(rich(await appOf('Deploy Bell'), {
    redirect_uri: `${CB}${'/deeper'.repeat(40)}/../x?${'q'.repeat(200)}` })),
  'error-scope': async (page) => page.goto(link(await appOf('Deploy Bell'), { scope: 'chat:shout' })),
  'error-guest': async (page) => {
    await page.goto(rich(await appOf('Deploy Bell')));
    return answerTo(page, () => pick(page, ANA));
  },
  'error-expired': async (page) => {
    await openAs(page, rich(await appOf('Deploy Bell')), MIRA);
    await page.locator('#consent').waitFor();
    await advance(601);
    return answerTo(page, () => button(page, 'Allow').click());
  },
};

module.exports = { scenes };
