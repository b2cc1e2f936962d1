// SPDX-License-Identifier: Apache-2.0
// One world: a store and the run-time state that every handler shares around it -- settings, clock, switches, journal,
// limits, ids. api, web and admin are given a world and know nothing of each other. A process has one world now;
// several (experience.md 6) are several of these.
#pragma once

#include "base/clock.h"
#include "crypto/rng.h"
#include "http/message.h"
#include "oauth/authorize.h"
#include "oauth/event.h"
#include "oauth/exchange.h"
#include "oauth/locator.h"
#include "oauth/session.h"
#include "oauth/settings.h"
#include "store/store.h"

struct bell;
struct deliveries;
struct faults;
struct hasher;
struct journal;
struct keys;
struct known;
struct metrics;
struct rate;
struct settings_box;
struct secret_notes;
struct usage;

struct world {
    bool dev;              // hallpass dev: test controls are there
    bool strict;           // --strict: no hints, no relaxations
    struct str public_url; // "http://127.0.0.1:4480", no slash at the end
    struct str api_prefix; // "/api/"
    struct clock clock;
    struct rng *rng;
    struct locators locators;
    struct store *store;
    struct store_reader **readers; // one a loop; the array or an entry is NULL where the engine has none
    unsigned nreaders;
    struct settings_box *settings;
    struct faults *faults;
    struct journal *journal;
    struct deliveries *deliveries; // attempts to deliver events
    struct bell *bell;             // rung when events were added or the clock was moved
    struct keys *keys;             // that sign id tokens
    struct hasher *hasher;         // of passwords
    struct metrics *metrics;       // NULL: nothing is counted
    struct rate *rate;
    struct known *known;          // where people have signed in from
    struct usage *usage;          // when authorizations were last used; NULL: nobody keeps it
    struct secret_notes *secrets; // dev: client secrets by app id, readable
    _Atomic int64_t seen; // serve: the latest moment that a request was served at; time does not go back behind it
    _Atomic bool maintenance;
    _Atomic bool draining;
    bool consent_automation;   // the consent header counts (dev)
    bool auto_approve;         // --auto-approve
    struct consent approve_as; // who approves; ids may be empty: the first who may
};

// The settings in force; immutable, valid until the world ends. Any thread.
const struct settings *world_settings(struct world *w);

// Runs an operation for a request, then resume(req) on the request's loop thread: possibly before this returns (served
// by the loop's reader), else later. A full queue ends it as OP_FAULT with E_BUSY. Loop thread of the request.
void world_run(struct world *w, struct http_request *req, struct op *op, void (*resume)(struct http_request *req));

// Random text for a credential.
void world_secret(struct world *w, struct secret_text *out);
// Locator and name for an event about `owner`, a workspace or org.
void world_event(struct world *w, const struct id *owner, int64_t now, struct event_mint *out);
// Ids and random text for one pair, drawn before an operation's first try.
void world_pair(struct world *w, unsigned shard, int64_t now, struct pair_mint *out);
// "https://harborlights.example.test/": the workspace's address on our host; an IP literal becomes localhost.
struct str world_workspace_url(const struct world *w, struct str domain, struct arena *arena);
// The clock is about to go back from `from`, the present moment: what has expired by then is made to stay so
// (reliability.md 1, I6). Waits for the store; not for loops that serve requests.
MUST_USE enum status world_settle(struct world *w, int64_t from);
// 32 hex digits for X-Slack-Req-Id, and req->now. Called by the root handler before any other.
void world_begin(struct world *w, struct http_request *req);
