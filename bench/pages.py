# SPDX-License-Identifier: Apache-2.0
"""pages.py: server time of each page, from the first byte of the request to the answer, as the access log has it; on
disk, one request after the other. Medians of five runs of 200 requests, then the worst of all; and the page's bytes."""

import json
import os
import statistics
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "lib"))

import fixture
from admin import Admin
from server import Server
from surf import Surfer

RUNS, COUNT = 5, 200


def logged(server, since):
    """Microseconds of the requests that were logged since, and where the log stands now."""
    lines = server.log().splitlines()
    return [json.loads(line)["us"] for line in lines[since:] if '"event":"request"' in line], len(lines)


def visit(server, name, surfer, target):
    """Prints a line of the table."""
    medians, worst = [], 0
    for _ in range(RUNS):
        _, since = logged(server, 0)
        for _ in range(COUNT):
            surfer.get(target)
        times, _ = logged(server, since)
        medians.append(statistics.median(times))
        worst = max(worst, *times)
    print(f"| {name} | {statistics.median(medians) / 1000:.2f} | {worst / 1000:.2f} | {len(surfer.seen.body):,} |", flush=True)


def main():
    with tempfile.TemporaryDirectory() as folder:
        apps, seed = fixture.apps(), os.path.join(folder, "seed.json")
        fixture.write_seed(seed, apps)
        with Server("--seed-file", seed, "--data", os.path.join(folder, "data"), "--log", "json") as server:
            Admin(server.admin).settings(rate_limit="off")
            link = f"/oauth/v2/authorize?client_id={apps['APP']['client_id']}&scope=chat:write,incoming-webhook&state=s"
            mira = Surfer(server.listen)
            mira.get("/apps")
            mira.sign_in(fixture.USERS["U1"])
            stranger = Surfer(server.listen)
            print("\n| page, on disk | median ms | worst ms | bytes |\n| --- | --: | --: | --: |")
            visit(server, "sign-in", stranger, link)
            visit(server, "consent", mira, link)
            visit(server, "your apps", mira, "/apps")
            visit(server, "error", mira, link + "&redirect_uri=https://evil.test/")


main()
