// SPDX-License-Identifier: Apache-2.0
// Pages of somebody else (security.md S18, S26 to S29): they cannot send our forms, cannot frame our pages, cannot fix
// a session, and no link makes us send the browser where the app's developer has not said.
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const { HARBOR, LENA, MIRA, URL_OF_SERVER, exchange, link, makeApp } = require('../lib/world.js');
const { listen, listeningApp, onlyCallback } = require('../lib/app.js');
const { person, visiting } = require('../lib/chromium.js');
const { answerTo, button, heading, install, openAs, pick, session } = require('../lib/pages.js');

const ASKED = { scope: 'chat:write', state: 's' };
const escaped = (text) => text.replace(/[&<"]/g, (c) => `&#${c.charCodeAt(0)};`);

// A page of an attacker. Its host decides how far away it is: another site, or the same site on another port, to which
// a browser sends our SameSite cookie along.
const HOSTS = {
  'another site': 'evil.example.test', 'the same site, another port': '127.0.0.1', localhost: 'localhost',
};

async function attacker(html, use) {
  const asked = [];
  const { port, stop } = await listen((request, response) => {
    asked.push(request.url);
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><title>Attacker</title>${html}`);
  });
  try {
    return await use(port, asked);
  } finally {
    stop();
  }
}

// A form of the attacker's page to a path of ours, that sends itself.
function form(path, fields) {
  const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${escaped(value)}">`);
  return `<form method="post" action="${URL_OF_SERVER}${path}">${inputs.join('')}</form>
    <script>document.forms[0].submit()</script>`;
}

const tokenOf = (page) => page.locator('[name=form]').first().inputValue();

for (const [where, host] of Object.entries(HOSTS)) {
  person(test, `a form sent by itself from ${where}: no consent, not even with a stolen token`, {}, async (page) => {
    await listeningApp({}, async (app) => {
      await openAs(page, link(app, ASKED), MIRA);
      for (const stolen of [await tokenOf(page), '']) {
        const html = form('/oauth/v2/authorize', { form: stolen, decision: 'allow' });
        await attacker(html, async (port) => {
          await page.goto(`http://${host}:${port}/`);
          await page.locator('#oauth-error').waitFor();
          assert.equal(await page.locator('#error').textContent(), 'consent_expired');
        });
      }
      assert.deepEqual(app.calls, []);
    });
  });

  person(test, `framed by ${where}: nothing is shown`, {}, async (page) => {
    await listeningApp({}, async (app) => {
      await openAs(page, link(app, ASKED), MIRA);
      const own = ['/apps', '/approvals'].map((path) => URL_OF_SERVER + path);
      const pages = [link(app, ASKED), link({ client_id: '1.2' }), ...own];
      const html = pages.map((url) => `<iframe src="${escaped(url)}"></iframe>`).join('');
      await attacker(html, async (port) => {
        const refusals = [];
        page.on('console', (message) => { if (/frame-ancestors/.test(message.text())) refusals.push(message.text()); });
        await page.goto(`http://${host}:${port}/`);
        const shown = page.frames().map((frame) => frame.url());
        assert.equal(shown.length, 1 + pages.length);
        assert.ok(!shown.some((url) => url.startsWith(URL_OF_SERVER)), shown.join(' '));
        assert.equal(refusals.length, pages.length);
      });
    });
  });
}

person(test, 'sign-in, switch, sign-out, revoke, approve, add: not from another origin', {}, async (page) => {
  await listeningApp({}, async (app) => {
    await openAs(page, link(app, ASKED), MIRA);
    await page.goto(`${URL_OF_SERVER}/apps`);
    const stolen = await tokenOf(page);
    const posts = [
      ['/signin', { user: LENA }], ['/switch', { account: '' }], ['/signout', {}], ['/redirects', {}],
      ['/apps', { app: app.id, owner: HARBOR, subject: '', epoch: '1' }],
      ['/approvals', { id: '1', decision: 'approve' }],
    ];
    for (const host of [HOSTS['another site'], '127.0.0.1'])
      for (const [path, fields] of posts)
        await attacker(form(path, { form: stolen, ...fields }), async (port) => {
          await page.goto(`http://${host}:${port}/`);
          await page.locator('#oauth-error').waitFor();
          assert.equal(await page.locator('#error').textContent(), 'consent_expired', path);
        });
    await page.goto(`${URL_OF_SERVER}/apps`);
    assert.match(await page.locator('.who').innerText(), /Mira Olsen/); // still there, still Mira
  });
});

person(test, 'a session id planted before the sign-in is worth nothing after it', {}, async (page, context) => {
  await listeningApp({}, (app) => visiting({}, async (thief, thiefs) => {
    await thief.goto(link(app, ASKED)); // the attacker's own session, good but nobody's
    const planted = await session(thiefs);
    await context.addCookies([planted]);
    await openAs(page, link(app, ASKED), MIRA);
    assert.notEqual((await session(context)).value, planted.value);
    await thief.goto(`${URL_OF_SERVER}/apps`);
    await thief.locator('#signin').waitFor();
    await thief.goto(link(app, ASKED));
    await thief.locator('#signin').waitFor();
  }));
});

person(test, 'a made-up session id is not taken over', {}, async (page, context) => {
  const app = await makeApp({ redirects: ['https://app.example.test/cb'] });
  const url = link(app, ASKED);
  await page.goto(url);
  const good = await session(context);
  const near = good.value.slice(0, -1) + (good.value.endsWith('0') ? '1' : '0');
  for (const value of ['x', 'a'.repeat(good.value.length), near]) {
    await context.clearCookies();
    await context.addCookies([{ ...good, value }]);
    await page.goto(url);
    assert.notEqual((await session(context)).value, value);
    await pick(page, MIRA);
    await page.locator('#consent').waitFor();
    assert.notEqual((await session(context)).value, value);
  }
});

person(test, 'the session of before a switch of person is worth nothing', {}, async (page, context) => {
  await listeningApp({}, async (app) => {
    await openAs(page, link(app, ASKED), MIRA);
    const before = await session(context);
    await answerTo(page, () => button(page, 'Sign out').click());
    await openAs(page, link(app, ASKED), LENA);
    await visiting({}, async (thief, thiefs) => {
      await thiefs.addCookies([before]);
      await thief.goto(`${URL_OF_SERVER}/apps`);
      await thief.locator('#signin').waitFor();
    });
  });
});

// Configured: https://app.example.test/cb. E: a place of the attacker. What parsers of URLs are known to differ on.
const E = 'evil.example.test';
const REDIRECTS = [
  `https://${E}/cb`, `//${E}/cb`, `///${E}/cb`, `////${E}/cb`, `/\\${E}`, `\\\\${E}`, `https:/${E}`, `https:${E}`,
  `https:///${E}/cb`,
  `https://app.example.test@${E}/cb`, `https://app.example.test:443@${E}/cb`, `https://app.example.test%40${E}/cb`,
  `https://${E}#@app.example.test/cb`, `https://${E}?@app.example.test/cb`, `https://${E}\\@app.example.test/cb`,
  `https://${E}%5c@app.example.test/cb`, `https://${E}/app.example.test/cb`, `https://${E};app.example.test/cb`,
  `https://app.example.test.${E}/cb`, `https://app.example.test%2e${E}/cb`, `https://app.example.test%00.${E}/cb`,
  `https://app.example.test\u3002${E}/cb`, `https://app.example.test\uff0f${E}/cb`,
  `https://${E}\t@app.example.test/cb`,
  `https://app.example.test\r\n.${E}/cb`, ` https://${E}/cb`, `https://app.example.test./cb`,
  'https://app.example.test:8443/cb',
  'http://app.example.test/cb', 'https://app.example.test/cbx', 'https://app.example.test/cb/../evil',
  'https://app.example.test/',
  'https://app.example.test/cb/%2e%2e/evil', 'https://app.example.test/cb/..;/evil',
  'https://app.example.test/cb/.%2e/x',
  'https://app.example.test/cb#x', 'https://app.example.test/cb\\..\\evil', 'https://app.example.test/cb\r\nX-Evil: 1',
  'javascript:alert(1)', 'javascript://app.example.test/cb%0aalert(1)', 'data:text/html,<script>alert(1)</script>',
  'file:///etc/passwd',
  `view-source:https://${E}`, 'chrome://version', 'about:blank', 'https://[::1]/cb', 'https://2130706433/cb',
  'https://аpp.example.test/cb', // the first letter is not Latin
];

person(test, 'redirect URIs of an attacker: an error page, whoever is signed in', {}, async (page) => {
  const app = await makeApp({ redirects: ['https://app.example.test/cb'] });
  const left = [];
  page.on('request', (request) => { if (!request.url().startsWith(`${URL_OF_SERVER}/`)) left.push(request.url()); });
  page.on('dialog', (dialog) => { left.push(dialog.message()); dialog.dismiss(); });
  for (const signedIn of [false, true]) {
    if (signedIn) await openAs(page, link(app, ASKED), MIRA);
    for (const redirect_uri of REDIRECTS) {
      const response = await page.goto(link(app, { ...ASKED, redirect_uri }));
      assert.equal(response.headers()['x-oauth-error'], 'bad_redirect_uri', redirect_uri);
      assert.equal(response.headers()['x-evil'], undefined);
      assert.ok(page.url().startsWith(`${URL_OF_SERVER}/`));
    }
  }
  assert.deepEqual(left, []);
});

person(test, 'no parameter and no path of ours leads elsewhere', {}, async (page) => {
  const app = await makeApp({ redirects: ['https://app.example.test/cb'] });
  const left = [];
  page.on('request', (request) => { if (!request.url().startsWith(`${URL_OF_SERVER}/`)) left.push(request.url()); });
  const evil = encodeURIComponent(`https://${E}/`);
  const query = new URL(link(app, ASKED)).search;
  const names = ['next', 'return', 'return_to', 'redirect', 'url', 'continue', 'again', 'post_logout_redirect_uri'];
  const starts = names.map((name) => `${name}=${evil}`).flatMap((extra) =>
    [`/apps?${extra}`, `/signin?${extra}`, `/oauth/v2/authorize${query}&${extra}`]);
  for (const path of [...starts, `//${E}/oauth/v2/authorize${query}`, `/%2f${E}/`, `/\\${E}`, `/.${E}/`, `///${E}`]) {
    await page.goto(`${URL_OF_SERVER}${path}`).catch((error) => assert.match(error.message, /ERR_HTTP_RESPONSE_CODE/));
    if (await page.locator('#signin').count()) await answerTo(page, () => pick(page, MIRA));
    if (await button(page, 'Sign out').count()) await answerTo(page, () => button(page, 'Sign out').click());
  }
  assert.deepEqual(left, []);
});

person(test, 'names that are markup stay text', {}, async (page) => {
  const name = '<img src=x onerror=alert(1)>"\'&amp;';
  const seen = [];
  page.on('dialog', (dialog) => { seen.push(dialog.message()); dialog.dismiss(); });
  await listeningApp({ name }, async (app) => {
    await openAs(page, link(app, ASKED), MIRA);
    assert.ok((await heading(page)).startsWith(`${name} is requesting permission`));
    assert.equal(await page.locator('img').count(), 0);
    await page.goto(link(app, { ...ASKED, redirect_uri: `https://x.example.test/${name}` }));
    assert.equal(await page.locator('img').count(), 0);
    assert.deepEqual(seen, []);
  });
});

person(test, 'every page: not cached, not framed, no script, no referrer', {}, async (page) => {
  await listeningApp({}, async (app) => {
    const answers = [await page.goto(link(app, ASKED)), await answerTo(page, () => pick(page, MIRA)),
      await page.goto(`${URL_OF_SERVER}/apps`), await page.goto(`${URL_OF_SERVER}/approvals`),
      await page.goto(link({ client_id: '' }))];
    for (const answer of answers) {
      const headers = answer.headers();
      const policy = headers['content-security-policy'];
      for (const rule of [/default-src 'none'/, /style-src 'self'/, /base-uri 'none'/, /frame-ancestors 'none'/])
        assert.match(policy, rule, answer.url());
      assert.doesNotMatch(policy, /unsafe|script-src|\*/);
      assert.match(headers['cache-control'], /no-store/);
      assert.deepEqual([headers['x-frame-options'], headers['referrer-policy'], headers['x-content-type-options'],
        headers['cross-origin-opener-policy']], ['DENY', 'no-referrer', 'nosniff', 'same-origin']);
    }
  });
});

person(test, 'the callback learns nothing of our page', {}, async (page) => {
  let referrer = 'not asked';
  const answer = (request, response) => { referrer = request.headers.referer; response.end('here'); };
  await listeningApp({ answer }, async (app) => {
    await install(page, app, link(app, ASKED), MIRA);
    assert.equal(referrer, undefined);
    const code = new URLSearchParams(onlyCallback(app)).get('code');
    assert.ok((await exchange(app, code)).ok);
  });
});
