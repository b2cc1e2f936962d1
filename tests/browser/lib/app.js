// SPDX-License-Identifier: Apache-2.0
// An app under install: it listens for the callback and keeps what the browser brought, byte for byte.
'use strict';

const http = require('node:http');
const { once } = require('node:events');
const { makeApp } = require('./world.js');

async function listen(handler, host = '127.0.0.1') {
  const server = http.createServer(handler);
  await once(server.listen(0, host), 'listening');
  return { port: server.address().port, stop: () => { server.closeAllConnections(); server.close(); } };
}

// Runs `use` with a listening app; at `name`:port, under the path /cb. answer(request, response) replaces its page.
async function listeningApp({ host = '127.0.0.1', answer, ...options }, use) {
  const calls = [];
  const { port, stop } = await listen((request, response) => {
    if (request.url === '/favicon.ico') return response.writeHead(404).end();
    calls.push(request.url);
    if (answer) return answer(request, response);
    response.setHeader('content-type', 'text/html');
    return response.end('<!doctype html><title>Installed</title><h1>Back in the app</h1>');
  });
  const origin = `http://${host}:${port}`;
  try {
    const app = await makeApp({ redirects: [`${origin}/cb`], ...options });
    return await use({ ...app, origin, callback: `${origin}/cb`, calls, port });
  } finally {
    stop();
  }
}

// The query of the only callback, as it came.
function onlyCallback(app) {
  if (app.calls.length !== 1) throw new Error(`one callback was due: ${JSON.stringify(app.calls)}`);
  return app.calls[0].slice(app.calls[0].indexOf('?') + 1);
}

module.exports = { listen, listeningApp, onlyCallback };
