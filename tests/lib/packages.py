# SPDX-License-Identifier: Apache-2.0
"""Packages of npm and PyPI as committed lock files have them, installed into the build folder."""

import os
import re
import shutil
import subprocess


def node_version():
    return int(re.match(r"v(\d+)", subprocess.check_output(["node", "--version"], text=True)).group(1))


def npm(source, folder):
    """Fills `folder` with node_modules by the lock file of `source`; kept while that file stays the same. Nothing that
    came along is run, so nothing is fetched but what the lock file names."""
    lock = os.path.join(source, "package-lock.json")
    done = os.path.join(folder, "installed-lock.json")
    if os.path.exists(done) and open(done, "rb").read() == open(lock, "rb").read():
        return folder
    os.makedirs(folder, exist_ok=True)
    shutil.copy(lock, folder)
    shutil.copy(os.path.join(source, "package.json"), folder)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL)
    shutil.copy(lock, done)
    return folder


def pip(requirements, folder):
    """The interpreter of a virtual environment with what the file names, by its hashes; kept while that file stays the
    same."""
    python, done = os.path.join(folder, "bin", "python"), os.path.join(folder, "installed.txt")
    if os.path.exists(done) and open(done, "rb").read() == open(requirements, "rb").read():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    # Debian's own, whatever stands first in the path: its packages are the ones that were locked.
    subprocess.run(["/usr/bin/python3", "-m", "venv", folder], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "--require-hashes", "-r", requirements], check=True)
    shutil.copy(requirements, done)
    return python
