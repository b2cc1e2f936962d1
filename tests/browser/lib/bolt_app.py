# SPDX-License-Identifier: Apache-2.0
"""A slack_bolt app, unmodified, for a browser to install: prints its install URL, and what became of it when its input
ends. Arguments: the server's URL, its admin address, the app as JSON, bot scopes."""

import json
import logging
import os
import sys
import tempfile
from types import SimpleNamespace

TESTS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TESTS, "e2e", "python"))

from install import BoltApp


def main():
    url, admin, app, scopes = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        started = BoltApp(SimpleNamespace(url=url, admin=admin), json.loads(app), scopes.split(","), [], folder)
        print(started.origin + "/slack/install", flush=True)
        sys.stdin.read()
        started.stop()
        kept = [{"team": one.team_id, "user": one.user_id, "scopes": one.bot_scopes, "token": one.bot_token}
                for one in started.installations]
        print(json.dumps({"errors": started.errors, "kept": kept}), flush=True)


main()
