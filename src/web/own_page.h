// SPDX-License-Identifier: Apache-2.0
// What our own pages have in common, those that are no part of an install: they belong to somebody who is signed in,
// who is where they are, and they hand out one form. Internal to web/.
#pragma once

#include "web/post.h"
#include "web/views.h"
#include "web/who.h"

struct own_page {
    struct world *world;
    struct http_request *req;
    struct str path; // "/apps"; static
    enum form_kind kind;
    struct str notice; // what a press of a button did; empty: nothing
    struct who who;
    const struct user *user; // NULL: nobody is signed in
    const struct workspace *home;
    const struct enterprise *org; // of that workspace; NULL: in none
    struct op op;
    struct handout handout;
    unsigned stage;
    void *state; // the page's own
    // Further wants, from the round on in which user, home and org are known; adds none: done. May be NULL.
    void (*want)(struct own_page *p, struct op *op, unsigned round);
    // Writes the page's body; everything was read, handout.token is the form's.
    void (*show)(struct own_page *p, struct buf *body);
};

// Reads, hands out the form, shows; or asks whoever is there to sign in.
void own_page_run(struct own_page *p);
// The frame with the person's name and place.
void own_page_frame(const struct own_page *p, struct frame_view *out);
// The operation of a press of a button: adds session, form and (round 1) the people of the session.
void own_page_want_presser(struct who *who, struct post *post, struct op *op, unsigned round);
// Who pressed: the present person of a session that holds, when the form counts; NULL: post->state, or nobody, says why
// not. Pure.
const struct user *own_page_presser(struct who *who, struct post *post, const struct op *op, enum form_kind kind);
