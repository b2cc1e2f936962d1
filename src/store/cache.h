// SPDX-License-Identifier: Apache-2.0
// Rows kept in memory, exact because one process owns the store: each thread that reads has a cache of its own, and
// version counters say which of its rows still hold. A counter moves after the commit and before the acknowledgement,
// so whoever was told of a change never reads the row before it (reliability.md 5, trap 7).
#pragma once

#include <stdalign.h>
#include <stdatomic.h>

#include "store/op.h"

enum { VERSION_SLOTS = 4096, CACHE_SLOTS = 4096, CACHE_KEY_MAX = 128, CACHE_ROW_MAX = 256 * 1024 };

// Shared by all caches of a store.
struct versions {
    _Atomic uint64_t directory;           // of enterprises, workspaces, channels, users and apps
    _Atomic uint64_t slot[VERSION_SLOTS]; // of installs and tokens, by the hash of their key
};

// A row in memory of its own, counted: the cache holds it, and each operation that read it.
struct held {
    _Atomic unsigned refs;
    unsigned hash;
    uint64_t version; // of its slot when it was read
    size_t bytes;
    size_t key_n;
    char key[CACHE_KEY_MAX];
    alignas(max_align_t) char row[];
};

// A zeroed row of n bytes, held once. Never NULL.
struct held *held_new(size_t n);
// Gives back one hold; NULL does nothing. Any thread.
void held_drop(struct held *h);

// One thread at a time.
struct cache {
    struct versions *versions;
    uint64_t directory; // version that all rows belong to
    size_t bytes, bytes_max;
    struct held *slot[CACHE_SLOTS];
};

// What a row is called in the cache, and the versions before it is read.
struct cache_key {
    unsigned hash;
    uint64_t version;
    size_t n; // 0: too long to be kept
    char bytes[CACHE_KEY_MAX];
};

void cache_init(struct cache *c, struct versions *versions, size_t bytes_max);
void cache_clear(struct cache *c);
// Fills want->row and want->held and answers true, or prepares `key` for cache_put: the row must be read after this.
bool cache_get(struct cache *c, struct want *want, struct cache_key *key);
// Keeps a row that was read for `key`; the cache takes a hold of its own.
void cache_put(struct cache *c, const struct cache_key *key, struct held *h);

// Whether the write changes directory rows.
bool write_is_directory(enum write_kind kind);
// Moves the counters of all that a committed operation wrote. Any thread.
void versions_move(struct versions *v, const struct op *op);
