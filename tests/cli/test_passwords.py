#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""hallpass user password: typed at a terminal or given as a line; it stays between the two ends."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import tempfile
import termios
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from admin import Admin  # noqa: E402
from server import Server, binary  # noqa: E402
from tap import Report  # noqa: E402
from test_running import bad, expect, expect_in, good  # noqa: E402

MIRA = "U04R7GH2S1M"
WORD = "correct horse battery"
SET = ["user", "password", "set", MIRA]
NO_PASSWORD = "error: there is no password to set"


class Terminal:
    """A command whose standard input, output and error are one terminal."""

    def __init__(self, *words):
        self.master, slave = pty.openpty()
        self.seen = ""

        def settle():
            os.setsid()
            import fcntl
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        self.process = subprocess.Popen([binary(), *words], stdin=slave, stdout=slave, stderr=slave, preexec_fn=settle)
        self.slave = slave

    def echoes(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def wait_for(self, text):
        """Reads until the text has come; what stood before it."""
        end = time.monotonic() + 20
        while text not in self.seen:
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise AssertionError(f"wanted {text!r}, saw {self.seen!r}")
            self.seen += os.read(self.master, 1024).decode()
        before, self.seen = self.seen.split(text, 1)
        return before

    def type(self, text):
        os.write(self.master, text.encode())

    def end(self):
        """The exit status; what was left to be seen is in `seen`."""
        status = self.process.wait(20)
        while select.select([self.master], [], [], 0)[0]:
            self.seen += os.read(self.master, 1024).decode()
        return status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)


def test_a_line_of_standard_input():
    with Server() as server:
        told = f"mira ({MIRA}) has a new password; who was signed in is not any more\n"
        for text in (WORD + "\n", WORD, WORD + "\r\n", WORD + "\nmore\n", "ñandú \"\\ \t\x01 yes\n",
                     "x" * 512 + "y" * 512):
            expect(told, good(*SET, server=server, stdin=text))
        expect("", good(*SET, "--quiet", server=server, stdin=WORD))
        expect({"user": MIRA, "password": True},
               json.loads(good(*SET, "--output", "json", server=server, stdin=WORD)))
        expect(f"mira ({MIRA}) has no password; who was signed in is not any more\n",
               good("user", "password", "clear", MIRA, server=server))


def test_no_password():
    with Server() as server:
        hint = "try: type it twice, or give it as one line of standard input"
        for text, why in (("", "standard input was empty"), ("\n", "the line was empty"),
                          ("x" * 1025, "it is longer than 1024 bytes"), ("x" * 9999, "it is longer than 1024 bytes")):
            expect([NO_PASSWORD, "why: " + why, hint], bad(1, *SET, server=server, stdin=text))
        done = subprocess.run([binary(), *SET, "--admin", server.admin], input=b"\xff" * 12, capture_output=True,
                              timeout=60)
        expect((1, True), (done.returncode, b"why: it is not UTF-8" in done.stderr))


def test_bad_passwords_are_refused():
    with Server() as server:
        for text, why in (("short", "The password has fewer than 10 characters."),
                          ("Mira Olsen", "The password is the name or the e-mail address of the account.")):
            expect("error: " + why, bad(5, *SET, server=server, stdin=text)[0])
        expect("try: hallpass user list",
               bad(6, "user", "password", "set", "U0NOBODY", server=server, stdin=WORD)[2])


def test_typed_twice():
    with Server() as server, Terminal(*SET, "--admin", server.admin) as terminal:
        terminal.wait_for(f"New password of {MIRA}: ")
        expect(False, terminal.echoes())
        terminal.type(WORD + "\n")
        expect("", terminal.wait_for("\r\nAgain: "))
        expect(False, terminal.echoes())
        terminal.type(WORD + "\n")
        expect("", terminal.wait_for("\r\nmira"))
        expect(0, terminal.end())
        expect(True, terminal.echoes())


def test_typed_differently():
    with Server() as server, Terminal(*SET, "--admin", server.admin) as terminal:
        terminal.wait_for(": ")
        terminal.type(WORD + "\n")
        terminal.wait_for("Again: ")
        terminal.type(WORD + "x\n")
        terminal.wait_for("\r\n" + NO_PASSWORD + "\r\nwhy: the two were not the same\r\n")
        expect(1, terminal.end())


def test_nothing_typed():
    for text in ("\n", "\x04"):
        with Server() as server, Terminal(*SET, "--admin", server.admin) as terminal:
            terminal.wait_for(": ")
            terminal.type(text)
            terminal.wait_for(NO_PASSWORD)
            expect(1, terminal.end())
            expect(True, terminal.echoes())


def test_interrupted():
    with Server() as server, Terminal(*SET, "--admin", server.admin) as terminal:
        terminal.wait_for(": ")
        terminal.type("half a pass\x04word\x03")  # control-D hands over what there is, control-C ends
        expect(-signal.SIGINT, terminal.end())
        expect(True, terminal.echoes())
        expect("", terminal.seen.replace("^C", "").strip())


def test_stopped_and_continued():
    with Server() as server, Terminal(*SET, "--admin", server.admin) as terminal:
        terminal.wait_for("New password")
        terminal.wait_for(": ")
        # SIGTSTP itself does nothing here: a process whose parent is of another session is not stopped by it.
        os.kill(terminal.process.pid, signal.SIGTSTP)
        terminal.wait_for("New password")  # asks anew
        terminal.wait_for(": ")
        expect(False, terminal.echoes())
        terminal.type(WORD + "\n")
        terminal.wait_for("Again: ")
        terminal.type(WORD + "\n")
        expect(0, terminal.end())


def test_it_is_written_down_nowhere():
    with tempfile.TemporaryDirectory() as folder:
        with Server("--data", folder, "--log", "json") as server:
            good(*SET, server=server, stdin=WORD)
            bad(5, *SET, server=server, stdin="mira olsen")
            admin = Admin(server.admin)
            told = json.dumps([admin.call("GET", "/admin/v1/requests"), admin.get("users"), admin.get("users", MIRA),
                               admin.call("GET", "/admin/v1/settings")]) + server.log()
            admin.close()
        for secret in (WORD, "mira olsen", "argon2"):
            if secret in told:
                raise AssertionError(f"{secret} was told")
        stored = b""
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "rb") as file:
                stored += file.read()
        expect(False, WORD.encode() in stored)
        expect_in("argon2id$v=19$m=19456,t=2,p=1$", stored.decode("latin-1"))


def main():
    report = Report()
    for name, test in sorted(globals().items()):
        if name.startswith("test_"):
            report.run(name[5:].replace("_", " "), test)
    report.finish()


if __name__ == "__main__":
    main()
