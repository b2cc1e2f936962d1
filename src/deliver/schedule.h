// SPDX-License-Identifier: Apache-2.0
// When an attempt is made again, and what it is told about the one before: the schedule that apps know from Slack's
// Events API -- at once, after a minute, after five, then no more. Pure.
#pragma once

#include "deliver/client.h"

enum { RETRIES_MAX = 3 };

// failed: attempts so far, all in vain, at least 1. true: *due is when the next one is to be made; false: it is given
// up. now in ms.
bool schedule_next(unsigned failed, int64_t now, int64_t *due);
// An answer of 2xx, whatever it says.
bool call_succeeded(const struct call_answer *a);
// The value of X-Slack-Retry-Reason for a failed attempt. Static.
const char *call_reason(const struct call_answer *a);
