// SPDX-License-Identifier: Apache-2.0
// What each page shows, as values: handlers fill a view, a template of templates/ renders it. Nothing here decides,
// reads or waits. Every struct str is shown as text: templates escape by type. Views and what they point to live in the
// arena of the request.
#pragma once

#include "base/buf.h"

// A square with one or two letters, drawn by the style sheet: people, workspaces, orgs and apps have no pictures here.
struct face_view {
    struct str letters;
    unsigned tint; // 0 to FACE_TINTS - 1
};
enum { FACE_TINTS = 8 };

// What stands around the content of every page.
struct frame_view {
    struct str base;       // in front of every path of ours in a link or form; "" or "/path", no slash at its end
    struct str request_id; // foot of the page
    bool dev;              // badge: local sandbox, no data leaves this machine
    struct str person;     // who is signed in, by name; empty: nobody, and no sign-out button
    struct str place;      // the workspace or org they are in, by name
    struct str form;       // token of this page's forms; empty: the page has none
};

// Somebody who can be signed in as, or a place that can be switched to.
struct account_view {
    struct str id; // what the form sends: of a person or an org
    struct face_view face;
    struct str name, handle, role, workspace; // role in words: "Owner", "Guest"; of an org only name
    bool org;                                 // an organization
    bool selected;
};

// POST base/signin: form, and `user` (list) or `domain`, `email`, `password`.
struct signin_view {
    struct frame_view frame;
    struct str app;         // who asks for it, by name; empty: one of our own pages
    struct str asked;       // the workspace that the link names; empty: none
    struct str problem;     // why the last try failed; empty: none
    bool local;             // fields for e-mail and password; else the list of people
    struct str find;        // what was typed into the search field (also POST base/signin, with button name "search")
    size_t npeople, hidden; // hidden: more that fit the search but not the page
    const struct account_view *people;
    struct str domain, email; // what the fields hold already
    struct str path;          // of POST, behind base: "/signin"
};

struct scope_view {
    struct str name, text; // "channels:read", what it allows in words
    bool optional, ticked; // a tick box named "scope" with the name as its value, in a form that also sends the list of
                           // all that could be unticked
    bool before;           // granted by an earlier install
};
struct scope_group_view {
    const char *title; // "About you", "Channels and conversations", "The workspace"
    size_t n;
    const struct scope_view *scopes;
};
enum { SCOPE_GROUPS = 3 };

struct channel_view {
    struct str id, name;
    bool selected;
};

// Where a request to the admins stands.
enum asked_state { ASKED_NOT, ASKED_WAITING, ASKED_DENIED };

// POST base/oauth/v2/authorize (or the entry point that it came by): form, `scope` (ticks), `channel`, `message`, and
// the button `decision` = allow, cancel or request. POST base/switch: form, and `account` = id of a person or org, or
// "" to sign in to one more workspace. POST base/signout: form.
struct consent_view {
    struct frame_view frame;
    struct str action; // path of the consent form, behind base
    struct str app, developer;
    struct face_view app_face, place_face;
    bool org_wide; // the place is an organization
    bool identity; // sign-in only: nothing is installed
    bool again;    // installed here before
    bool classic;
    bool unreviewed;                                                 // serve: say that nobody has reviewed the app
    struct scope_group_view see[SCOPE_GROUPS], change[SCOPE_GROUPS]; // empty groups have n 0
    bool webhook;                                                    // ask for a channel
    size_t nchannels;
    const struct channel_view *channels;
    size_t naccounts; // of the switcher; the present one is selected
    const struct account_view *accounts;
    bool needs_approval; // Submit request with a message instead of Allow
    enum asked_state asked;
    struct str asked_when; // "23 November 2026"
    struct str callback;   // host or scheme that the browser will be sent to
    struct str gone;       // why what was chosen did not count; empty: nothing
};

// The page after Submit request.
struct waiting_view {
    struct frame_view frame;
    struct str app;
    struct str again; // path and query that start over, behind base
};

// Error page (authorize.md 7.3).
struct mark_view { // a URL with the first differing character marked
    struct str before, mark, after;
    size_t column; // characters in front of the mark, for the caret
};
struct error_view {
    struct frame_view frame;
    struct str app; // by name; empty: unknown
    struct str code;
    const char *text;
    struct str why; // empty: not to be told
    const char *fix;
    struct str command;          // one line for a shell; empty: none
    bool redirect;               // bad_redirect_uri: show what was passed
    struct str passed;           // empty: "none specified"
    bool closest;                // the three below hold something
    struct mark_view configured; // the nearest configured URL
    const char *difference;      // "scheme differs"
    size_t nconfigured;
    bool can_add;      // dev: POST base/redirects: form; adds the URL and starts over
    struct str again;  // path and query that start over, behind base; empty: cannot
    bool other_person; // offer to sign in as somebody else: POST base/switch with account ""
};

// One app on "Your apps". POST base/apps: form, app, owner, subject, epoch; the button is "revoke".
struct grant_view {
    struct str app_id, owner_id, subject_id;
    int64_t epoch;
    struct str app;
    struct face_view face;
    struct str place;  // by name
    bool bot;          // the app itself in the place; else on behalf of the person
    struct str scopes; // "chat:write, commands"
    struct str since;  // "23 November 2026"
    struct str used;   // "today", "23 November 2026", "never"
    bool may_revoke;
};
struct apps_view {
    struct frame_view frame;
    struct str notice; // what the last press did; empty: nothing
    size_t ngrants;
    const struct grant_view *grants;
    size_t hidden; // more than fit
    size_t naccounts;
    const struct account_view *accounts; // switcher
    bool approver;                       // link to base/approvals
    size_t waiting;                      // requests that wait there
};

// One request of a member. POST base/approvals: form, id, and the button `decision` = approve or deny.
struct request_view {
    struct str id; // locator
    struct str app, person, message, when;
    struct face_view face;
    struct scope_group_view see[SCOPE_GROUPS], change[SCOPE_GROUPS];
};
struct approvals_view {
    struct frame_view frame;
    struct str notice;
    size_t nrequests;
    const struct request_view *requests;
    size_t hidden;
};

// A heading and a sentence.
struct plain_view {
    struct frame_view frame;
    const char *heading, *text;
    struct str link, link_text; // behind base; empty: none
};

void view_signin(struct buf *b, const struct signin_view *v);
void view_consent(struct buf *b, const struct consent_view *v);
void view_waiting(struct buf *b, const struct waiting_view *v);
void view_error(struct buf *b, const struct error_view *v);
void view_apps(struct buf *b, const struct apps_view *v);
void view_approvals(struct buf *b, const struct approvals_view *v);
void view_plain(struct buf *b, const struct plain_view *v);
