#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Commands that talk to a running server: what they print, what they change, how they fail."""

import json
import os
import socket
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from admin import Admin  # noqa: E402
from server import Server, binary  # noqa: E402
from tap import Report  # noqa: E402

APP, MIRA = "A05KQ2M7ZPD", "U04R7GH2S1M"
DEMO_URLS = ["http://localhost:3000/slack/oauth_redirect", "http://127.0.0.1:3000/slack/oauth_redirect"]

HINT = "try: hallpass help "
# What is wrong, the words, the lines of the error.
USAGE = [
    ("misspelt noun", ["usr", "list"], ['error: there is no command "usr"', "why: did you mean user?", HINT.strip()]),
    ("misspelt verb", ["user", "lst"], ['error: there is no command "user lst"', "why: did you mean list?",
                                       HINT + "user"]),
    ("misspelt second verb", ["app", "redirect", "ad", APP], ['error: there is no command "app redirect ad"',
                                                              "why: did you mean add?", HINT + "app redirect"]),
    ("an unlikely verb", ["app", "frobnicate"], ['error: there is no command "app frobnicate"', HINT + "app"]),
    ("no verb", ["app"], ['error: the word behind "app" is missing', "why: it is one of list, redirect",
                          HINT + "app"]),
    ("half a verb", ["user", "password"], ['error: the word behind "user password" is missing',
                                          "why: it is one of set, clear", HINT + "user password"]),
    ("no argument", ["user", "password", "set"], ["error: user password set takes USER", "why: something is missing",
                                                  HINT + "user password set"]),
    ("a password as argument", ["user", "password", "set", MIRA, "hunter2hunter2"],
     ["error: user password set takes USER", "why: there are more words than that", HINT + "user password set"]),
    ("misspelt flag", ["user", "list", "--outptu", "json"], ["error: unknown flag --outptu",
                                                            "why: did you mean --output?", HINT + "user"]),
    ("flag without value", ["user", "list", "--admin"], ["error: --admin needs ADDR:PORT", HINT + "user"]),
    ("superfluous value", ["user", "list", "--quiet=1"], ["error: --quiet takes no value", HINT + "user"]),
    ("output", ["user", "list", "--output", "xml"], ['error: --output: bad value "xml"', "why: it must be text or json",
                                                    HINT + "user list"]),
    ("address", ["user", "list", "--admin", "a.test:80"],
     ['error: --admin: bad value "a.test:80"',
      "why: it must be ADDRESS:PORT with a numeric address, such as 127.0.0.1:4481", HINT + "user list"]),
]


def run(*args, server=None, env=None, stdin=""):
    words = [binary(), *args] + (["--admin", server.admin] if server else [])
    return subprocess.run(words, input=stdin, capture_output=True, text=True, timeout=60, env=env)


def expect(wanted, got):
    if wanted != got:
        raise AssertionError(f"wanted {wanted!r}, got {got!r}")


def expect_in(wanted, text):
    if wanted not in text:
        raise AssertionError(f"wanted {wanted!r} in {text!r}")


def good(*args, **more):
    """What a command that must succeed printed."""
    done = run(*args, **more)
    expect((0, ""), (done.returncode, done.stderr))
    return done.stdout


def bad(status, *args, **more):
    """The lines of a command's error."""
    done = run(*args, **more)
    expect((status, ""), (done.returncode, done.stdout))
    lines = done.stderr.splitlines()
    expect("error", lines[0].split(":")[0])
    expect(True, len(lines) <= 3)
    return lines


def test_usage(args, lines):
    expect(lines, bad(2, *args))


def test_help():
    for words in (["user"], ["user", "list"], ["user", "password"], ["user", "password", "set"], ["app", "redirect"],
                  ["app", "redirect", "add"]):
        for args in ([*words, "--help"], ["help", *words], [*words, "-h"]):
            text = good(*args)
            expect("Examples:", text.splitlines()[0])
            expect_in("  hallpass " + " ".join(words), text)
            expect_in("Usage: hallpass " + words[0], text)
            expect_in("--admin ADDR:PORT", text)
    for noun in ("user", "app"):
        expect_in(f"\n  {noun} VERB", good("help"))
    bad(2, "help", "user", "lst")


def test_list():
    with Server() as server:
        lines = good("user", "list", server=server).splitlines()
        expect(["ID", "NAME", "REAL", "NAME", "ROLE", "WORKSPACE", "E-MAIL"], lines[0].split())
        expect([MIRA, "mira", "Mira", "Olsen", "owner", "T04QX81RB9C", "mira@harbor.example.test"], lines[1].split())
        expect({lines[0].index("ROLE")}, {line.index(role) for line, role in zip(lines[1:3], ("owner", "org_admin"))})
        rows = [json.loads(line) for line in good("user", "list", "--output=json", server=server).splitlines()]
        admin = Admin(server.admin)
        expect(admin.get("users")["users"], rows)
        admin.close()
        expect_in(APP, good("app", "list", server=server))


def test_what_people_wrote_does_not_reach_the_terminal():
    with Server() as server:
        admin = Admin(server.admin)
        admin.patch("users", MIRA, {"real_name": "Zoë \u009b31m"})
        admin.close()
        expect_in("Zoë ?31m    owner", good("user", "list", server=server))


