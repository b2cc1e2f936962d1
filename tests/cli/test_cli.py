#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The command line from outside: exit statuses, errors in three lines, the ready line, start and stop."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlencode

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from admin import Admin  # noqa: E402
from install import authorize  # noqa: E402
from server import Server, binary  # noqa: E402
from tap import Report  # noqa: E402
from wire import Closed, Connection  # noqa: E402

DEMO = {"client_id": "4831107762.5926604413", "client_secret": "0123456789abcdef0123456789abcdef"}
APP = ("apps:\n  - id: A05KQ2M7ZPD\n    workspace: T04QX81RB9C\n    manifest:\n"
       "      display_information: { name: Deploy Bell }\n")
PLACE = "workspaces:\n  - { id: T04QX81RB9C, name: Harbor Lights, domain: harborlights }\n"

# What is wrong, the file, what `check` says of it behind the file's name.
BROKEN_SEEDS = [
    ("unknown section", "workspces: []\n", ":1:1: workspces: unknown key; did you mean workspaces?"),
    ("unknown key", PLACE + "users:\n  - { workspace: T04QX81RB9C, name: a, emial: a@b.test }\n",
     ":4:40: users[0].emial: unknown key; did you mean email?"),
    ("role", PLACE + "users:\n  - { workspace: T04QX81RB9C, name: a, role: onwer }\n", "; did you mean owner?"),
    ("id", "workspaces:\n  - { id: X1, name: a, domain: a }\n", ":2:11: workspaces[0].id: must be a workspace id"),
    ("domain", "\n\nworkspaces:\n  - id: T0AA\n    name: a\n    domain: Not Good\n",
     ":6:13: workspaces[0].domain: must"),
    ("scope", PLACE + APP + "      oauth_config:\n        scopes: { bot: [ chat:wrte ] }\n",
     ":9:26: apps[0].manifest.oauth_config.scopes.bot[0]: there is no scope \"chat:wrte\"; "
     "did you mean chat:write?"),
    ("redirect URL", PLACE + APP + "      oauth_config:\n        redirect_urls:\n          - https://a.test/cb\n"
     "          - https://a.test/#x\n", ":11:13: apps[0].manifest.oauth_config.redirect_urls[1]: "),
    ("manifest key", PLACE + APP + "      oauth_confg: {}\n",
     ":8:7: apps[0].manifest.oauth_confg: unknown key; did you mean oauth_config?"),
    ("reference", "users:\n  - { workspace: T0NOWHERE, name: a }\n",
     ":2:18: users[0].workspace: T0NOWHERE is not in this file"),
    ("repeated id", PLACE + "  - { id: T04QX81RB9C, name: b, domain: b }\n",
     ":3:11: workspaces[1].id: T04QX81RB9C was given to another entry before"),
    ("missing name", "enterprises:\n  - { id: E06NB3V2KLA, domain: a }\n", ":2:5: enterprises[0].name: is required"),
    ("syntax", "users:\n  - { name: a\n  - b\n", ":4:1: did not find expected"),
    ("key given twice", "users: []\nusers: []\n", ":2:1: "),
]
BROKEN_CONFIGS = [
    ("unknown key", "log:\n  levle: info\n", ":2:3: log.levle: unknown key; did you mean log.level?"),
    ("unknown setting", "code_tll: 60\n", ":1:1: code_tll: unknown key; did you mean code_ttl?"),
    ("value", "loops: 0\n", ":1:8: loops: must be 1 to 64"),
    ("setting's value", "explain: of\n", ":1:10: explain: "),
    ("address", "listen:\n  public: localhost\n", ":2:11: listen.public: must be ADDRESS:PORT"),
    ("risk", "public_url: https://a.test\nexplain: on\n", ":2:10: explain: "),
    ("unknown risk", "accept_risks: [ memry ]\n",
     ":1:15: accept_risks: names a risk that does not exist; did you mean memory?"),
]
USAGE = [
    ("unknown command", ["srve"], ["error: there is no command \"srve\"", "why: did you mean serve?",
                                   "try: hallpass help"]),
    ("unknown flag", ["dev", "--sed", "1"], ["error: unknown flag --sed", "why: did you mean --seed?",
                                            "try: hallpass dev --help"]),
    ("bad value", ["dev", "--log", "xml"], ["error: --log: bad value \"xml\"", "why: it must be json or text",
                                           "try: hallpass dev --help"]),
    ("value missing", ["dev", "--listen"], ["error: --listen needs ADDR:PORT", "try: hallpass dev --help"]),
    ("superfluous value", ["dev", "--strict=yes"], ["error: --strict takes no value", "try: hallpass dev --help"]),
    ("superfluous argument", ["version", "now"], ["error: unknown argument now", "try: hallpass version --help"]),
    ("serve without a configuration", ["serve"], ["error: serve needs a configuration",
                                                  "why: --config FILE is missing",
                                                  "try: hallpass dev, a sandbox that needs none"]),
    ("no PostgreSQL", ["dev", "--store", "postgresql://x"], ["error: a PostgreSQL store was asked for",
                                                             "why: this build has the embedded store only",
                                                             "try: --data DIR keeps the data in a folder"]),
    ("two stores", ["dev", "--data", "x", "--store", "postgresql://x"],
     ["error: --data and --store exclude each other", "try: hallpass dev --help"]),
    ("check without a file", ["check"], ["error: check takes one file", "try: hallpass check --help"]),
]


