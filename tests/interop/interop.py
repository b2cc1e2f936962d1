# SPDX-License-Identifier: Apache-2.0
"""The server and the apps that the clients of this folder use: an app for each client, so that none meets another's
state. Clients that have no HTTP server of their own take the code from the Location of the consent."""

import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TESTS, "lib"))

import fixture
from server import ROOT, Server
from tap import Report

CALLBACK = "https://client.example.test/callback"
ROTATING = {"settings": {"token_rotation_enabled": True}}
KINDS = {"granular": ({}, {}), "rotating": (ROTATING, {}), "classic": ({}, {"classic": True})}


def build_folder(name):
    folder = os.path.join(ROOT, "build", "interop", name)
    os.makedirs(folder, exist_ok=True)
    return folder


@contextlib.contextmanager
def running(clients):
    """Yields (server, apps by "CLIENT-KIND") with one app of each kind for each client."""
    rng = random.Random(os.urandom(16))
    apps = {f"{client}-{kind}": fixture.app(f"{client} {kind}", rng, [CALLBACK], manifest, **more)
            for client in clients for kind, (manifest, more) in KINDS.items()}
    with tempfile.TemporaryDirectory() as folder:
        seed = os.path.join(folder, "seed.json")
        fixture.write_seed(seed, apps)
        with Server("--seed-file", seed) as server:
            yield server, apps


def run_program(command, clients, **more):
    """Runs a client's program, which prints TAP, with the world in INTEROP_WORLD; its exit status."""
    with running(clients) as (server, apps):
        world = {"url": server.url, "admin": "http://" + server.admin, "callback": CALLBACK, "apps": apps}
        done = subprocess.run(command, check=False, env={**os.environ, "INTEROP_WORLD": json.dumps(world), **more})
        if done.returncode:
            print("\n".join("# server: " + line for line in server.log().splitlines()[-40:]), flush=True)
    return done.returncode


def skip(name, why):
    """Says that a whole language is left out here, and ends the run."""
    report = Report()
    report.skip(name, why)
    report.finish()
