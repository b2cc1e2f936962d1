// SPDX-License-Identifier: Apache-2.0
// Error pages (authorize.md 7.3): what was refused, why, and what helps. Internal to web/.
#pragma once

#include "web/visit.h"

// Answers with the page of that error. Whatever the visit has read may be shown; its rows are given back.
void failure_show(struct visit *v, enum wire_err error);
// The same for a request that is no authorize request: a sentence and a way on. again: path and query behind the base
// path; empty: none.
void failure_plain(struct world *w, struct http_request *req, enum wire_err error, struct why *why, struct str again);
// How an operation of ours failed: tells the log, answers W_SERVICE_UNAVAILABLE or W_FATAL_ERROR.
enum wire_err failure_of_store(struct why *why, struct arena *arena, const struct op *op);
