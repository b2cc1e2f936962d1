// SPDX-License-Identifier: Apache-2.0
// The server under test and what the cases put into it through its admin API: places, people and apps of their own, so
// that no case meets another's state.
'use strict';

const assert = require('node:assert/strict');
const { createRequire } = require('node:module');

const world = JSON.parse(process.env.BROWSER_WORLD);
const { url: URL_OF_SERVER, listen: LISTEN, admin: ADMIN, folder: FOLDER, root: ROOT } = world;
const packages = createRequire(`${FOLDER}/`);

// The fixture world (tests/lib/fixture.py).
const HARBOR = 'T04QX81RB9C';
const BREAKWATER = 'T05A1B2C3D4'; // of the org
const TIDEWATER = 'E06NB3V2KLA';
const MIRA = 'U04R7GH2S1M'; // owner of Harbor Lights
const LENA = 'U05B3K8WZQN'; // member of Harbor Lights
const ANA = 'U07G4ST0PQX'; // guest of Harbor Lights
const TEO = 'U06D1R8KQ5V'; // org admin, of Breakwater

async function admin(verb, path, body) {
  const response = await fetch(`${ADMIN}/admin/v1/${path}`, {
    method: verb,
    headers: { 'x-hallpass': '1', ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, `${verb} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

let made = 0;

// An app of Harbor Lights that anybody may install. more: keys beside the manifest, or in it.
function makeApp({ name = `App ${(made += 1)}`, redirects = [], scopes, manifest = {}, ...more } = {}) {
  return admin('POST', 'apps', {
    workspace: HARBOR,
    distributed: true,
    ...more,
    manifest: {
      display_information: { name },
      ...manifest,
      oauth_config: { redirect_urls: redirects, ...(scopes && { scopes }), ...manifest.oauth_config },
    },
  });
}

const makeUser = (name, more = {}) => admin('POST', 'users', {
  workspace: HARBOR, name, real_name: `${name[0].toUpperCase()}${name.slice(1)} Vale`, role: 'member',
  email: `${name}@harbor.example.test`, ...more,
});

const makeWorkspace = (name, more = {}) => admin('POST', 'workspaces', {
  name, domain: name.toLowerCase().replace(/[^a-z]/g, ''), channels: [{ name: 'general' }], ...more,
});

const advance = (seconds) => admin('POST', 'clock', { advance: `${seconds}s` });

// What the server was asked since `after`, as "VERB /path".
async function requestsSince(after) {
  const { requests } = await admin('GET', 'requests');
  return requests.filter((r) => r.number > after).map((r) => `${r.verb} ${r.path}`);
}
const lastRequest = async () => (await admin('GET', 'requests')).last;

// An authorize link. The last argument replaces the entry point.
function link(app, parameters = {}, path = '/oauth/v2/authorize') {
  return `${URL_OF_SERVER}${path}?${new URLSearchParams({ client_id: app.client_id, ...parameters })}`;
}

// A call of the Web API: its answer.
async function api(method, parameters, token) {
  const response = await fetch(`http://${LISTEN}/api/${method}`, {
    method: 'POST', body: new URLSearchParams(parameters), headers: token ? { authorization: `Bearer ${token}` } : {},
  });
  return response.json();
}

const exchange = (app, code, parameters = {}, method = 'oauth.v2.access') =>
  api(method, { client_id: app.client_id, client_secret: app.client_secret, code, ...parameters });

module.exports = {
  URL_OF_SERVER, LISTEN, ADMIN, FOLDER, ROOT, packages, HARBOR, BREAKWATER, TIDEWATER, MIRA, LENA, ANA, TEO, admin,
  makeApp, makeUser, makeWorkspace, advance, requestsSince, lastRequest, link, api, exchange,
};
