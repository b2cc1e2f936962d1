// SPDX-License-Identifier: Apache-2.0
// Published OpenID Connect clients, unmodified, sign people in through the server under test: they find everything by
// its discovery document and verify the id token against its keys themselves.
'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const { createRequire } = require('node:module');
const { pathToFileURL } = require('node:url');
const { Browser } = require('./browser.js');

const { url: HALLPASS, admin: ADMIN, apps: APPS } = JSON.parse(process.env.E2E_WORLD);
const sdk = createRequire(`${process.env.E2E_SDK}/`);
const packages = require(`${process.env.E2E_SDK}/package.json`).dependencies;

const REDIRECT = 'https://unused.example.test/callback';
const SCOPE = 'openid email profile';
const MIRA = 'approve; user=U04R7GH2S1M; team=T04QX81RB9C';

const load = (name) => import(pathToFileURL(sdk.resolve(name)));

async function admin(verb, path, body) {
  const response = await fetch(`${ADMIN}/admin/v1/${path}`, {
    method: verb, headers: { 'x-hallpass': '1', 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  assert.equal(response.status, 200, await response.clone().text());
}

function rotating(app) {
  const manifest = structuredClone(app.manifest);
  manifest.settings = { ...manifest.settings, token_rotation_enabled: true };
  return admin('PATCH', `apps/${app.id}`, { manifest });
}

// Where the person who was sent to `url` comes back to.
async function approved(url) {
  const answer = await new Browser().get(url, { 'x-hallpass-consent': MIRA });
  assert.equal(answer.status, 302, answer.text);
  return new URL(answer.location);
}

// Each kit signs in and answers what the client library made of it; `refresh` continues from there.
const kits = {
  async 'openid-client 5'(app) {
    const { Issuer, generators } = sdk('openid-client');
    const issuer = await Issuer.discover(HALLPASS);
    const client = new issuer.Client({ client_id: app.client_id, client_secret: app.client_secret });
    const [nonce, state] = [generators.nonce(), generators.state()];
    const back = await approved(client.authorizationUrl({ scope: SCOPE, nonce, state, redirect_uri: REDIRECT }));
    const checks = { nonce, state, response_type: 'code' };
    const tokens = await client.callback(REDIRECT, client.callbackParams(back.href), checks);
    return {
      nonce, claims: tokens.claims(), info: await client.userinfo(tokens), refreshToken: tokens.refresh_token,
      refresh: async () => (await client.refresh(tokens)).claims(),
    };
  },

  async 'openid-client 6'(app) {
    const client = await load('openid-client');
    const config = await client.discovery(new URL(HALLPASS), app.client_id, app.client_secret, undefined,
      { execute: [client.allowInsecureRequests] });
    const [nonce, state] = [client.randomNonce(), client.randomState()];
    const back = await approved(client.buildAuthorizationUrl(config, {
      scope: SCOPE, nonce, state, redirect_uri: REDIRECT, response_type: 'code',
    }));
    const tokens = await client.authorizationCodeGrant(config, back, {
      expectedNonce: nonce, expectedState: state, idTokenExpected: true,
    });
    const claims = tokens.claims();
    return {
      nonce, claims, info: await client.fetchUserInfo(config, tokens.access_token, claims.sub),
      refreshToken: tokens.refresh_token,
      refresh: async () => (await client.refreshTokenGrant(config, tokens.refresh_token)).claims(),
    };
  },

  async 'oauth4webapi 3'(app) {
    const oauth = await load('oauth4webapi');
    const options = { [oauth.allowInsecureRequests]: true };
    const issuer = new URL(HALLPASS);
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));
    const client = { client_id: app.client_id };
    const auth = oauth.ClientSecretBasic(app.client_secret);
    const [nonce, state] = [oauth.generateRandomNonce(), oauth.generateRandomState()];
    const url = new URL(as.authorization_endpoint);
    url.search = new URLSearchParams({
      client_id: app.client_id, redirect_uri: REDIRECT, response_type: 'code', scope: SCOPE, nonce, state,
    });
    const params = oauth.validateAuthResponse(as, client, await approved(url), state);
    // This app has no PKCE, so no verifier may be sent.
    const response = await oauth.authorizationCodeGrantRequest(as, client, auth, params, REDIRECT, oauth.nopkce,
      options);
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
      expectedNonce: nonce, requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(as, response, options);
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    const asked = await oauth.userInfoRequest(as, client, tokens.access_token, options);
    const info = await oauth.processUserInfoResponse(as, client, claims.sub, asked);
    const refresh = async () => {
      const again = await oauth.refreshTokenGrantRequest(as, client, auth, tokens.refresh_token, options);
      return oauth.getValidatedIdTokenClaims(await oauth.processRefreshTokenResponse(as, client, again));
    };
    return { nonce, claims, info, refreshToken: tokens.refresh_token, refresh };
  },
};

function check({ nonce, claims, info }, app) {
  assert.equal(claims.iss, HALLPASS);
  assert.equal(claims.aud, app.client_id);
  assert.equal(claims.nonce, nonce);
  assert.equal(claims.exp - claims.iat, 300);
  for (const told of [claims, info]) {
    assert.equal(told.sub, 'U04R7GH2S1M');
    assert.equal(told['https://slack.com/team_id'], 'T04QX81RB9C');
    assert.equal(told.email, 'mira@harbor.example.test');
    assert.equal(told.email_verified, true);
    assert.equal(told.name, 'Mira Olsen');
    assert.equal(told['https://slack.com/team_domain'], 'harborlights');
  }
}

for (const [name, version] of Object.entries(packages)) {
  const signIn = kits[`${name} ${version.split('.')[0]}`];
  if (!signIn) continue;

  test(`${name} ${version}: signs in, verifies, asks userInfo`, async () => {
    const app = APPS['openid-both'];
    const signedIn = await signIn(app);
    check(signedIn, app);
    assert.equal(signedIn.refreshToken, undefined);
  });

  test(`${name} ${version}: with a new key and token rotation`, async () => {
    const app = APPS['openid-user'];
    await rotating(app);
    await admin('POST', 'keys/rotate');
    const signedIn = await signIn(app);
    check(signedIn, app);
    const refreshed = await signedIn.refresh();
    assert.equal(refreshed.sub, signedIn.claims.sub);
    assert.equal(refreshed.nonce, undefined);
  });
}
