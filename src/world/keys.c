// SPDX-License-Identifier: Apache-2.0
#include "world/keys.h"

#include <pthread.h>
#include <signal.h>

#include "base/log.h"
#include "base/mem.h"
#include "codec/base64.h"
#include "crypto/rsa.h"

enum { PEM_MAX = 8192 };

static const int64_t published_ms = INT64_C(3600) * 1000; // openid.md 6: after it was retired

struct key {
    _Atomic unsigned holders;
    struct rsa_key *rsa;
    char kid[JWK_THUMBPRINT_SIZE];
    int64_t created;
    int64_t retired;  // guarded by keys.lock
    struct key *next; // in keys.retired; guarded by keys.lock
};

struct waiter {
    struct waiter *next;
    struct http_request *req;
    void (*resume)(struct http_request *req);
};

struct keys {
    struct clock *clock;
    struct store *store;
    pthread_mutex_t change; // held while keys are made and stored; taken before `lock`
    pthread_mutex_t lock;   // guards what follows; never held for long
    struct key *signer;
    struct key *retired; // newest first
    struct waiter *waiters;
    bool started, stopping;
    pthread_cond_t called; // there are waiters, or it is over
    pthread_t maker;
};

struct keys *keys_new(struct clock *clock)
{
    struct keys *k = mem_alloc(sizeof *k);
    k->clock = clock;
    pthread_mutex_init(&k->change, NULL);
    pthread_mutex_init(&k->lock, NULL);
    pthread_cond_init(&k->called, NULL);
    return k;
}

// Takes the RSA key over; one holder.
static struct key *key_new(struct rsa_key *rsa, int64_t created)
{
    struct key *key = mem_alloc(sizeof *key);
    key->holders = 1;
    key->rsa = rsa;
    key->created = created;
    jwk_thumbprint(rsa_e(rsa), rsa_n(rsa), key->kid);
    return key;
}

struct str key_id(const struct key *key)
{
    return str_make(key->kid, sizeof key->kid);
}

static void let_go(struct key *key)
{
    if (!key || atomic_fetch_sub(&key->holders, 1) > 1) return;
    rsa_free(key->rsa);
    mem_free(key);
}

static void let_go_all(struct key *list)
{
    while (list) {
        struct key *key = list;
        list = key->next;
        let_go(key);
    }
}

void keys_free(struct keys *k)
{
    if (!k) return;
    pthread_mutex_lock(&k->lock);
    k->stopping = true;
    pthread_cond_signal(&k->called);
    pthread_mutex_unlock(&k->lock);
    if (k->started) pthread_join(k->maker, NULL);
    let_go(k->signer);
    let_go_all(k->retired);
    pthread_cond_destroy(&k->called);
    pthread_mutex_destroy(&k->lock);
    pthread_mutex_destroy(&k->change);
    mem_free(k);
}

static bool is_published(const struct key *key, int64_t now)
{
    return !key->retired || now < key->retired + published_ms;
}

// From now on `key` signs; who did before, if anybody, is retired. Under the lock.
static void succeed(struct keys *k, struct key *key, int64_t now)
{
    if (k->signer) {
        k->signer->retired = now;
        k->signer->next = k->retired;
        k->retired = k->signer;
    }
    k->signer = key;
}

// Takes the keys that are published no longer off the list. Under the lock.
static struct key *take_departed(struct keys *k, int64_t now)
{
    struct key *departed = NULL;
    for (struct key **at = &k->retired; *at;) {
        struct key *key = *at;
        if (is_published(key, now)) {
            at = &key->next;
            continue;
        }
        *at = key->next;
        key->next = departed;
        departed = key;
    }
    return departed;
}

struct loading {
    struct keys *keys;
    enum status status;
};

