#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The whole server on a disk that is full or broken, on a damaged folder, killed under load, and with fault switches on
(reliability.md 4 to 6, F1, F5, F6; experience.md 6). FAULT_KILLS: rounds of kill -9, 20 by default."""

import contextlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from urllib.parse import parse_qs, urlencode, urlsplit

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lib"))

import fixture  # noqa: E402
from admin import Admin  # noqa: E402
from disk import SHIM, Disk  # noqa: E402
from install import CONSENT, authorize  # noqa: E402
from load import FORM, Load, api, codes, exchange  # noqa: E402
from server import Server, binary  # noqa: E402
from tap import Report  # noqa: E402
from wire import Closed, Connection, once  # noqa: E402

STORAGE = 10  # exit status: the process gave up on purpose
NOBODY = 65534
FATAL = {"ok": False, "error": "fatal_error"}
SPENT = {"ok": False, "error": "invalid_code"}
REDIRECT = "https://fault.example.test/cb"


def expect(wanted, got, what=""):
    if wanted != got:
        raise AssertionError(f"{what} wanted {wanted!r}, got {got!r}")


class Place:
    """A data folder with one app, and the disk below it."""

    def __init__(self, root):
        self.root = root
        self.data = os.path.join(root, "data")
        self.seed = os.path.join(root, "seed.json")
        self.app = fixture.app("FAULT", random.Random(os.urandom(16)), [REDIRECT])
        fixture.write_seed(self.seed, {"FAULT": self.app})
        self.disk = Disk(self.data, os.path.join(root, "control"))
        self.binary = binary()
        self.seeded = False

    @contextlib.contextmanager
    def server(self, ends=0):
        """A server on the folder. ends: the exit status that it must have, None: any."""
        self.disk.works()
        seed = [] if self.seeded else ["--seed-file", self.seed]
        server = Server("--data", self.data, *seed, env=self.disk.env)
        self.seeded = True
        try:
            with contextlib.closing(Admin(server.admin)) as admin:
                admin.settings(rate_limit="off", explain="off")
            yield server
            status = server.stop() if ends == 0 else server.process.wait(20)
            if ends is not None:
                expect(ends, status, f"exit status, the log ends\n{server.log()[-1000:]}\n")
        finally:
            if server.process.poll() is None:
                server.process.kill()
            server.process.communicate()

    def fill(self):
        """Makes the folder, with some tokens in it."""
        with self.server() as server, Connection(server.listen) as client:
            return [exchange(client, self.app, code)["access_token"] for code in codes(server.listen, self.app, 40)]


@contextlib.contextmanager
def place():
    with tempfile.TemporaryDirectory() as root:
        os.chmod(root, 0o755)
        yield Place(root)


def stored(server):
    """All that an exchange leaves behind: tokens and authorizations as the admin API has them."""
    with contextlib.closing(Admin(server.admin)) as admin:
        return admin.get("tokens")["tokens"], admin.get("installs")["installs"]


def is_ready(server):
    response = once(server.admin, "GET", "/health/ready")
    checks = {check["name"]: check["ok"] for check in json.loads(response.body)["checks"]}
    expect(response.status == 200, all(checks.values()), "checks and status differ:")
    return response.status, checks["store_commit"]


def commits(server):
    """How many transactions the metrics tell."""
    text = once(server.admin, "GET", "/metrics").text()
    return next(line for line in text.splitlines() if line.startswith("hallpass_commits_total "))


# A disk without space: refused, nothing half there, and on it goes when space is back.


def test_full(error, suffix):
    with place() as p, p.server() as server, Connection(server.listen) as client:
        token = exchange(client, p.app, authorize(client, p.app))["access_token"]
        code = authorize(client, p.app, scope="chat:write,commands")
        before, committed = stored(server), commits(server)
        p.disk.fails("write", error, suffix)
        expect((503, False), is_ready(server))
        for _ in range(3):
            response = client.call("POST", "/api/oauth.v2.access", [FORM], form(p.app, code))
            expect((200, FATAL), (response.status, json.loads(response.body)))
            expect((503, False), is_ready(server))
            expect(True, api(client, "auth.test", token)["ok"])
            expect(before, stored(server))
        expect((200, committed), (once(server.admin, "GET", "/health/live").status, commits(server)))
        p.disk.works()
        expect((200, True), is_ready(server))
        expect("chat:write,commands", exchange(client, p.app, code)["scope"])
        expect(SPENT, exchange(client, p.app, code))
        tokens, installs = stored(server)
        expect(len(before[0]) + 1, len(tokens))
        expect(["chat:write", "commands"], installs[0]["scopes"])


def form(app, code):
    return urlencode({"code": code, "client_id": app["client_id"], "client_secret": app["client_secret"]}).encode()


def test_full_under_load():
    """The disk is full in the middle of it; what was refused is exchanged afterwards, each code once."""
    with place() as p, p.server() as server, Connection(server.listen) as client:
        load = Load(server.listen, p.app, codes(server.listen, p.app, 400))
        load.wait_for(100)
        p.disk.fails("write", "ENOSPC")
        load.wait_for(100)
        p.disk.works()
        journal = load.end()
        refused = [attempt for attempt in journal if attempt.answer != FATAL and not attempt.answer["ok"]]
        expect([], [attempt.answer for attempt in refused])
        again = [attempt for attempt in journal if attempt.answer == FATAL]
        assert again, "no exchange met the full disk"
        for attempt in again:
            attempt.answer = exchange(client, p.app, attempt.code)
        check_journal(p, server, journal)


# A disk that is broken: the process ends at once, and no answer after that says ok.


def test_broken(call, error):
    with place() as p:
        with p.server(ends=STORAGE) as server:
            load = Load(server.listen, p.app, codes(server.listen, p.app, 600))
            load.wait_for(random.randrange(20, 100))
            p.disk.fails(call, error)
            broken = time.monotonic()
            server.process.wait(20)
            journal = load.end()
            late = [attempt for attempt in journal if attempt.sent > broken and (attempt.answer or {}).get("ok")]
            expect(0, len(late), "ok:true after the disk broke:")
            last = [line for line in server.log().splitlines() if "storage failed" in line]
            expect(1, len(last), server.log()[-1000:])
            assert "stopping at once" in last[0] and p.data in last[0], last[0]
        with p.server() as server:
            check_journal(p, server, journal)


def check_journal(p, server, journal):
    """What was acknowledged is there; what was not is done or not done; no code counts twice."""
    tokens, spent = len(stored(server)[0]), 0
    with Connection(server.listen) as client:
        for attempt in journal:
            if attempt.answer and attempt.answer["ok"]:
                live = api(client, "auth.test", attempt.answer["access_token"])
                assert live["ok"], f"an acknowledged token is lost: {live}"
                expect(SPENT, exchange(client, p.app, attempt.code), "acknowledged, and again:")
                spent += 1
                continue
            answer = exchange(client, p.app, attempt.code)
            assert answer["ok"] or answer == SPENT, answer
            expect(SPENT, exchange(client, p.app, attempt.code), "not acknowledged, exchanged, and again:")
            spent += not answer["ok"]
    expect(spent, tokens, "a token for each spent code:")


# kill -9 under load.


def test_kills(rounds):
    rng = random.Random(os.urandom(16))
    kinds = {"done": 0, "unknown": 0}
    for _ in range(rounds):
        with place() as p:
            with p.server(ends=-9) as server:
                load = Load(server.listen, p.app, codes(server.listen, p.app, 150))
                load.wait_for(1)
                time.sleep(10 ** rng.uniform(-4, -1.2))  # the instant of the kill, log-uniform
                server.process.kill()
                server.process.wait(20)
                journal = load.end()
            kinds["done"] += sum(attempt.answer is not None for attempt in journal)
            kinds["unknown"] += sum(attempt.answer is None for attempt in journal)
            with p.server() as server:
                check_journal(p, server, journal)
    print(f"# {rounds} kills: {kinds['done']} answered, {kinds['unknown']} unknown")
    assert all(kinds.values()), "every kill came too early or too late"


# Folders that cannot be used.


def start(p, **how):
    """A start that must not succeed: its exit status and its lines."""
    done = subprocess.run([p.binary, "dev", "--listen", "127.0.0.1:0", "--admin",
                           "127.0.0.1:0", "--data", p.data], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=20, env=p.disk.env, check=False, **how)
    expect("", done.stdout, "a ready line:")
    return done.returncode, done.stderr.splitlines()


def expect_refused(result):
    status, lines = result
    expect((1, ["error:", "why:", "try:"]), (status, [line.split()[0] for line in lines]), "\n".join(lines))


def test_full_at_start(suffix, filled):
    with place() as p:
        if filled:
            p.fill()
        p.disk.fails("write", "ENOSPC", suffix)
        expect_refused(start(p))
        p.fill()


def test_read_only_at_start():
    with place() as p:
        p.fill()
        for name in os.listdir(p.data):
            os.chmod(os.path.join(p.data, name), 0o444)
        os.chmod(p.data, 0o555)
        how = {}
        if os.geteuid() == 0:  # who may write everywhere
            how = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            p.binary = shutil.copy(binary(), p.root)
            p.disk.env.pop("LD_PRELOAD")
        expect_refused(start(p, **how))


def test_read_only_at_run():
    """The mount turns read-only below a running server."""
    with place() as p:
        with p.server(ends=STORAGE) as server:
            code = codes(server.listen, p.app, 1)[0]
            p.disk.fails("write", "EROFS", "*")
            with contextlib.suppress(Closed), Connection(server.listen) as client:
                expect(FATAL, exchange(client, p.app, code))
        expect_refused_then_good(p, code)


def expect_refused_then_good(p, code):
    p.disk.fails("write", "EROFS", "*")
    expect_refused(start(p))
    with p.server() as server, Connection(server.listen) as client:
        expect(True, exchange(client, p.app, code)["ok"])


def flip(path, offset, count=16):
    with open(path, "r+b") as file:
        file.seek(offset)
        data = file.read(count)
        file.seek(offset)
        file.write(bytes(byte ^ 0xff for byte in data))


def cut(path, size):
    os.truncate(path, size)


def test_damaged(damage, *args):
    with place() as p:
        p.fill()
        damage(os.path.join(p.data, "hallpass.db"), *args)
        status, lines = start(p)
        if status == STORAGE:
            assert "storage failed" in lines[-1] and p.data in lines[-1], lines
        else:
            expect_refused((status, lines))


def test_damaged_at_run():
    """A page that no start reads: the first exchange finds it."""
    with place() as p:
        with p.server() as server:
            code = codes(server.listen, p.app, 1)[0]
        path = os.path.join(p.data, "hallpass.db")
        with contextlib.closing(sqlite3.connect(path)) as db:
            page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'install'").fetchone()[0]
        flip(path, (page - 1) * 4096)
        with p.server(ends=STORAGE) as server, contextlib.suppress(Closed), Connection(server.listen) as client:
            expect(FATAL, exchange(client, p.app, code))


# Switches, as a client without any library sees them.


def switched(server, p, kind):
    """Sends one exchange with a switch set: bytes of the answer up to the end of the connection, time, code."""
    with Connection(server.listen) as client:
        code = authorize(client, p.app)
    with contextlib.closing(Admin(server.admin)) as admin:
        admin.fault(kind, "oauth.v2.access")
    began = time.monotonic()
    with Connection(server.listen) as client:
        body = form(p.app, code)
        client.send(b"POST /api/oauth.v2.access HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: "
                    + FORM[1].encode() + b"\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body)
        raw = b""
        while data := client.sock.recv(65536):
            raw += data
    head, _, text = raw.partition(b"\r\n\r\n")
    return head.decode().split("\r\n"), text, time.monotonic() - began, code


def afterwards(server, p, code):
    with Connection(server.listen) as client:
        return exchange(client, p.app, code)


def switch_error(server, p):
    head, text, _, code = switched(server, p, "error=invalid_code")
    expect(("HTTP/1.1 200 OK", SPENT), (head[0], json.loads(text)))
    expect(True, afterwards(server, p, code)["ok"])


def switch_status(server, p):
    head, _, _, code = switched(server, p, "status=503")
    expect("503", head[0].split()[1])
    assert "Retry-After: 1" in head, head
    expect(True, afterwards(server, p, code)["ok"])


def switch_ratelimited(server, p):
    head, text, _, code = switched(server, p, "ratelimited=7")
    expect(("429", "ratelimited"), (head[0].split()[1], json.loads(text)["error"]))
    assert "Retry-After: 7" in head, head
    expect(True, afterwards(server, p, code)["ok"])


def switch_delay(server, p):
    _, text, took, code = switched(server, p, "delay=250")
    expect(True, json.loads(text)["ok"])
    assert took >= 0.25, f"answered after {took:.3f} s"
    expect(SPENT, afterwards(server, p, code))


def switch_drop(server, p):
    before = stored(server)
    head, text, _, code = switched(server, p, "drop")
    expect(([""], b""), (head, text))
    expect(before, stored(server))
    expect(True, afterwards(server, p, code)["ok"])


def switch_drop_after(server, p):
    before = len(stored(server)[0])
    head, text, _, code = switched(server, p, "drop-after")
    expect(([""], b""), (head, text))
    expect(before + 1, len(stored(server)[0]))
    expect(SPENT, afterwards(server, p, code))


def switch_truncate(server, p):
    head, text, _, code = switched(server, p, "truncate=20")
    promised = next(int(line.split()[1]) for line in head if line.lower().startswith("content-length:"))
    assert promised > 20, head
    expect((20, b'{"ok":true,'), (len(text), text[:11]))
    expect(SPENT, afterwards(server, p, code))


def switch_wrong_type(server, p):
    head, text, _, code = switched(server, p, "wrong-type")
    expect(["Content-Type: text/html; charset=utf-8"], [line for line in head if line.startswith("Content-Type")])
    expect(True, json.loads(text)["ok"])
    expect(SPENT, afterwards(server, p, code))


SWITCHES = [switch_error, switch_status, switch_ratelimited, switch_delay, switch_drop, switch_drop_after,
            switch_truncate, switch_wrong_type]


# No place for the first signing key.


def test_no_key():
    with place() as p, p.server() as server, Connection(server.listen) as client:
        code = openid_code(client, p.app)
        p.disk.fails("write", "ENOSPC")
        arguments = {"code": code, "redirect_uri": REDIRECT, "client_id": p.app["client_id"],
                     "client_secret": p.app["client_secret"]}
        for _ in range(2):
            expect(FATAL, api(client, "openid.connect.token", **arguments))
            keys = client.call("GET", "/openid/connect/keys")
            expect((503, "1"), (keys.status, keys.header("Retry-After")))
        p.disk.works()
        assert "id_token" in api(client, "openid.connect.token", **arguments)
        keys = client.call("GET", "/openid/connect/keys")
        expect((200, 1), (keys.status, len(json.loads(keys.body)["keys"])))


def openid_code(client, app):
    page = "/openid/connect/authorize?" + urlencode({"client_id": app["client_id"], "scope": "openid", "response_type":
                                                     "code", "redirect_uri": REDIRECT})
    answer = client.call("GET", page, [("X-Hallpass-Consent", CONSENT)])
    return parse_qs(urlsplit(answer.header("Location")).query)["code"][0]


def main():
    assert os.path.exists(SHIM), f"{SHIM} is missing; without it every case would pass for nothing"
    report = Report()
    for error, suffix in (("ENOSPC", "-wal"), ("EDQUOT", "-wal"), ("short", "-wal"), ("ENOSPC", "*")):
        report.run(f"{error} on {suffix}: refused, and on it goes", test_full, error, suffix)
    report.run("a full disk under load", test_full_under_load)
    for call, error in (("write", "EIO"), ("sync", "EIO"), ("sync", "ENOSPC")):
        report.run(f"{error} at {call} under load: the end, nothing lost", test_broken, call, error)
    kills = int(os.environ.get("FAULT_KILLS", "20"))
    report.run(f"kill -9 under load, {kills} times", test_kills, kills)
    report.run("a full disk, new folder", test_full_at_start, "*", False)
    report.run("a full disk, new folder, lock written", test_full_at_start, "-wal", False)
    report.run("a full disk, old folder", test_full_at_start, "*", True)
    report.run("a read-only folder", test_read_only_at_start)
    report.run("a folder that becomes read-only", test_read_only_at_run)
    for offset in (0, 18, 100, 4096):
        report.run(f"bytes flipped at {offset}", test_damaged, flip, offset)
    report.run("bytes flipped in a page that is read later", test_damaged_at_run)
    for size in (50, 512, 4096, 8192, 20000):
        report.run(f"cut to {size} bytes", test_damaged, cut, size)
    with place() as p, p.server() as server:
        for switch in SWITCHES:
            report.run(switch.__name__.replace("_", " ", 1), switch, server, p)
    report.run("no key for id tokens can be stored", test_no_key)
    report.finish()


main()
