// SPDX-License-Identifier: Apache-2.0
// Counters of finished requests for GET /metrics (operations.md 4). Every label comes from a table, so the number of
// series is bounded whatever clients send; counting takes no lock and no memory.
#pragma once

#include "base/nearest.h"
#include "http/message.h"

struct metrics;

// methods: the table of Web API methods, entries starting with their name. It must outlive the metrics.
struct metrics *metrics_new(struct names methods);
void metrics_free(struct metrics *m);
// Counts a finished request by what its note says: method (or "page", "unknown"), error ("ok" without one) and cause.
// us: how long it took, in microseconds. Any thread.
void metrics_count(struct metrics *m, const struct http_request *req, uint64_t us);
// Adds hallpass_requests_total, hallpass_request_seconds and hallpass_refusals_total in the Prometheus text format,
// only series that have counted something. Any thread.
void metrics_write(struct metrics *m, struct buf *out);
