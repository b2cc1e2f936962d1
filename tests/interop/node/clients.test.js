// SPDX-License-Identifier: Apache-2.0
// simple-oauth2, grant and passport-slack-oauth2, unmodified, install through the server under test; only their
// documented URL options point them at us.
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const http = require('node:http');
const { once } = require('node:events');
const { createRequire } = require('node:module');
const { Browser } = require('../../e2e/node/browser.js');

const { url: HALLPASS, admin: ADMIN, apps: APPS, callback: CALLBACK } = JSON.parse(process.env.INTEROP_WORLD);
const packages = createRequire(`${process.env.INTEROP_PACKAGES}/`);
const { AuthorizationCode } = packages('simple-oauth2');
const grant = packages('grant');
const passport = packages('passport');
const { Strategy } = packages('passport-slack-oauth2');
const version = (name) => require(`${process.env.INTEROP_PACKAGES}/node_modules/${name}/package.json`).version;
const named = (name) => `${name} ${version(name)}`;

const MIRA = 'approve; user=U04R7GH2S1M; team=T04QX81RB9C';
const DENY = 'deny; user=U04R7GH2S1M; team=T04QX81RB9C';

// Makes `redirect` the app's only redirect URL, as its developer would.
async function configure(app, redirect) {
  const manifest = structuredClone(app.manifest);
  manifest.oauth_config.redirect_urls = [redirect];
  const response = await fetch(`${ADMIN}/admin/v1/apps/${app.id}`, {
    method: 'PATCH',
    headers: { 'x-hallpass': '1', 'content-type': 'application/json' },
    body: JSON.stringify({ manifest }),
  });
  assert.equal(response.status, 200, await response.text());
}

