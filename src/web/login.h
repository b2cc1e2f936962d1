// SPDX-License-Identifier: Apache-2.0
// How people are recognized. The sign-in page asks a method who is there, and does not know how that is found out: a
// list of people in dev, e-mail and password of local accounts in serve, somebody else's service later
// (operations.md 15). Internal to web/.
#pragma once

#include "web/post.h"
#include "web/views.h"

struct signin;

struct login_method {
    const char *name;
    // Fills what the page asks for into signin->view, now or after an operation, then calls signin_ready().
    void (*ask)(struct signin *s);
    // Finds out who sent the answer (signin->post), now or later, then calls signin_known(), signin_unknown() or, to
    // ask again without a word, signin_again(). The form was judged; its row is post->form.
    void (*answer)(struct signin *s);
};

extern const struct login_method login_people, login_local;

// One sign-in page, or the answer to one; in the arena of the request.
struct signin {
    struct world *world;
    struct http_request *req;
    const struct login_method *method;
    struct signin_view view;
    struct handout handout;
    const struct id *asked; // workspace that the request names; NULL: none
    struct post *post;      // the answer; NULL: the page is shown for the first time
    struct op op;           // the method's reading, and then the operation that signs in
    void *method_state;     // the method's own
    // of an answer
    struct id user, workspace;
    struct renewal renewal;
    int64_t at; // locator of the sign-in
    bool refused;
    unsigned status; // of the page; 0: 200
};

void signin_ready(struct signin *s);
void signin_known(struct signin *s, const struct id *user, const struct id *workspace);
// What to tell: the same for everything that an outsider should not tell apart. status: 200, 429 or 503.
void signin_unknown(struct signin *s, unsigned status, struct str problem);
void signin_again(struct signin *s);
// The store could not be read.
void signin_fault(struct signin *s);
