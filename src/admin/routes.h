// SPDX-License-Identifier: Apache-2.0
// The table of the admin API's calls. Internal to admin/.
#pragma once

#include "admin/call.h"

enum {
    A_CHANGE = 1 << 0, // needs the header X-Hallpass: 1
    A_DEV = 1 << 1,    // test control: only in hallpass dev
    A_OPEN = 1 << 2,   // health and metrics: for probes, which call by whatever name they know
    A_BODY = 1 << 3,   // takes a JSON object
};

struct admin_route {
    enum http_verb verb;
    const char *path; // {id} stands for one segment; once at most
    // Writes the answer's body and gives its status, or ADMIN_LATER.
    int (*handle)(struct admin_call *c);
    unsigned flags;
    unsigned kind; // enum object_kind, for the calls on objects
    const char *doc;
};

// The row for verb and path; HEAD is served by the row of GET. NULL: none; *allow lists the verbs that the path knows,
// empty when it is no path of ours. *id is set when the path holds one.
const struct admin_route *admin_route_find(enum http_verb verb, struct str path, struct str *id, struct buf *allow);

// GET /admin/v1: the table itself.
int admin_index(struct admin_call *c);
// health.c, scrape.c
int health_live(struct admin_call *c);
int health_ready(struct admin_call *c);
int metrics_get(struct admin_call *c);
// clock.c
int clock_get(struct admin_call *c);
int clock_post(struct admin_call *c);
// controls.c
int faults_get(struct admin_call *c);
int faults_post(struct admin_call *c);
int faults_delete(struct admin_call *c);
int settings_get(struct admin_call *c);
int settings_patch(struct admin_call *c);
int maintenance_get(struct admin_call *c);
int maintenance_put(struct admin_call *c);
int reset_post(struct admin_call *c);
// requests.c
int requests_get(struct admin_call *c);
// deliveries.c
int deliveries_get(struct admin_call *c);
// objects.c
int objects_list(struct admin_call *c);
int objects_get(struct admin_call *c);
int objects_post(struct admin_call *c);
int objects_patch(struct admin_call *c);
int objects_delete(struct admin_call *c);
// keys.c
int keys_get(struct admin_call *c);
int keys_rotate_post(struct admin_call *c);
// passwords.c
int password_put(struct admin_call *c);
int password_delete(struct admin_call *c);
// config_tokens.c
int config_tokens_post(struct admin_call *c);
// approvals.c
int approvals_list(struct admin_call *c);
int approvals_approve(struct admin_call *c);
int approvals_deny(struct admin_call *c);
// issued.c
int installs_list(struct admin_call *c);
int tokens_list(struct admin_call *c);
