// SPDX-License-Identifier: Apache-2.0
// The last LIMIT_DELIVERIES attempts to hand an event to an app, in memory, for GET /admin/v1/deliveries, and how many
// there were. Never a secret: of a URL only what stands before its query. Any thread.
#pragma once

#include "base/limits.h"
#include "codec/json.h"
#include "oauth/rows.h"

enum delivery_result { DELIVERED, DELIVERY_RETRIED, DELIVERY_GIVEN_UP, DELIVERY_RESULTS };

struct delivery {
    int64_t event; // locator of its row
    char name[16]; // "Ev..."
    char type[40]; // "app_uninstalled"
    struct id app, owner;
    char url[160];     // without its query; a longer one is cut
    unsigned attempt;  // 0 the first, 1 to 3 the retries
    int64_t time;      // ms, admin clock, when the attempt began
    int64_t us;        // how long it took
    int status;        // HTTP, 0: no answer
    const char *error; // as in X-Slack-Retry-Reason of the next attempt; NULL: delivered. Static
    char detail[160];  // one sentence for people, may be empty
    enum delivery_result result;
    int64_t next; // DELIVERY_RETRIED: when the next attempt is due
};

struct deliveries;

struct deliveries *deliveries_new(void);
void deliveries_free(struct deliveries *d);
void deliveries_add(struct deliveries *d, const struct delivery *delivery);
// The error of the newest attempt for an event; NULL: none is remembered. Static.
const char *deliveries_error(struct deliveries *d, int64_t event);
// Writes those that are remembered as a JSON array, oldest first.
void deliveries_write(struct deliveries *d, struct json *j, const char *key);
// How many attempts have ended with each result.
void deliveries_count(struct deliveries *d, uint64_t counts[DELIVERY_RESULTS]);
const char *delivery_result_name(enum delivery_result r);
