// SPDX-License-Identifier: Apache-2.0
// One authorize request on its way: what it asks for, who sits at the browser, and the rows that decide. The page that
// is shown and the form that comes back read the same rows and take the same decision. Internal to web/.
#pragma once

#include "codec/args.h"
#include "web/who.h"

enum { VISIT_CHANNELS = 200, VISIT_APPROVALS = 50 }; // most that are looked at

struct visit {
    struct world *world;
    struct http_request *req;
    struct str path; // of the page, without the base path
    struct authorize_args args;
    struct consent consent;
    struct consent earlier; // of that answer: what was ticked and picked stays so
    const char *gone; // why an answer did not count and the page is shown again; NULL: it is shown for the first time
    bool automated;   // the consent header or --auto-approve decides, no browser

    struct who who;
    struct credential token;
    bool posted;   // token is that of a form, which holds the request
    bool readable; // of a posted form: its request could be read back

    const struct form *form;
    struct place_choice place;
    const struct install *bot; // what the app has in that place; NULL: nothing ever
    const struct row_list *channels;
    const struct workspace *owner; // of the app; NULL: gone
    struct authorize_view view;
    struct authorize_plan plan;
    struct why why;

    struct op op;
    unsigned stage; // of visit_want
    // indexes of wants, -1 = not asked
    int app_at, user_at, team_at, home_at, enterprise_at, channel_at, form_at, bot_at, own_at, approvals_at, owner_at;
};

struct visit *visit_new(struct world *w, struct http_request *req, struct str path, enum code_endpoint endpoint);
// Reads the parameters of a query; false: it cannot be read.
MUST_USE bool visit_read(struct visit *v, struct str query, struct str domain);
// The part of the Host header in front of our own host; empty when there is none (authorize.md 1).
struct str visit_domain(const struct world *w, const struct http_request *req);

// Of an operation whose ctx is the visit: names the rows.
void visit_want(struct op *op, unsigned round);
// From the rows to view, plan and outcome. Pure.
enum authorize_outcome visit_decide(struct visit *v);
// Names what was found for log and journal; the rows may go afterwards.
void visit_note(struct visit *v);
