# SPDX-License-Identifier: Apache-2.0
"""The admin API of a running server (interfaces: /admin/v1)."""

import json

from wire import Connection


class Refused(Exception):
    """The admin API did not do what was asked; holds the problem document."""

    def __init__(self, what, response):
        super().__init__(f"{what}: {response.status} {response.text()[:600]}")
        self.response = response


class Admin:
    def __init__(self, address):
        self.connection = Connection(address)

    def close(self):
        self.connection.close()

    def call(self, verb, path, body=None):
        """The JSON answer of a call; Refused when it fails."""
        data = b"" if body is None else json.dumps(body).encode()
        headers = [("X-Hallpass", "1")]
        if data:
            headers.append(("Content-Type", "application/json"))
        response = self.connection.call(verb, path, headers, data)
        if response.status >= 300:
            raise Refused(f"{verb} {path} {data.decode()}", response)
        return json.loads(response.body) if response.body else None

    def reset(self):
        self.call("POST", "/admin/v1/reset")

    def settings(self, **values):
        """Sets settings by name; None resets one."""
        self.call("PATCH", "/admin/v1/settings", values)

    def clock(self, **move):
        """One of advance="5s", set="...Z", freeze=True, reset=True."""
        return self.call("POST", "/admin/v1/clock", move)

    def fault(self, kind, method, count=1):
        self.call("POST", "/admin/v1/faults", {"kind": kind, "method": method, "count": count})

    def clear_faults(self):
        self.call("DELETE", "/admin/v1/faults")

    def maintenance(self, on):
        self.call("PUT", "/admin/v1/maintenance", {"on": on})

    def get(self, kind, key=""):
        """All objects of a kind ("apps"), or one."""
        return self.call("GET", f"/admin/v1/{kind}/{key}" if key else f"/admin/v1/{kind}")

    def patch(self, kind, key, change):
        return self.call("PATCH", f"/admin/v1/{kind}/{key}", change)

    def delete(self, kind, key):
        return self.call("DELETE", f"/admin/v1/{kind}/{key}")
