// SPDX-License-Identifier: Apache-2.0
// One call of the admin API on its way: what a handler is given, and how it answers. Internal to admin/.
#pragma once

#include <jansson.h>

#include "admin/admin.h"
#include "admin/problem.h"
#include "base/nearest.h"
#include "codec/args.h"
#include "codec/json.h"

struct admin_route;

// What a handler answers when it calls admin_send() later.
enum { ADMIN_LATER = -1 };

// In the request's arena, behind req->state.
struct admin_call {
    const struct admin *admin;
    struct world *world;
    struct http_request *req;
    const struct admin_route *route;
    struct str id;     // what stands for {id} in the path
    struct args query; // decoded
    json_t *body;      // an object; NULL for calls that take none
    struct json json;  // writes the answer's body
    const char *content_type;
    void *job;       // the handler's own while it waits
    struct op *held; // rows that the answer is written from; given back after it. NULL: none
};

// Adds the headers and sends the answer. Loop thread of the request, once.
void admin_send(struct admin_call *c, int status);
// 0 when all query parameters are among `names`, else the status of a written problem.
MUST_USE int admin_query(struct admin_call *c, struct names names);
// Reads a number of the query into *number, which keeps its value when the parameter is absent. 0, or the status of a
// written problem.
MUST_USE int admin_query_number(struct admin_call *c, const char *name, uint64_t max, uint64_t *number);
