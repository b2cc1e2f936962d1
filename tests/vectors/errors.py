# SPDX-License-Identifier: Apache-2.0
"""Provokes every error and warning of the contract's errors.tsv with the request that the file gives.

later-errors.tsv names those of later issues; one that comes after all fails the run, so that the list shrinks."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lib"))

from play import Player, contract, running_world, table
from tap import Report


def as_vector(row):
    """A row of errors.tsv as one of vectors.tsv."""
    setup, request = row["example"].split(" -> ", 1)
    if row["kind"] == "warning":
        expect = '{"warning":"%s","response_metadata":{"warnings":["%s"]}}' % (row["name"], row["name"])
    elif row["http_status"] == "302":
        expect = '{"@query.error":"%s"}' % row["name"]
    elif row["methods"].startswith("/"):
        expect = '{"@header.X-OAuth-Error":"%s"}' % row["name"]
    else:
        expect = '{"ok":false,"error":"%s"}' % row["name"]
    return {"id": row["name"], "setup": setup, "request": request, "expect_http": row["http_status"],
            "expect_json": expect}


def main():
    report = Report()
    path = contract("errors.tsv")
    if not path:
        report.skip("errors", "no contract beside this checkout; set HALLPASS_SHARED")
        report.finish()
    later = {line["what"]: line["reason"] for line in table(os.path.join(HERE, "later-errors.tsv"))}
    with running_world() as world:
        player = Player(world, [])
        for row in table(path):
            place = "page" if row["methods"].startswith("/") else "api"
            name = f"{row['name']} ({place} {row['http_status']})"
            problems = player.play(as_vector(row))
            if name not in later:
                report.check(name, problems)
            elif problems:
                report.skip(name, "later: " + later[name])
            else:
                report.not_ok(name, "comes, but is listed in later-errors.tsv: take it out there")
    report.finish()


if __name__ == "__main__":
    main()
