# SPDX-License-Identifier: Apache-2.0
"""A data folder on a disk that fails on demand: the other end of tests/fault/shim.c."""

import os

from server import binary

SHIM = os.path.join(os.path.dirname(binary()), "tests", "fault", "libshim.so")


class Disk:
    """What a server started with `env` meets on files below `folder`. It works until told otherwise."""

    def __init__(self, folder, control):
        self.control = control
        self.env = {**os.environ, "LD_PRELOAD": SHIM, "HALLPASS_SHIM": control, "HALLPASS_SHIM_DIR": folder,
                    "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0",
                    # A process that ends itself leaves threads behind.
                    "TSAN_OPTIONS": os.environ.get("TSAN_OPTIONS", "") + ":report_thread_leaks=0:atexit_sleep_ms=0"}
        self.works()

    def fails(self, call, error, suffix="-wal", skip=0):
        """From now on; skip: calls that still work."""
        self._write(f"{call} {error} {skip} 0 {suffix}")

    def works(self):
        self._write("")

    def _write(self, line):
        with open(self.control + ".new", "w", encoding="ascii") as file:
            file.write(line)
        os.rename(self.control + ".new", self.control)