async function api(method, token) {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${HALLPASS}/api/${method}`, { method: 'POST', headers })).json();
}

// Presses the button on an authorize link; the callback's URL.
async function consent(link, button) {
  const pressed = await new Browser().get(link, { 'x-hallpass-consent': button });
  assert.equal(pressed.status, 302, pressed.text);
  return new URL(pressed.location);
}

// --- simple-oauth2: has no server; the app asks for the link and hands over the code.

function simple(app, secret = app.client_secret, authorizationMethod = 'header') {
  return new AuthorizationCode({
    client: { id: app.client_id, secret },
    auth: { tokenHost: HALLPASS, tokenPath: '/api/oauth.v2.access', authorizePath: '/oauth/v2/authorize' },
    options: { authorizationMethod },
  });
}

async function simpleToken(client, more = {}) {
  const link = client.authorizeURL({ redirect_uri: CALLBACK, scope: ['chat:write', 'commands'], state: 'a.b-c_d=' });
  const callback = await consent(link, MIRA);
  assert.equal(callback.searchParams.get('state'), 'a.b-c_d=');
  return client.getToken({ code: callback.searchParams.get('code'), redirect_uri: CALLBACK, ...more });
}

for (const authorizationMethod of ['header', 'body']) {
  test(`${named('simple-oauth2')}: install, credentials in the ${authorizationMethod}`, async () => {
    const app = APPS['simple-oauth2-granular'];
    const { token } = await simpleToken(simple(app, app.client_secret, authorizationMethod));
    assert.equal(token.ok, true);
    assert.equal(token.scope, 'chat:write,commands');
    assert.deepEqual(token.team, { id: 'T04QX81RB9C', name: 'Harbor Lights' });
    const who = await api('auth.test', token.access_token);
    assert.equal(who.ok, true);
    assert.equal(who.user_id, token.bot_user_id);
  });
}

test(`${named('simple-oauth2')}: refresh`, async () => {
  const first = await simpleToken(simple(APPS['simple-oauth2-rotating']));
  assert.equal(first.expired(), false);
  const second = await first.refresh();
  assert.equal(second.token.ok, true);
  assert.notEqual(second.token.refresh_token, first.token.refresh_token);
  assert.equal((await api('auth.test', second.token.access_token)).ok, true);
});

// It takes the answer of an error, which comes with status 200, for a token.
test(`${named('simple-oauth2')}: a wrong secret`, async () => {
  const { token } = await simpleToken(simple(APPS['simple-oauth2-granular'], '0'.repeat(32)));
  assert.equal(token.ok, false);
  assert.equal(token.error, 'bad_client_secret');
  assert.equal(token.access_token, undefined);
});

// --- Clients that answer the callback themselves.

// A server of the app's own; visit(consent) starts at /connect/slack and gives what `finish` made of the callback.
async function served(app, prepare) {
  const server = http.createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  const redirect = `${origin}/connect/slack/callback`;
  await configure(app, redirect);
  server.on('request', prepare({ origin, redirect }));
  return {
    visit: async (button) => {
      const { end, callback } = await new Browser().install(`${origin}/connect/slack`, button);
      return { status: end.status, callback, answer: JSON.parse(end.text) };
    },
    stop: () => { server.closeAllConnections(); server.close(); },
  };
}

async function visited(start, button) {
  const running = await start;
  try {
    return await running.visit(button);
  } finally {
    running.stop();
  }
}

// Grant knows Slack by its first endpoints; the second ones are two more options.
function granted(app, version, scope, secret = app.client_secret) {
  const v2 = version === 2;
  return served(app, ({ origin }) => {
    const handle = grant.node({
      config: {
        defaults: { origin, transport: 'state', state: true, response: ['tokens', 'raw', 'profile'] },
        slack: {
          key: app.client_id, secret, scope,
          authorize_url: `${HALLPASS}${v2 ? '/oauth/v2/authorize' : '/oauth/authorize'}`,
          access_url: `${HALLPASS}/api/${v2 ? 'oauth.v2.access' : 'oauth.access'}`,
          profile_url: `${HALLPASS}/api/auth.test`,
        },
      },
      session: { secret: 'a secret of this test' },
    });
    return async (req, res) => {
      const { response, redirect } = await handle(req, res);
      if (!redirect) res.end(JSON.stringify(response));
    };
  });
}

test(`${named('grant')}: install and profile, oauth.v2.access`, async () => {
  const { answer } = await visited(granted(APPS['grant-granular'], 2, ['chat:write', 'commands']), MIRA);
  assert.equal(answer.raw.ok, true, JSON.stringify(answer));
  assert.equal(answer.raw.scope, 'chat:write,commands');
  assert.equal(answer.access_token, answer.raw.access_token);
  assert.equal(answer.profile.ok, true, JSON.stringify(answer.profile));
  assert.equal(answer.profile.team_id, 'T04QX81RB9C');
});

test(`${named('grant')}: install and profile, oauth.access`, async () => {
  const { answer } = await visited(granted(APPS['grant-classic'], 1, ['channels:read']), MIRA);
  assert.equal(answer.raw.ok, true, JSON.stringify(answer));
  assert.equal(answer.raw.team_id, 'T04QX81RB9C');
  assert.equal(answer.profile.ok, true, JSON.stringify(answer.profile));
  assert.equal(answer.profile.user_id, 'U04R7GH2S1M');
});

test(`${named('grant')}: denied`, async () => {
  const { answer } = await visited(granted(APPS['grant-granular'], 2, ['chat:write']), DENY);
  assert.equal(answer.access_token, undefined);
  assert.equal(answer.error, 'access_denied', JSON.stringify(answer));
});

test(`${named('grant')}: a wrong secret`, async () => {
  const { answer } = await visited(granted(APPS['grant-granular'], 2, ['chat:write'], '0'.repeat(32)), MIRA);
  assert.equal(answer.access_token, undefined, JSON.stringify(answer));
  assert.match(JSON.stringify(answer), /bad_client_secret/);
});

// passport-slack-oauth2 is made for oauth.access and users.identity.
function passported(app, secret = app.client_secret) {
  return served(app, ({ redirect }) => {
    const verify = (accessToken, _refreshToken, profile, done) => done(null, { accessToken, profile });
    const strategy = new Strategy({
      clientID: app.client_id, clientSecret: secret, callbackURL: redirect,
      authorizationURL: `${HALLPASS}/oauth/authorize`, tokenURL: `${HALLPASS}/api/oauth.access`,
      profileURL: `${HALLPASS}/api/users.identity`, scope: ['identity.basic', 'identity.team'],
    }, verify);
    const own = new passport.Passport().use(strategy);
    return (req, res) => {
      req.query = Object.fromEntries(new URL(req.url, redirect).searchParams);
      own.authenticate('Slack', (error, user, info) => {
        res.end(JSON.stringify({ error: error && { name: error.name, message: error.message }, user, info }));
      })(req, res, (error) => res.end(JSON.stringify({ error: { message: error.message } })));
    };
  });
}

test(`${named('passport-slack-oauth2')}: install and profile`, async () => {
  const { answer } = await visited(passported(APPS['passport-classic']), MIRA);
  assert.equal(answer.error, null, JSON.stringify(answer));
  assert.match(answer.user.accessToken, /^xoxp-/);
  assert.equal(answer.user.profile.id, 'U04R7GH2S1M');
  assert.equal(answer.user.profile.displayName, 'Mira Olsen');
  assert.equal(answer.user.profile.team.id, 'T04QX81RB9C');
});

test(`${named('passport-slack-oauth2')}: denied`, async () => {
  const { answer, callback } = await visited(passported(APPS['passport-classic']), DENY);
  assert.equal(callback.searchParams.get('error'), 'access_denied');
  assert.equal(answer.user, false, JSON.stringify(answer));
});

// It does not look at "ok": the missing token is what it reports.
test(`${named('passport-slack-oauth2')}: a wrong secret`, async () => {
  const { answer } = await visited(passported(APPS['passport-classic'], '0'.repeat(32)), MIRA);
  assert.equal(answer.error?.message, 'Failed to obtain access token', JSON.stringify(answer));
  assert.equal(answer.user, undefined);
});