def run(*args, env=None):
    return subprocess.run([binary(), *args], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20,
                          env=env)


def expect(wanted, got):
    if wanted != got:
        raise AssertionError(f"wanted {wanted!r}, got {got!r}")


def expect_in(wanted, text):
    if wanted not in text:
        raise AssertionError(f"wanted {wanted!r} in {text!r}")


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def api(connection, method, token=None, **form):
    headers = [("Content-Type", "application/x-www-form-urlencoded")]
    if token:
        headers.append(("Authorization", "Bearer " + token))
    answer = connection.call("POST", "/api/" + method, headers, urlencode(form).encode())
    return json.loads(answer.body)


def test_usage(args, lines):
    done = run(*args)
    expect(2, done.returncode)
    expect("", done.stdout)
    expect(lines, done.stderr.splitlines())


def test_help():
    for command in ("dev", "serve", "check", "version", "help"):
        for args in ([command, "--help"], ["help", command], ["--help", command]):
            done = run(*args)
            expect((0, ""), (done.returncode, done.stderr))
            expect("Examples:", done.stdout.splitlines()[0])
            expect_in(f"Usage: hallpass {command}", done.stdout)
    expect_in("--auto-approve[=USER[,TEAM]]", run("dev", "--help").stdout)
    expect(0, run("help").returncode)
    bare = run()
    expect((2, ""), (bare.returncode, bare.stdout))


def test_version():
    expect(0, run("version").returncode)
    expect(run("version").stdout, run("--version").stdout)


def test_check_broken(text, message, *flags):
    with tempfile.TemporaryDirectory() as folder:
        path = write(folder, "file.yaml", text)
        done = run("check", *flags, path)
        expect((3, ""), (done.returncode, done.stdout))
        expect(1, len(done.stderr.splitlines()))
        expect_in(path, done.stderr)
        expect_in(message, done.stderr)


