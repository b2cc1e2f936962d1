# SPDX-License-Identifier: Apache-2.0
"""Runs every row of the contract's vectors.tsv, each from a fresh state; later.tsv names those of later issues.

    run.py [ID...]     all rows, or those

A listed row that passes fails the run too, so that the list shrinks."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lib"))

from play import Player, contract, running_world, table
from tap import Report


def later_rows(rows):
    """{row id: reason}; a line of the list names a row or a whole group."""
    reasons = {}
    for line in table(os.path.join(HERE, "later.tsv")):
        named = [row["id"] for row in rows if line["what"] in (row["id"], row["group"])]
        if not named:
            raise SystemExit(f"later.tsv: no row or group {line['what']}")
        reasons |= {key: line["reason"] for key in named}
    return reasons


def main():
    report = Report()
    path = contract("vectors.tsv")
    if not path:
        report.skip("vectors", "no contract beside this checkout; set HALLPASS_SHARED")
        report.finish()
    rows = table(path)
    later = later_rows(rows)
    wanted = sys.argv[1:]
    with running_world() as world:
        player = Player(world, rows)
        for row in rows:
            if wanted and row["id"] not in wanted:
                continue
            name = f"{row['id']} {row['group']}: {row['notes']}"
            problems = player.play(row)
            if row["id"] not in later:
                report.check(name, problems)
            elif problems:
                report.skip(name, "later: " + later[row["id"]])
            else:
                report.not_ok(name, "passes, but is listed in later.tsv: take it out there")
    report.finish()


if __name__ == "__main__":
    main()
