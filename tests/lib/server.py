# SPDX-License-Identifier: Apache-2.0
"""Starts and stops the real binary: free ports, its own folder, nothing left behind."""

import json
import os
import select
import signal
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def binary():
    """The server under test: HALLPASS_BIN, else build/hallpass."""
    return os.environ.get("HALLPASS_BIN") or os.path.join(ROOT, "build", "hallpass")


class StartFailed(Exception):
    pass


class Server:
    """A running `hallpass dev`. Use as a context manager; `listen` and `admin` are "host:port"."""

    def __init__(self, *args, env=None, ready_within=20, command="dev"):
        self.stderr = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [binary(), command, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", *args],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.stderr, env=env)
        try:
            self.ready = json.loads(self._ready_line(ready_within))
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise
        self.listen = self.ready["listen"]
        self.admin = self.ready["admin"]
        self.url = "http://" + self.listen

    def _ready_line(self, within):
        line, end = b"", time.monotonic() + within
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            data = os.read(self.process.stdout.fileno(), 1) if ready else b""
            if not data:
                why = "no ready line" if not ready else f"exit status {self.process.wait()}"
                raise StartFailed(f"{binary()}: {why}\n{self.log()}")
            line += data
        return line

    def log(self):
        """What the server wrote to stderr so far."""
        self.stderr.seek(0)
        return self.stderr.read().decode("utf-8", "replace")

    def stop(self, how=signal.SIGTERM, within=20):
        """Ends the server; its exit status. A server that does not end in time is killed and that is an error."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            self.process.communicate(timeout=within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise AssertionError(f"the server did not end within {within} s of signal {how}") from None
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        status = self.stop()
        if status:
            raise AssertionError(f"the server ended with exit status {status}\n{self.log()}")