def test_broken_file_stops_the_start():
    with tempfile.TemporaryDirectory() as folder:
        seed, config = write(folder, "s.yaml", "user: []\n"), write(folder, "c.yaml", "loop: 1\n")
        for args in (["--seed-file", seed], ["--config", config], ["--config", folder + "/none"],
                     ["--seed-file", folder + "/none"]):
            done = run("dev", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", *args)
            expect((3, ""), (done.returncode, done.stdout))
        serve = run("serve", "--config", write(folder, "d.yaml", "store: { data: x }\n"))
        expect((3, ""), (serve.returncode, serve.stdout))
        expect_in("public_url: is required", serve.stderr)


def test_check_good():
    with tempfile.TemporaryDirectory() as folder:
        seed = write(folder, "seed.yaml", PLACE + APP)
        expect((0, f"{seed}: a good seed file: 0 enterprises, 1 workspace, 0 users, 1 app\n"),
               (run("check", seed).returncode, run("check", seed).stdout))
        config = write(folder, "c.yaml", "public_url: https://a.test\nrate_limit:\n  oauth.v2.access: 600/min+0\n"
                                         "api_prefix: [ /api/, / ]\nlog.level: warn\n")
        expect((0, f"{config}: a good configuration for hallpass serve\n"),
               (run("check", config).returncode, run("check", config).stdout))


def test_ready_line():
    with Server("--seed", "42") as server:
        ready = server.ready
        wanted = {"event": "ready", "data": "memory", "seed": 42, "workspace": "T04QX81RB9C", "app": "A05KQ2M7ZPD",
                  **DEMO, "api": f"http://{server.listen}/api/",
                  "authorize": f"http://{server.listen}/oauth/v2/authorize"}
        expect(wanted, {key: ready.get(key) for key in wanted})
        expect("hallpass " + ready["version"] + "\n", run("version").stdout)
        for address in (server.listen, server.admin):  # both accept by now
            Connection(address).close()


def test_seed_is_reproducible():
    with tempfile.TemporaryDirectory() as folder:
        seed = write(folder, "seed.yaml", PLACE + APP)
        ids = []
        for number in ("1", "1", "2"):
            with Server("--seed", number, "--seed-file", seed) as server:
                ids.append(server.ready["client_id"])
        expect(ids[0], ids[1])
        if ids[0] == ids[2]:
            raise AssertionError("another seed made the same client id")


def test_seeded_clock():
    with Server("--seed", "1") as server:
        admin = Admin(server.admin)
        expect("2026-01-01T00:00:", admin.call("GET", "/admin/v1/clock")["now"][:17])
        admin.clock(advance="3600s")
        admin.reset()
        expect("2026-01-01T00:00:", admin.call("GET", "/admin/v1/clock")["now"][:17])
        admin.close()


def test_time_never_runs_back():
    with tempfile.TemporaryDirectory() as folder:
        with Server("--data", folder) as server:
            admin = Admin(server.admin)
            admin.clock(advance="86400s")
            before = admin.call("GET", "/admin/v1/clock")["now"]
            admin.close()
            install(server)  # a write, so that the moved time is stored
        with Server("--data", folder) as server:
            admin = Admin(server.admin)
            after = admin.call("GET", "/admin/v1/clock")["now"]
            admin.close()
            if after < before:
                raise AssertionError(f"it was {before}, now it is {after}")
            expect_in("was set forward", server.log())


def test_two_on_free_ports():
    with Server() as one, Server() as two:
        expect(4, len({one.listen, one.admin, two.listen, two.admin}))


def test_busy_port():
    with Server() as server:
        for flag, address in (("--listen", server.listen), ("--admin", server.admin)):
            other = "--admin" if flag == "--listen" else "--listen"
            done = run("dev", flag, address, other, "127.0.0.1:0")
            expect((1, ""), (done.returncode, done.stdout))
            lines = done.stderr.splitlines()
            expect(["error", "why", "try"], [line.split(":")[0] for line in lines])
            expect_in(address, lines[1])


def test_used_folder():
    with tempfile.TemporaryDirectory() as folder, Server("--data", folder):
        done = run("dev", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--data", folder)
        expect((1, ""), (done.returncode, done.stdout))
        lines = done.stderr.splitlines()
        expect(["error", "why", "try"], [line.split(":")[0] for line in lines])
        expect_in(folder, lines[0])


def test_unwritable_folder():
    with tempfile.TemporaryDirectory() as folder:
        done = run("dev", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--data",
                   write(folder, "a file", "") + "/data")
        expect((1, ""), (done.returncode, done.stdout))
        expect(["error", "why", "try"], [line.split(":")[0] for line in done.stderr.splitlines()])


def test_stop(how):
    expect(0, Server().stop(how))


def test_stop_finishes_what_is_under_way():
    server = Server()
    with Connection(server.listen) as slow:
        body = b"foo=bar"
        head = ("POST /api/api.test HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                f"Content-Length: {len(body)}\r\n\r\n")
        slow.send(head.encode() + body[:3])
        with Connection(server.listen) as other:  # the loop has read the half request when it has answered this one
            other.call("GET", "/api/api.test")
        server.process.send_signal(signal.SIGTERM)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                Connection(server.listen).close()
            except OSError:
                break
        else:
            raise AssertionError("still accepting 10 s after SIGTERM")
        slow.send(body[3:])
        answer = slow.read("POST")
        expect({"ok": True, "args": {"foo": "bar"}}, json.loads(answer.body))
    expect(0, server.process.wait(20))  # without a second signal
    expect(0, server.stop())


def test_second_signal():
    server = Server()
    with Connection(server.listen) as slow:
        slow.send(b"POST /api/api.test HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
        with Connection(server.listen) as other:
            other.call("GET", "/api/api.test")
        server.process.send_signal(signal.SIGTERM)
        end = time.monotonic() + 10
        while "stopping" not in server.log() and time.monotonic() < end:
            pass
        expect(0, server.stop(signal.SIGTERM, within=10))


def install(server):
    with Connection(server.listen) as connection:
        code = authorize(connection, DEMO)
        answer = api(connection, "oauth.v2.access", code=code, **DEMO)
        if not answer.get("ok"):
            raise AssertionError(f"no token: {answer}")
        return answer["access_token"]


def auth_test(server, token):
    with Connection(server.listen) as connection:
        return api(connection, "auth.test", token)


def test_killed_and_started_again():
    with tempfile.TemporaryDirectory() as folder:
        server = Server("--data", folder)
        token = install(server)
        server.stop(signal.SIGKILL)
        with Server("--data", folder) as again:
            expect(folder, again.ready["data"])
            expect(DEMO["client_secret"], again.ready.get("client_secret"))
            expect(True, auth_test(again, token)["ok"])
            install(again)


def test_seed_file_over_filled_folder():
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data")
        with Server("--data", data) as server:
            token = install(server)
        seed = write(folder, "seed.yaml", "workspaces: [ { id: T04QX81RB9C, name: Renamed, domain: harborlights } ]\n")
        with Server("--data", data, "--seed-file", seed) as server:
            answer = auth_test(server, token)
            expect((True, "Renamed"), (answer["ok"], answer.get("team")))


def test_reset():
    with tempfile.TemporaryDirectory() as folder:
        seed = write(folder, "seed.yaml", PLACE + APP + "users: [ { workspace: T04QX81RB9C, name: a } ]\n")
        with Server("--seed-file", seed, "--data", folder + "/data") as server:
            admin = Admin(server.admin)
            before = admin.get("apps", "A05KQ2M7ZPD")
            admin.patch("workspaces", "T04QX81RB9C", {"name": "Renamed"})
            admin.patch("apps", "A05KQ2M7ZPD", {"client_secret": "another"})
            admin.settings(code_ttl="5")
            admin.clock(advance="600s")
            admin.maintenance(True)
            admin.reset()
            # Also the secrets that were made at random are those of the start.
            expect(before, admin.get("apps", "A05KQ2M7ZPD"))
            expect("Harbor Lights", admin.get("workspaces", "T04QX81RB9C")["name"])
            with Connection(server.listen) as connection:
                expect(200, connection.call("GET", "/api/api.test").status)
            admin.close()


def test_auto_approve():
    with Server("--auto-approve=U05B3K8WZQN,T04QX81RB9C") as server, Connection(server.listen) as connection:
        answer = connection.call("GET", "/oauth/v2/authorize?" + urlencode(
            {"client_id": DEMO["client_id"], "scope": "chat:write", "user_scope": "search:read"}))
        code = (answer.header("Location") or "?").split("code=")[1].split("&")[0]
        expect("U05B3K8WZQN", api(connection, "oauth.v2.access", code=code, **DEMO)["authed_user"]["id"])


def test_auto_approve_by_a_stranger():
    done = run("dev", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--auto-approve=U0STRANGER")
    expect((1, ""), (done.returncode, done.stdout))
    expect(["error: nobody can approve installs", "why: there is no U0STRANGER in the seed"],
           done.stderr.splitlines()[:2])


def test_base_path():
    with Server("--base-path", "/w/x/") as server, Connection(server.listen) as connection:
        expect(f"http://{server.listen}/w/x/api/", server.ready["api"])
        expect(404, connection.call("GET", "/api/api.test").status)
        expect(404, connection.call("GET", "/w/xapi/api.test").status)
        expect({"ok": True, "args": {}}, json.loads(connection.call("GET", "/w/x/api/api.test").body))
        page = connection.call("GET", "/w/x/oauth/v2/authorize?client_id=1.2")
        expect("invalid_client_id", page.header("X-OAuth-Error"))


def test_environment_and_precedence():
    with tempfile.TemporaryDirectory() as folder:
        config = write(folder, "c.yaml", "api_prefix: /file/\ncode_ttl: 5\n")
        env = {**os.environ, "HALLPASS_API_PREFIX": "/env/,/second/"}
        with Server("--config", config, env=env) as server, Connection(server.listen) as connection:
            expect(f"http://{server.listen}/env/", server.ready["api"])
            expect(200, connection.call("GET", "/second/api.test").status)
            expect(404, connection.call("GET", "/file/api.test").status)
        done = run("dev", env={**os.environ, "HALLPASS_CODE_TTL": "x"})
        expect(3, done.returncode)
        expect_in("HALLPASS_CODE_TTL: ", done.stderr)


def test_log():
    with Server("--log", "json") as server:
        with Connection(server.listen) as connection:
            connection.call("GET", "/api/api.test?error=my_error&secret=hush", [("User-Agent", "tester")])
        end = time.monotonic() + 10
        lines = []
        while not lines and time.monotonic() < end:
            lines = [json.loads(line) for line in server.log().splitlines() if '"event":"request"' in line]
        wanted = {"event": "request", "listener": "public", "verb": "GET", "method": "api.test", "status": 200,
                  "ok": False, "error": "my_error", "client_ip": "127.0.0.1", "ua": "tester"}
        expect(wanted, {key: lines[0].get(key) for key in wanted})
        if "hush" in server.log():
            raise AssertionError("the query is in the log")


def test_not_found():
    with Server() as server, Connection(server.listen) as connection:
        answer = connection.call("GET", "/nothing")
        expect((404, "nosniff"), (answer.status, answer.header("X-Content-Type-Options")))


def test_serve():
    with tempfile.TemporaryDirectory() as folder:
        config = write(folder, "c.yaml", f"public_url: https://hallpass.example.test\nstore.data: {folder}/data\n"
                                         "listen: { public: 'tcp://127.0.0.1:0', admin: 127.0.0.1:0 }\n")
        process = subprocess.Popen([binary(), "serve", "--config", config], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL)
        try:
            ready = json.loads(process.stdout.readline())
            expect("https://hallpass.example.test/api/", ready["api"])
            expect(None, ready.get("client_secret"))
            process.send_signal(signal.SIGTERM)
            expect(0, process.wait(20))
        finally:
            process.kill()
            process.communicate()


def main():
    report = Report()
    for name, args, lines in USAGE:
        report.run(f"usage: {name}", test_usage, args, lines)
    for name, text, message in BROKEN_SEEDS:
        report.run(f"broken seed file: {name}", test_check_broken, text, message)
    for name, text, message in BROKEN_CONFIGS:
        report.run(f"broken configuration: {name}", test_check_broken, text, message, "--config")
    report.run("SIGTERM", test_stop, signal.SIGTERM)
    report.run("SIGINT", test_stop, signal.SIGINT)
    for name, test in sorted(globals().items()):
        if name.startswith("test_") and test.__code__.co_argcount == 0:
            report.run(name[5:].replace("_", " "), test)
    report.finish()


if __name__ == "__main__":
    main()
