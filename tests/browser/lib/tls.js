// SPDX-License-Identifier: Apache-2.0
// What stands in front of a server for production: TLS for names of tests, with a certificate of this run. The login
// name is handed on to the server under test, any other to the app under install.
'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const os = require('node:os');
const path = require('node:path');
const { once } = require('node:events');
const { LISTEN, URL_OF_SERVER } = require('./world.js');

function certificate() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tls-'));
  try {
    const [keyout, out] = ['key', 'cert'].map((name) => path.join(folder, name));
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
      '-days', '2', '-subj', '/CN=example.test', '-keyout', keyout, '-out', out], { stdio: 'ignore' });
    return { key: fs.readFileSync(keyout), cert: fs.readFileSync(out) };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function handOn(request, response) {
  const [host, port] = LISTEN.split(':');
  const { method, url, headers } = request;
  const onward = http.request({ host, port, method, path: url, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode, answer.rawHeaders);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}

// answer: what the app does with a request.
async function terminate(answer) {
  const login = new URL(URL_OF_SERVER).host;
  const server = https.createServer(certificate(), (request, response) =>
    (request.headers.host === login ? handOn : answer)(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: server.address().port, stop: () => { server.closeAllConnections(); server.close(); } };
}

module.exports = { terminate };
