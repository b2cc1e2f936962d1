# SPDX-License-Identifier: Apache-2.0
"""A clock that steps back revives nothing (reliability.md 1, I6; security.md S48): what a moment has ended stays ended,
whatever the admin clock does then, and what was alive lives on."""

import json
import os
import sys
import tempfile
from urllib.parse import urlencode

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lib"))

import fixture
from server import Server
from steps import World
from tap import Report

FORM = ("Content-Type", "application/x-www-form-urlencoded")


def post(world, method, headers=(), **arguments):
    answer = world.api.call("POST", "/api/" + method, [FORM, *headers], urlencode(arguments).encode())
    return json.loads(answer.body)


def credentials(world, app):
    return {"client_id": world.apps[app]["client_id"], "client_secret": world.apps[app]["client_secret"]}


def error_of(answer):
    return answer.get("error", "ok")


def tested(world, token):
    return error_of(post(world, "auth.test", [("Authorization", "Bearer " + token)]))


def refreshed(world, token):
    return error_of(post(world, "oauth.v2.access", grant_type="refresh_token", refresh_token=token,
                         **credentials(world, "ROT")))


def exchanged(world, code):
    return error_of(post(world, "oauth.v2.access", code=code, **credentials(world, "APP")))


def there_and_back(world, seconds):
    now = world.admin.call("GET", "/admin/v1/clock")["now"]
    world.admin.clock(advance=f"{seconds}s")
    assert world.admin.clock(set=now)["now"] == now


def bound(world, word, app, options):
    world.do(word, app, options)
    return dict(world.names.bound)


def a_code(world):
    dead = bound(world, "code", "APP", {})["code"]
    there_and_back(world, 601)
    assert exchanged(world, dead) == "invalid_code"
    alive = bound(world, "code", "APP", {})["code"]
    there_and_back(world, 599)
    assert exchanged(world, alive) == "ok"


def an_access_token(world):
    token = bound(world, "install", "ROT", {})["bot"]
    there_and_back(world, 43199)
    assert tested(world, token) == "ok"
    there_and_back(world, 43200)
    assert tested(world, token) == "token_expired"


def a_grace(world):
    token = bound(world, "install", "ROT", {})["bot_r"]
    assert refreshed(world, token) == "ok"
    there_and_back(world, 59)
    assert refreshed(world, token) == "ok"
    there_and_back(world, 60)
    assert refreshed(world, token) == "invalid_refresh_token"


def a_refresh_token(world):
    made = bound(world, "install", "PUB", {"user_scope": "search:read", "r": "http://localhost:3000/cb",
                                           "verifier": "secretpassword"})
    there_and_back(world, 30 * 24 * 3600)
    came = post(world, "oauth.v2.access", grant_type="refresh_token", refresh_token=made["user_r"],
                client_id=world.apps["PUB"]["client_id"])
    assert error_of(came) == "invalid_refresh_token", came


def main():
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        seed = os.path.join(folder, "seed.json")
        apps = fixture.apps()
        fixture.write_seed(seed, apps)
        for kind, data in (("memory", []), ("disk", ["--data", os.path.join(folder, "data")])):
            with Server("--seed-file", seed, *data) as server:
                world = World(server, apps)
                for test in (a_code, an_access_token, a_grace, a_refresh_token):
                    world.fresh()
                    report.run(f"{kind}: {test.__name__.replace('_', ' ')}", test, world)
    report.finish()


main()
