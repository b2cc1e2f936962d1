// SPDX-License-Identifier: Apache-2.0
// The keys that sign id tokens (openid.md 6): one signs; those it replaced stay published for an hour of the admin
// clock. They are rows of the store. Making one takes a good part of a second, so the first is made when it is first
// needed, on a thread of its own, and never on the way of a start.
//
// Keys come from the system's random bytes also under --seed: they are the one thing there that differs from run to
// run, and with them the signatures.
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "http/message.h"
#include "store/store.h"

enum { KEYS_MAX = 10 }; // published at one time

struct keys;
struct key; // one that signs, held

struct keys *keys_new(struct clock *clock);
// Waits until a key that is being made is there. Nobody may hold one any more.
void keys_free(struct keys *k);
// Takes over what the store has. E_CORRUPT: a key there cannot be read. At start, before anything else here.
MUST_USE enum status keys_load(struct keys *k, struct store *s);

// true: there is no key yet, one is being made, and resume(req) is called when that has ended, well or not. false:
// nothing to wait for. Loop thread of the request.
MUST_USE bool keys_wait(struct keys *k, struct http_request *req, void (*resume)(struct http_request *req));
// The key that signs now, to be given back; it signs as long as it is held. NULL: there is none, or none could be
// stored. Any thread.
const struct key *keys_take(struct keys *k);
void keys_give(const struct key *key);
struct str key_id(const struct key *key);
// "TEXT.SIGNATURE" (RFC 7515 3.1) in the arena. Takes a few tenths of a millisecond.
struct str key_sign(const struct key *key, struct str text, struct arena *arena);

struct key_view {
    struct str kid, n, e;     // n, e: the public half, base64url
    int64_t created, retired; // retired 0: it signs
    int64_t leaves;           // when it is published no longer; 0: not known yet
};
// Calls `each` with every key that is published: the one that signs, then the others, newest first. Views are valid
// during the call; `each` must not come back here. Any thread.
void keys_each(struct keys *k, void (*each)(void *ctx, const struct key_view *view), void *ctx);

// A new key signs from here on. E_LIMIT: KEYS_MAX are published. Makes a key and waits for the store: not for loop
// threads that serve requests.
MUST_USE enum status keys_rotate(struct keys *k);
// The store was wiped: the key that signs is stored again, the others are forgotten. So that who has the public half
// in a cache is not confused by every reset of a test. Waits for the store.
MUST_USE enum status keys_reset(struct keys *k);
