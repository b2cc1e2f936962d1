# SPDX-License-Identifier: Apache-2.0
"""Runs the snippets of README.md as a reader would, only with free ports in place of the ones written there."""

import os
import re
import select
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from world import ROOT, Server
from admin import Admin
from browser import Browser
from tap import Report

E2E = os.path.join(ROOT, "build", "e2e")


def blocks(language):
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        return re.findall(rf"^```{language}\n(.*?)^```$", file.read(), re.MULTILINE | re.DOTALL)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Reader:
    """A running sandbox as the README starts it, and its Demo app moved to a free port."""

    def __init__(self, server):
        self.server = server
        self.admin = Admin(server.admin)
        self.port = free_port()

    def put(self, text):
        """The snippet with this run's addresses."""
        for written, real in (("127.0.0.1:4480", self.server.listen), ("127.0.0.1:4481", self.server.admin),
                              ("listen(3000)", f"listen({self.port})"), ("port=3000", f"port={self.port}")):
            text = text.replace(written, real)
        return text

    def move_app(self):
        """The Demo app's redirect URL on this run's port."""
        app = self.admin.get("apps", "A05KQ2M7ZPD")
        app["manifest"]["oauth_config"]["redirect_urls"] = [f"http://localhost:{self.port}/slack/oauth_redirect"]
        self.admin.patch("apps", app["id"], {"manifest": app["manifest"]})

    def shell(self, text):
        done = subprocess.run(["sh", "-ec", self.put(text)], stdout=subprocess.PIPE, check=True, text=True)
        return done.stdout

    def visit(self, command, folder, env):
        """Starts a snippet's app, installs it with a browser, and ends it; the last page."""
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            self.wait(process)
            return Browser().install(f"http://localhost:{self.port}/slack/install", "approve")[2]
        finally:
            process.terminate()
            process.communicate()

    def wait(self, process):
        """Until the app accepts connections; its end is an error."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if process.poll() is not None:
                    raise AssertionError(process.stdout.read().decode()) from None
                select.select([process.stdout], [], [], 0.05)
        raise AssertionError("the app does not listen")


def curl_install(reader):
    answer = reader.shell(blocks("sh")[0])
    assert '"ok":true' in answer and '"access_token"' in answer, answer


def curl_controls(reader):
    reader.shell(blocks("sh")[1])
    answer = reader.shell("curl -s http://127.0.0.1:4480/api/oauth.v2.access")
    assert "fatal_error" in answer, answer


def from_node(reader):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "app.js")
        with open(path, "w", encoding="utf-8") as file:
            file.write(reader.put(blocks("js")[0]))
        env = {**os.environ, "NODE_PATH": os.path.join(E2E, "node18", "node_modules")}
        page = reader.visit(["node", path], folder, env)
        assert re.search(r"Installed in Harbor Lights as bot B\w+", page.text()), page.text()


def from_python(reader):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "app.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(reader.put(blocks("python")[0]))
        page = reader.visit([os.path.join(E2E, "python", "bin", "python"), path], folder, dict(os.environ))
        assert page.status == 200, page.text()
        kept = [name for _, _, names in os.walk(os.path.join(folder, "data")) for name in names]
        assert any("bot" in name or "installer" in name for name in kept), kept


def main():
    report = Report()
    with Server("--auto-approve") as server:
        reader = Reader(server)
        reader.move_app()
        report.run("README: an install with curl", curl_install, reader)
        report.run("README: from Node", from_node, reader)
        report.run("README: from Python", from_python, reader)
        report.run("README: faults and clock", curl_controls, reader)
    report.finish()


main()
