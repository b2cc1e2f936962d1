// SPDX-License-Identifier: Apache-2.0
// Reads a JSON list of texts, writes for each what the URL standard of browsers makes of it: null when it is none, else
// [scheme, user info, host, port].
"use strict";

const texts = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const parts = texts.map((text) => {
  try {
    const url = new URL(text);
    return [url.protocol, url.username + url.password, url.hostname, url.port];
  } catch {
    return null;
  }
});
process.stdout.write(JSON.stringify(parts));
