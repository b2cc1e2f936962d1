// SPDX-License-Identifier: Apache-2.0
// A form that came back to one of our pages: read, held against the browser, judged (security.md S26). Internal to
// web/.
#pragma once

#include "codec/args.h"
#include "web/browser.h"

struct post {
    struct world *world;
    struct http_request *req;
    struct args args;
    struct credential cookie, token;
    bool whole; // cookie and token came along and have the right shape
    // of the last reading
    const struct session *session; // NULL: none that holds
    const struct form *form;       // NULL: no such form, or the token is not its own
    enum form_state state;
    struct why why;
};

// Reads verb, origin and body of a POST. NULL: it was answered.
struct post *post_read(struct world *w, struct http_request *req);
// Adds the wants of session and form: the first two of an operation. Round 0.
void post_want(const struct post *p, struct op *op);
// Takes them from the operation and judges the form, which must be of one of the kinds (form_bit). Pure.
enum form_state post_judge(struct post *p, const struct op *op, unsigned kinds);
// Answers a form that does not count: says why, and offers to start again where the request is known.
void post_refuse(struct post *p);
// Answers for an operation that the store could not carry out.
void post_fault(struct post *p, const struct op *op);

// Path and query, behind the base path, of the request that a form is about, with that team chosen (empty: as it was).
struct str form_again(const struct form *f, struct str team, struct world *w, struct http_request *req);