// Rows come in the order in which they were made, so that the newest one that is not retired signs.
static void load_key(void *ctx, const void *row)
{
    struct loading *l = ctx;
    struct keys *k = l->keys;
    const struct signing_key *s = row;
    struct rsa_key *rsa;
    if (l->status) return;
    if (rsa_read_pem(s->pem, &rsa)) {
        l->status = E_CORRUPT;
        return;
    }
    struct key *key = key_new(rsa, s->created);
    if (!s->retired) {
        succeed(k, key, s->created);
        return;
    }
    key->retired = s->retired;
    key->next = k->retired;
    k->retired = key;
}

enum status keys_load(struct keys *k, struct store *s)
{
    struct loading l = {.keys = k};
    k->store = s;
    TRY(store_list(s, LIST_KEYS, load_key, &l));
    return l.status;
}

// What a change writes: all of it in one transaction.
struct change {
    struct signing_key puts[2];
    struct buf pems[2];
    unsigned nputs;
    const struct key *departed; // list of keys to be removed
    int64_t now;
};

static enum wire_err decide_change(struct op *op)
{
    const struct change *c = op->ctx;
    for (unsigned i = 0; i < c->nputs; i++) op_write(op, PUT_KEY)->row = &c->puts[i];
    for (const struct key *at = c->departed; at; at = at->next) op_write(op, DROP_KEY)->key = key_id(at);
    return W_OK;
}

static void change_put(struct change *c, const struct key *key, int64_t retired)
{
    unsigned i = c->nputs++;
    buf_init(&c->pems[i], PEM_MAX);
    rsa_write_pem(key->rsa, &c->pems[i]);
    c->puts[i] = (struct signing_key){
        .kid = key_id(key), .pem = buf_view(&c->pems[i]), .created = key->created, .retired = retired};
}

// Waits for the store; forgets the private parts.
static enum status change_store(struct keys *k, struct change *c)
{
    static const struct op_type type = {.name = "keys", .decide = decide_change};
    struct arena arena;
    arena_init(&arena, LIMIT_ARENA);
    struct op op = {.type = &type, .arena = &arena, .ctx = c, .now = c->now};
    store_run(k->store, &op);
    op_release(&op);
    arena_release(&arena);
    for (unsigned i = 0; i < c->nputs; i++) {
        buf_wipe(&c->pems[i]);
        buf_release(&c->pems[i]);
    }
    if (op.outcome == OP_DONE) return OK;
    return op.fault ? op.fault : E_IO;
}

static void put_back(struct keys *k, struct key *departed)
{
    pthread_mutex_lock(&k->lock);
    while (departed) {
        struct key *key = departed;
        departed = key->next;
        key->next = k->retired;
        k->retired = key;
    }
    pthread_mutex_unlock(&k->lock);
}

// Makes a key, stores it and what follows from it, and only then lets it sign. `change` is held.
static enum status replace_signer(struct keys *k)
{
    struct change c = {.now = clock_now(k->clock)};
    struct key *key = key_new(rsa_generate(), c.now);
    pthread_mutex_lock(&k->lock);
    struct key *departed = take_departed(k, c.now);
    pthread_mutex_unlock(&k->lock);
    c.departed = departed;
    change_put(&c, key, 0);
    if (k->signer) change_put(&c, k->signer, c.now);
    enum status status = change_store(k, &c);
    if (status) {
        put_back(k, departed);
        let_go(key);
        return status;
    }
    pthread_mutex_lock(&k->lock);
    succeed(k, key, c.now);
    pthread_mutex_unlock(&k->lock);
    let_go_all(departed);
    log_msg(LOG_INFO, "id tokens are signed with key %.*s from now on", STR_FMT(key_id(key)));
    return OK;
}

static size_t count_published(struct keys *k)
{
    int64_t now = clock_now(k->clock);
    pthread_mutex_lock(&k->lock);
    size_t n = k->signer != NULL;
    for (const struct key *at = k->retired; at; at = at->next) n += is_published(at, now);
    pthread_mutex_unlock(&k->lock);
    return n;
}

