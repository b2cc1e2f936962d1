# SPDX-License-Identifier: Apache-2.0
"""What the contract wants tested apart from its vectors (envelope.md 10, oauth.v2.access.md 5)."""

import os
import sys
from urllib.parse import urlencode

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lib"))

from always import Always
from install import authorize
from play import running_world
from tap import Report
from wire import Connection

FORM = [("Content-Type", "application/x-www-form-urlencoded")]


def exchange(world, code, **more):
    """The error of an exchange by APP, or None."""
    app = world.apps["APP"]
    sent = {"code": code, "client_id": app["client_id"], "client_secret": app["client_secret"], **more}
    answer = world.call("POST", "/api/oauth.v2.access", FORM, urlencode(sent).encode()).text()
    return None if '"ok":true' in answer else answer.split('"error":"')[1].split('"')[0]


def big_body(world):
    """envelope.md 2: more than 1 MiB is 413 with an empty body, and the connection is closed."""
    with Connection(world.server.listen) as connection:
        connection.send(b"POST /api/api.test HTTP/1.1\r\nHost: h\r\nContent-Length: 2097152\r\n"
                        b"Content-Type: application/x-www-form-urlencoded\r\n\r\n")
        answer = connection.read()
        assert (answer.status, answer.body) == (413, b""), (answer.status, answer.body)
        assert connection.at_end(), "the connection stays open"


def big_head(world):
    """envelope.md 2: more than 32 KiB of headers is 431 with an empty body, and the connection is closed."""
    with Connection(world.server.listen) as connection:
        connection.send(b"GET /api/api.test HTTP/1.1\r\nHost: h\r\nX-Long: " + b"x" * 33000 + b"\r\n\r\n")
        answer = connection.read()
        assert (answer.status, answer.body) == (431, b""), (answer.status, answer.body)
        assert connection.at_end(), "the connection stays open"


def steady_rate(world):
    """envelope.md 10: two hundred calls of one client at once and a hundred a minute after that are never refused."""
    world.limits(True)
    for call in range(200):
        assert exchange(world, "bogus") == "invalid_code", f"call {call + 1} of the burst"
    for minute in range(3):
        world.admin.clock(advance="60s")
        for call in range(100):
            assert exchange(world, "bogus") == "invalid_code", f"call {call + 1} of minute {minute + 1}"


def ten_attempts(world):
    """oauth.v2.access.md 5: after ten attempts that failed in steps 10 to 13 a code is discarded."""
    code = authorize(world.api, world.apps["APP"])
    for attempt in range(10):
        got = exchange(world, code, redirect_uri="https://evil.example.test/")
        assert got == "bad_redirect_uri", f"attempt {attempt + 1}: {got}"
    assert exchange(world, code) == "invalid_code", "the code is still good"


def nine_attempts(world):
    """One less leaves the code good; failed authentication never counts."""
    code = authorize(world.api, world.apps["APP"])
    for _ in range(9):
        assert exchange(world, code, redirect_uri="https://evil.example.test/") == "bad_redirect_uri"
    for _ in range(30):
        assert exchange(world, code, client_secret="wrong") == "bad_client_secret"
    assert exchange(world, code) is None, "the code was discarded too early"


def exact_end(world):
    """oauth.v2.access.md 6.1: a code that is 600 s old has expired."""
    code = authorize(world.api, world.apps["APP"])
    world.admin.clock(advance="600s")
    assert exchange(world, code) == "invalid_code"


def always_headers(world):
    """envelope.md 7, for the verbs that the vectors do not use."""
    always = Always()
    for verb in ("HEAD", "OPTIONS", "DELETE"):
        for target in ("/api/api.test", "/api/oauth.v2.access", "/api/no.such"):
            answer = world.call(verb, target)
            found = always.problems(target, answer)
            assert not found, (verb, target, found)
            assert verb == "DELETE" or not answer.body, (verb, target, answer.body)


def explained(world):
    """clients.md 1, rule 20: hints start with [ERROR] or [WARN], and never hold a code or a secret."""
    world.admin.settings(explain="on")
    app = world.apps["APP"]
    code = authorize(world.api, app)
    world.method("oauth.v2.access", {"code": code, "client_id": app["client_id"],
                                     "client_secret": app["client_secret"]})
    answer = world.call("POST", "/api/oauth.v2.access", FORM, urlencode({
        "code": code, "client_id": app["client_id"], "client_secret": app["client_secret"]}).encode()).text()
    assert '"messages":["[ERROR] ' in answer or '"messages":["[WARN] ' in answer, answer
    assert code.rsplit(".", 1)[1] not in answer and app["client_secret"] not in answer, answer


def main():
    report = Report()
    tests = [big_body, big_head, steady_rate, ten_attempts, nine_attempts, exact_end,
             always_headers, explained]
    with running_world() as world:
        for test in tests:
            world.fresh()
            report.run(test.__name__.replace("_", " "), test, world)
    report.finish()


main()
