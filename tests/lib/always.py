# SPDX-License-Identifier: Apache-2.0
"""The headers that every answer carries (contract envelope.md 7; the pages' own in authorize.md 6 and 7.1)."""

import re

EVERYWHERE = {
    "Cache-Control": "private, no-cache, no-store, must-revalidate",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
METADATA = {**EVERYWHERE, "Cache-Control": "public, max-age=3600"}  # openid.md 5
API = {
    **EVERYWHERE,
    "Content-Type": "application/json; charset=utf-8",
    "Pragma": "no-cache",
    "Expires": "Sat, 26 Jul 1997 05:00:00 GMT",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "slack-route, x-slack-version-ts, x-b3-traceid, x-b3-spanid, x-b3-parentspanid, "
                                    "x-b3-sampled, x-b3-flags",
    "Access-Control-Expose-Headers": "x-slack-req-id, retry-after",
    "Vary": "Accept-Encoding",
    "X-XSS-Protection": "0",
}
NEVER = ["Strict-Transport-Security",  # over TLS only
         "Server", "X-Slack-Backend", "X-Slack-Unique-Id", "Via"]


class Always:
    """Checks every answer of a run; request ids must be unique over all of them."""

    def __init__(self):
        self.ids = set()

    @staticmethod
    def _wanted(target):
        if target.startswith("/api/"):
            return API
        return METADATA if target.startswith("/.well-known/") else EVERYWHERE

    def problems(self, target, answer):
        found = []
        for name, value in self._wanted(target).items():
            if answer.header(name) != value:
                found.append(f"header {name} is {answer.header(name)!r}, wanted {value!r}")
        found += [f"header {name} is there" for name in NEVER if answer.header(name) is not None]
        names = [name.lower() for name, _ in answer.headers]
        found += [f"header {name} is there twice" for name in sorted(set(names)) if names.count(name) > 1]
        request_id = answer.header("X-Slack-Req-Id") or ""
        if target.startswith("/api/") and not re.fullmatch("[0-9a-f]{32}", request_id):
            found.append(f"header X-Slack-Req-Id is {request_id!r}")
        if request_id and request_id in self.ids:
            found.append(f"request id {request_id} was given before")
        self.ids.add(request_id)
        return found