enum status keys_rotate(struct keys *k)
{
    pthread_mutex_lock(&k->change);
    enum status status = count_published(k) < KEYS_MAX ? replace_signer(k) : E_LIMIT;
    pthread_mutex_unlock(&k->change);
    return status;
}

enum status keys_reset(struct keys *k)
{
    struct change c = {.now = clock_now(k->clock)};
    enum status status = OK;
    pthread_mutex_lock(&k->change);
    pthread_mutex_lock(&k->lock);
    struct key *gone = k->retired;
    k->retired = NULL;
    pthread_mutex_unlock(&k->lock);
    if (k->signer) {
        change_put(&c, k->signer, 0);
        status = change_store(k, &c);
    }
    pthread_mutex_unlock(&k->change);
    let_go_all(gone);
    return status;
}

static void make_first(struct keys *k)
{
    pthread_mutex_lock(&k->change);
    enum status status = k->signer ? OK : replace_signer(k);
    pthread_mutex_unlock(&k->change);
    if (status) log_msg(LOG_ERROR, "no key for id tokens: the store answered %s", status_name(status));
}

// The maker's thread: sleeps until somebody waits, makes the first key, and calls them all.
static void *maker_main(void *ctx)
{
    struct keys *k = ctx;
    pthread_mutex_lock(&k->lock);
    while (!k->stopping) {
        if (!k->waiters) {
            pthread_cond_wait(&k->called, &k->lock);
            continue;
        }
        pthread_mutex_unlock(&k->lock);
        make_first(k);
        pthread_mutex_lock(&k->lock);
        struct waiter *at = k->waiters;
        k->waiters = NULL;
        for (struct waiter *next; at; at = next) {
            next = at->next; // lives in the request, which may end with the post
            http_post(at->req, at->resume);
        }
    }
    pthread_mutex_unlock(&k->lock);
    return NULL;
}

// Signals are the main thread's.
static bool start_maker(struct keys *k)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    k->started = pthread_create(&k->maker, NULL, maker_main, k) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return k->started;
}

bool keys_wait(struct keys *k, struct http_request *req, void (*resume)(struct http_request *req))
{
    pthread_mutex_lock(&k->lock);
    bool wait = !k->signer && (k->started || start_maker(k));
    if (wait) {
        struct waiter *w = arena_alloc(req->arena, sizeof *w);
        *w = (struct waiter){k->waiters, req, resume};
        k->waiters = w;
        pthread_cond_signal(&k->called);
    }
    pthread_mutex_unlock(&k->lock);
    return wait;
}

const struct key *keys_take(struct keys *k)
{
    pthread_mutex_lock(&k->lock);
    struct key *key = k->signer;
    if (key) key->holders++;
    pthread_mutex_unlock(&k->lock);
    return key;
}

void keys_give(const struct key *key)
{
    let_go((struct key *)key);
}

struct str key_sign(const struct key *key, struct str text, struct arena *arena)
{
    uint8_t signature[RSA_SIGNATURE_SIZE];
    char encoded[RSA_N_SIZE]; // as long as the modulus
    rsa_sign(key->rsa, text, signature);
    base64url_encode(signature, sizeof signature, encoded);
    return arena_printf(arena, "%.*s.%.*s", STR_FMT(text), (int)sizeof encoded, encoded);
}

static struct key_view view_of(const struct key *key)
{
    return (struct key_view){
        .kid = key_id(key),
        .n = rsa_n(key->rsa),
        .e = rsa_e(key->rsa),
        .created = key->created,
        .retired = key->retired,
        .leaves = key->retired ? key->retired + published_ms : 0,
    };
}

void keys_each(struct keys *k, void (*each)(void *ctx, const struct key_view *view), void *ctx)
{
    int64_t now = clock_now(k->clock);
    pthread_mutex_lock(&k->lock);
    for (const struct key *at = k->signer; at; at = at == k->signer ? k->retired : at->next) {
        struct key_view view = view_of(at);
        if (is_published(at, now)) each(ctx, &view);
    }
    pthread_mutex_unlock(&k->lock);
}
