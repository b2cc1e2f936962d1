# SPDX-License-Identifier: Apache-2.0
"""A browser small enough to read: it keeps cookies, follows one step at a time, and presses the button it is told to
through the consent header of the server under test."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import wire

MIRA = "approve; user=U04R7GH2S1M; team=T04QX81RB9C"
TEO_FOR_ORG = "approve; user=U06D1R8KQ5V; enterprise=E06NB3V2KLA"
DENY = "deny; user=U04R7GH2S1M; team=T04QX81RB9C"


class Browser:
    def __init__(self):
        self.cookies = {}

    def get(self, url, headers=()):
        """One GET; the answer is not followed. Keeps Secure cookies on loopback too, as Chromium and Firefox do."""
        parts = urlsplit(url)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        # localhost is this machine for every browser, whatever the resolver says.
        address = f"127.0.0.1:{parts.port}" if parts.hostname == "localhost" else parts.netloc
        response = wire.once(address, "GET", parts.path + ("?" + parts.query if parts.query else ""),
                             [("Host", parts.netloc), ("Connection", "close"), *headers,
                              *([("Cookie", cookie)] if cookie else [])])
        for name, value in response.headers:
            if name.lower() == "set-cookie":
                key, _, kept = value.split(";")[0].partition("=")
                self.cookies[key] = kept
        return response

    def install(self, install_url, consent):
        """From the app's install URL to the app's answer to the callback: (authorize URL, callback URL, answer)."""
        start = self.get(install_url)
        link = re.search(r'href="([^"]+/authorize[^"]*)"', start.text())
        authorize = start.header("Location") or (html.unescape(link.group(1)) if link else None)
        if not authorize:
            raise AssertionError(f"no authorize link: {start.status} {start.text()}")
        allowed = self.get(authorize, [("X-Hallpass-Consent", consent)])
        if allowed.status != 302:
            raise AssertionError(f"authorize: {allowed.status} {allowed.header('X-OAuth-Error')} {allowed.text()}")
        callback = allowed.header("Location")
        return authorize, callback, self.get(callback)


def parameter(url, name):
    """A query parameter, or None."""
    return (parse_qs(urlsplit(url).query, keep_blank_values=True).get(name) or [None])[0]
