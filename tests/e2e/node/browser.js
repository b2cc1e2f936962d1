// SPDX-License-Identifier: Apache-2.0
// A browser small enough to read: it keeps cookies, follows one step at a time, and presses the button it is told to
// through the consent header of the server under test.
'use strict';

const http = require('node:http');

// One GET without a kept connection: the answer and its body. (Debian 12's fetch cannot read several Set-Cookie lines.)
function request(url, headers) {
  return new Promise((resolve, reject) => {
    http.get(url, { headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => resolve({ response, text }));
    }).on('error', reject);
  });
}

class Browser {
  constructor() {
    this.cookies = new Map();
  }

  // One GET; the answer is not followed. Keeps cookies, also Secure ones on loopback, as Chromium and Firefox do.
  async get(url, headers = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const { response, text } = await request(url, { ...headers, ...(cookie && { cookie }) });
    for (const line of response.headers['set-cookie'] ?? []) {
      const [name, value] = line.split(';')[0].split(/=(.*)/s);
      if (/max-age=0(;|$)/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return { status: response.statusCode, location: response.headers.location, text };
  }

  // Starts at the app's install URL and ends with the app's answer to the callback. consent: what is pressed, and who.
  async install(installUrl, consent) {
    const start = await this.get(installUrl);
    const authorize = start.location ?? start.text.match(/href="([^"]+\/authorize[^"]*)"/)?.[1].replaceAll('&amp;', '&');
    if (!authorize) throw new Error(`no authorize link: ${start.status} ${start.text}`);
    const allowed = await this.get(authorize, { 'x-hallpass-consent': consent });
    if (allowed.status !== 302) throw new Error(`authorize: ${allowed.status} ${allowed.text}`);
    return { authorize: new URL(authorize), callback: new URL(allowed.location), end: await this.get(allowed.location) };
  }
}

module.exports = { Browser };
