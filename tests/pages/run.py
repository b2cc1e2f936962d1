#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The pages over TCP, without a browser: sessions, consent, approvals, "Your apps", and attacks on each of them."""

import consent
import local
import own
import signin
from pages import run_cases
from tap import Report

report = Report()
for cases in (signin.CASES, consent.CASES, own.CASES):
    run_cases(report, cases)
local.run(report)
report.finish()
