# SPDX-License-Identifier: Apache-2.0
"""What the cases of this folder share: a server with the fixture world, browsers, the steps of an install."""

import json
import os
import sys
import tempfile
from urllib.parse import parse_qs, urlencode, urlsplit

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lib"))

import fixture  # noqa: E402
import wire  # noqa: E402
from admin import Admin  # noqa: E402
from server import Server  # noqa: E402
from surf import Surfer  # noqa: E402

MIRA, TEO, ANA, LENA = (fixture.USERS[name] for name in ("U1", "U2", "U3", "U4"))
T1, T2, E1 = fixture.WORKSPACES["T1"], fixture.WORKSPACES["T2"], fixture.ENTERPRISES["E1"]
V2 = "/oauth/v2/authorize"


def expect(got, wanted, what=""):
    if got != wanted:
        raise AssertionError(f"{what} got {got!r}, wanted {wanted!r}")


def expect_in(part, whole, what=""):
    if part not in whole:
        raise AssertionError(f"{what} {part!r} is not in {whole!r}")


class Desk:
    """A server and its apps; back to the seed for each case. There is no limit, and the clock stands still."""

    def __init__(self, folder):
        self.apps = fixture.apps()
        seed = os.path.join(folder, "seed.json")
        fixture.write_seed(seed, self.apps)
        self.server = Server("--seed-file", seed)
        self.admin = Admin(self.server.admin)

    def fresh(self):
        self.admin.reset()
        self.admin.clock(freeze=True)
        self.admin.settings(rate_limit="off")

    def surfer(self, user=None):
        """A browser, with that person signed in."""
        surfer = Surfer(self.server.listen)
        if user:
            surfer.get("/apps")
            surfer.sign_in(user)
            expect(surfer.page.main(), "apps")
        return surfer

    def link(self, app="APP", path=V2, **query):
        given = {"client_id": self.apps[app]["client_id"], "scope": "chat:write,commands", "state": "a b&c=d", **query}
        return path + "?" + urlencode({name: value for name, value in given.items() if value is not None})

    def ask(self, surfer, app="APP", path=V2, **query):
        """Opens the link; the consent form."""
        surfer.get(self.link(app, path, **query))
        expect(surfer.page.main() if surfer.page else surfer.seen.status, "consent", surfer.seen.text()[:400])
        return surfer.page.form(path)

    def exchange(self, app, location, method="oauth.v2.access", **more):
        """The answer of the exchange of the code that a callback brings."""
        code = query_of(location)["code"]
        body = {"code": code, "client_id": self.apps[app]["client_id"],
                "client_secret": self.apps[app]["client_secret"], **more}
        answer = wire.once(self.server.listen, "POST", "/api/" + method,
                           [("Content-Type", "application/x-www-form-urlencoded"), ("Connection", "close")],
                           urlencode(body).encode())
        return json.loads(answer.body)

    def call(self, method, token):
        answer = wire.once(self.server.listen, "POST", "/api/" + method,
                           [("Authorization", "Bearer " + token), ("Connection", "close")])
        return json.loads(answer.body)


def query_of(url):
    """The parameters of a URL, one value each."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query, keep_blank_values=True).items()}


def allowed(surfer):
    """The Location of a callback with a code."""
    location = surfer.seen.header("Location") or ""
    if surfer.seen.status != 302 or "code=" not in location:
        raise AssertionError(f"not allowed: {surfer.seen.status} {surfer.seen.header('X-OAuth-Error')} {location}")
    return location


def refused(surfer, error="consent_expired", status=400):
    """An error page of ours, and the browser stays here."""
    expect(surfer.seen.header("X-OAuth-Error"), error, surfer.page.text()[:300] if surfer.page else "")
    expect(surfer.seen.status, status)
    expect(surfer.seen.header("Location"), None)
    expect(surfer.page.main(), "oauth-error")


def run_cases(report, cases):
    """Runs functions that take a desk, each on a fresh one."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(folder)
        with desk.server:
            for case in cases:
                report.run(case.__doc__.splitlines()[0], lambda case=case: (desk.fresh(), case(desk)))
            desk.admin.close()
