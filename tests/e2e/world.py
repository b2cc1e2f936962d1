# SPDX-License-Identifier: Apache-2.0
"""The server and the apps that the SDK installs use: one app for each kit and case, so that no install meets another's
state."""

import contextlib
import os
import random
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib"))

import fixture
from server import ROOT, Server  # ROOT: for those who import this module

CASES = {"both": {}, "user": {}, "deny": {}, "org": {"settings": {"org_deploy_enabled": True}},
         "rotating": {"settings": {"token_rotation_enabled": True}}, "migrating": {}}
# Replaced by the real callback address as soon as an app listens.
UNUSED = "https://unused.example.test/callback"


@contextlib.contextmanager
def running(kits):
    """Yields (server, apps by "KIT-CASE")."""
    rng = random.Random(os.urandom(16))
    apps = {f"{kit}-{case}": fixture.app(f"{kit} {case}", rng, [UNUSED], manifest)
            for kit in kits for case, manifest in CASES.items()}
    with tempfile.TemporaryDirectory() as folder:
        seed = os.path.join(folder, "seed.json")
        fixture.write_seed(seed, apps)
        with Server("--seed-file", seed) as server:
            yield server, apps
