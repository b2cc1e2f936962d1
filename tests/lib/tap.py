# SPDX-License-Identifier: Apache-2.0
"""Test results as TAP lines, which scripts/run-suites counts."""

import sys


class Report:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def _line(self, word, name, note=""):
        number = self.passed + self.failed + self.skipped
        print(f"{word} {number} - {name}{note}", flush=True)

    def ok(self, name):
        self.passed += 1
        self._line("ok", name)

    def not_ok(self, name, why=""):
        self.failed += 1
        self._line("not ok", name)
        for line in str(why).splitlines():
            print(f"# {line}", flush=True)

    def skip(self, name, why):
        self.skipped += 1
        self._line("ok", name, f" # SKIP {why}")

    def check(self, name, problems):
        """ok when `problems` (a list or string) is empty."""
        if problems:
            self.not_ok(name, problems if isinstance(problems, str) else "\n".join(problems))
        else:
            self.ok(name)

    def run(self, name, function, *args):
        """Runs a test that raises when it fails."""
        try:
            function(*args)
        except Exception as problem:  # every kind of failure is this test's result, not the end of the run
            self.not_ok(name, f"{type(problem).__name__}: {problem}")
        else:
            self.ok(name)

    def finish(self):
        """Prints the plan and ends the process with the status that goes with it."""
        print(f"1..{self.passed + self.failed + self.skipped}", flush=True)
        sys.exit(1 if self.failed else 0)
