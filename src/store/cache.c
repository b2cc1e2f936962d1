// SPDX-License-Identifier: Apache-2.0
#include "store/cache.h"

#include "base/mem.h"

// Which rows a write makes stale. New codes, tokens, refresh tokens and webhooks: none, for absence is never cached.
enum effect { STALE_NONE, STALE_DIRECTORY, STALE_INSTALL, STALE_TOKEN };

static const enum effect effects[WRITE_KINDS] = {
    [PUT_ENTERPRISE] = STALE_DIRECTORY,
    [PUT_WORKSPACE] = STALE_DIRECTORY,
    [PUT_CHANNEL] = STALE_DIRECTORY,
    [PUT_USER] = STALE_DIRECTORY,
    [PUT_APP] = STALE_DIRECTORY,
    [DROP_ENTERPRISE] = STALE_DIRECTORY,
    [DROP_WORKSPACE] = STALE_DIRECTORY,
    [DROP_CHANNEL] = STALE_DIRECTORY,
    [DROP_USER] = STALE_DIRECTORY,
    [WIPE_ALL] = STALE_DIRECTORY, // and with it everything: a cache is emptied when the directory has moved
    [MERGE_INSTALL] = STALE_INSTALL,
    [END_INSTALL] = STALE_INSTALL,
    [USE_INSTALL] = STALE_INSTALL,
    [REVOKE_TOKEN] = STALE_TOKEN,
    [EXCHANGE_TOKEN] = STALE_TOKEN,
    [EXPIRE_TOKEN] = STALE_TOKEN,
    // Whose rows they touched is not known here: all that was read so far is stale.
    [EXPIRE_TOKENS] = STALE_DIRECTORY,
    [EXPIRE_SECRETS] = STALE_DIRECTORY,
    [END_INSTALLS] = STALE_DIRECTORY,
    [END_APP] = STALE_DIRECTORY,
};

struct held *held_new(size_t n)
{
    struct held *h = mem_alloc(sizeof *h + n);
    h->refs = 1;
    h->bytes = sizeof *h + n;
    return h;
}

void held_drop(struct held *h)
{
    if (h && atomic_fetch_sub_explicit(&h->refs, 1, memory_order_acq_rel) == 1) mem_free(h);
}

void cache_init(struct cache *c, struct versions *versions, size_t bytes_max)
{
    *c = (struct cache){.versions = versions, .bytes_max = bytes_max};
}

void cache_clear(struct cache *c)
{
    if (c->bytes == 0) return;
    for (size_t i = 0; i < CACHE_SLOTS; i++) held_drop(c->slot[i]);
    memset(c->slot, 0, sizeof c->slot);
    c->bytes = 0;
}

static unsigned key_hash(const char *p, size_t n)
{
    uint64_t h = 0xcbf29ce484222325U; // FNV-1a
    for (size_t i = 0; i < n; i++) h = (h ^ (unsigned char)p[i]) * 0x100000001b3U;
    return (unsigned)(h ^ (h >> 32));
}

static void key_make(struct cache_key *key, const struct want *w)
{
    size_t n = 1 + sizeof w->id;
    key->bytes[0] = (char)w->kind;
    memcpy(key->bytes + 1, &w->id, sizeof w->id);
    for (size_t i = 0; i < ARRAY_LEN(w->key); i++) {
        struct str part = w->key[i];
        if (part.n + 1 > sizeof key->bytes - n) {
            key->n = 0;
            return;
        }
        if (part.n) memcpy(key->bytes + n, part.p, part.n);
        n += part.n;
        key->bytes[n++] = '\0';
    }
    key->n = n;
    key->hash = key_hash(key->bytes, n);
}

static _Atomic uint64_t *version_slot(struct versions *v, unsigned hash)
{
    return &v->slot[hash % VERSION_SLOTS];
}

bool cache_get(struct cache *c, struct want *want, struct cache_key *key)
{
    uint64_t directory = atomic_load(&c->versions->directory);
    if (directory != c->directory) cache_clear(c);
    c->directory = directory;
    key_make(key, want);
    if (key->n == 0) return false;
    key->version = atomic_load(version_slot(c->versions, key->hash));
    struct held *h = c->slot[key->hash % CACHE_SLOTS];
    if (!h || h->hash != key->hash || h->version != key->version) return false;
    if (h->key_n != key->n || memcmp(h->key, key->bytes, key->n) != 0) return false;
    atomic_fetch_add_explicit(&h->refs, 1, memory_order_relaxed);
    want->held = h;
    want->row = h->row;
    return true;
}

void cache_put(struct cache *c, const struct cache_key *key, struct held *h)
{
    if (key->n == 0 || h->bytes > CACHE_ROW_MAX) return;
    if (c->bytes + h->bytes > c->bytes_max) cache_clear(c);
    struct held **slot = &c->slot[key->hash % CACHE_SLOTS];
    if (*slot) c->bytes -= (*slot)->bytes;
    held_drop(*slot);
    h->hash = key->hash;
    h->version = key->version;
    h->key_n = key->n;
    memcpy(h->key, key->bytes, key->n);
    atomic_fetch_add_explicit(&h->refs, 1, memory_order_relaxed);
    c->bytes += h->bytes;
    *slot = h;
}

bool write_is_directory(enum write_kind kind)
{
    return effects[kind] == STALE_DIRECTORY;
}

static void slot_move(struct versions *v, const struct want *w)
{
    struct cache_key key;
    key_make(&key, w);
    if (key.n) atomic_fetch_add(version_slot(v, key.hash), 1); // a key that is too long is never cached
}

static void install_move(struct versions *v, const struct install *row)
{
    struct want w = {.kind = WANT_INSTALL, .key = {id_str(&row->app), id_str(&row->owner), id_str(&row->subject)}};
    slot_move(v, &w);
}

void versions_move(struct versions *v, const struct op *op)
{
    for (unsigned i = 0; i < op->nwrite; i++) {
        const struct write *w = &op->write[i];
        switch (effects[w->kind]) {
        case STALE_NONE: break;
        case STALE_DIRECTORY: atomic_fetch_add(&v->directory, 1); break;
        case STALE_INSTALL: install_move(v, w->row); break;
        case STALE_TOKEN: slot_move(v, &(struct want){.kind = WANT_TOKEN, .id = w->id}); break;
        }
    }
}