def test_redirect_urls():
    with Server() as server:
        def told(*args):
            return good("app", "redirect", *args, server=server).splitlines()
        added, other = "https://a.test/cb", "https://a.test/other?x=1&y=%20"
        expect(DEMO_URLS, told("list", APP))
        expect([*DEMO_URLS, added], told("add", APP, added))
        expect([*DEMO_URLS, added], told("add", APP, added))  # is there already: nothing to do
        expect([], told("add", APP, other, "--quiet"))
        expect({"app": APP, "redirect_urls": [*DEMO_URLS, added, other]},
               json.loads(told("list", APP, "--output", "json")[0]))
        expect([*DEMO_URLS, other], told("remove", APP, added))
        expect([f"error: app {APP} has no redirect URL https://a.test/othre?x=1&y=%20", f"why: did you mean {other}?",
                f"try: hallpass app redirect list {APP}"],
               bad(6, "app", "redirect", "remove", APP, "https://a.test/othre?x=1&y=%20", server=server))
        for url in (other, *DEMO_URLS):
            told("remove", APP, url)
        expect([], told("list", APP))
        # The rest of the manifest is as it was.
        admin = Admin(server.admin)
        manifest = admin.get("apps", APP)["manifest"]
        admin.close()
        expect(("Demo", []), (manifest["display_information"]["name"], manifest["oauth_config"]["redirect_urls"]))
        expect(True, bool(manifest["oauth_config"]["scopes"]["bot"]))


def test_refused():
    with Server() as server:
        lines = bad(5, "app", "redirect", "add", APP, "https://a.test/#x", server=server)
        expect_in("redirect_urls[2]: it has a fragment", lines[0])
        expect(["why", "try"], [line.split(":")[0] for line in lines[1:]])
        expect(DEMO_URLS, good("app", "redirect", "list", APP, server=server).splitlines())


def test_not_found():
    with Server() as server:
        for noun, verb in (("app", "redirect"), ("user", "password")):
            for name in ("X0NOBODY", "a/../../b", "?x", "%2e", "..", "Ø", "A" * 5000):
                last = "list" if noun == "app" else "clear"
                lines = bad(6, noun, verb, last, name, server=server)
                expect(f"try: hallpass {noun} list", lines[2])
        bad(2, "app", "redirect", "list", "", server=server)


def test_environment():
    with Server() as server:
        env = {**os.environ, "HALLPASS_ADMIN": server.admin}
        expect_in(APP, good("app", "list", env=env))
        expect_in(APP, good("app", "list", server=server, env={**env, "HALLPASS_ADMIN": "127.0.0.1:1"}))
        lines = bad(2, "app", "list", env={**env, "HALLPASS_ADMIN": "x"})
        expect('error: HALLPASS_ADMIN: bad value "x"', lines[0])
    with Server(env={**os.environ, "HALLPASS_ADMIN": "127.0.0.1:1"}) as server:
        expect("", server.log() if "HALLPASS_ADMIN" in server.log() else "")


def test_nobody_answers():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        address = "127.0.0.1:%d" % taken.getsockname()[1]
        expect([f"error: no hallpass answers at {address}", "why: Connection refused",
                "try: hallpass dev, or --admin ADDR:PORT of a server that runs"],
               bad(4, "user", "list", "--admin", address))


def test_somebody_else_answers(answer, why):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def serve():
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                try:
                    connection.sendall(answer)
                except OSError:
                    pass  # had enough
        thread = threading.Thread(target=serve)
        thread.start()
        lines = bad(4, "user", "list", "--admin", "127.0.0.1:%d" % listener.getsockname()[1])
        thread.join()
        expect("why: " + why, lines[1])


STRANGERS = [
    ("SSH", b"SSH-2.0-OpenSSH\r\n", "the answer is not HTTP as hallpass speaks it"),
    ("closes", b"", "the connection was closed in the middle of the answer"),
    ("half an answer", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
     "the connection was closed in the middle of the answer"),
    ("no JSON", b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<ok>", "the answer is not JSON"),
    ("no problem document", b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}",
     "it answered with status 404 and no problem document"),
    ("without end", b"HTTP/1.1 200 OK\r\n\r\n" + b" " * (5 * 1024 * 1024), "the answer is too large"),
]


def test_full_disk():
    with Server() as server, open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([binary(), "user", "list", "--admin", server.admin], stdout=full, stderr=subprocess.PIPE,
                              text=True, timeout=60)
        expect((1, "error: the output could not be written\n"), (done.returncode, done.stderr))


def main():
    report = Report()
    for name, args, lines in USAGE:
        report.run(f"usage: {name}", test_usage, args, lines)
    for name, answer, why in STRANGERS:
        report.run(f"somebody else answers: {name}", test_somebody_else_answers, answer, why)
    for name, test in sorted(globals().items()):
        if name.startswith("test_") and test.__code__.co_argcount == 0:
            report.run(name[5:].replace("_", " "), test)
    report.finish()


if __name__ == "__main__":
    main()
