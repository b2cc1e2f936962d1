// SPDX-License-Identifier: Apache-2.0
#include "crypto/rng.h"

#include <openssl/rand.h>
#include <pthread.h>

#include "base/mem.h"
#include "crypto/digest.h"

enum { POOL_SIZE = 4096, DRAW_SIZE = 64 };

struct rng {
    bool seeded;
    // The rest is for seeded streams.
    pthread_mutex_t lock;
    uint8_t key[SHA256_SIZE];
    uint64_t counter;           // of the next block
    uint8_t block[SHA256_SIZE]; // the current one
    size_t left;                // bytes of it not handed out yet, at its end
};

// Random bytes fetched ahead, for each thread its own. Handed-out bytes are wiped, so they stand nowhere but with their
// taker; bytes still here are nobody's secret yet.
static _Thread_local struct {
    uint8_t bytes[POOL_SIZE];
    size_t left; // at the end
} pool;

static pthread_once_t once = PTHREAD_ONCE_INIT;

// A child must not hand out the bytes that its parent will.
static void forget_pool(void)
{
    pool.left = 0;
}

static void start(void)
{
    if (pthread_atfork(NULL, NULL, forget_pool)) abort();
}

static struct rng *rng_new(bool seeded)
{
    struct rng *r = mem_alloc(sizeof *r);
    r->seeded = seeded;
    pthread_mutex_init(&r->lock, NULL);
    pthread_once(&once, start);
    return r;
}

struct rng *rng_new_system(void)
{
    return rng_new(false);
}

// The same bytes on every machine.
static struct str little_endian(uint64_t v, char bytes[8])
{
    for (int i = 0; i < 8; i++) bytes[i] = (char)(v >> 8 * i & 0xff);
    return str_make(bytes, 8);
}

struct rng *rng_new_seeded(uint64_t seed)
{
    char bytes[8];
    struct rng *r = rng_new(true);
    const struct str parts[] = {STR("hallpass seeded stream"), little_endian(seed, bytes)};
    sha256(parts, ARRAY_LEN(parts), r->key);
    return r;
}

void rng_free(struct rng *r)
{
    if (!r) return;
    pthread_mutex_destroy(&r->lock);
    mem_wipe(r, sizeof *r);
    mem_free(r);
}

static void fetch(void *p, size_t n)
{
    if (RAND_bytes(p, (int)n) == 1) return;
    fputs("hallpass: no random bytes from the system\n", stderr);
    abort();
}

// Moves at most n bytes from the end of a store of `size` bytes with `left` unused ones; answers how many.
static size_t take(uint8_t *store, size_t size, size_t *left, uint8_t *to, size_t n)
{
    size_t some = n < *left ? n : *left;
    uint8_t *from = store + size - *left;
    memcpy(to, from, some);
    mem_wipe(from, some);
    *left -= some;
    return some;
}

static void fill_from_system(uint8_t *to, size_t n)
{
    while (n) {
        if (!pool.left) {
            fetch(pool.bytes, sizeof pool.bytes);
            pool.left = sizeof pool.bytes;
        }
        size_t some = take(pool.bytes, sizeof pool.bytes, &pool.left, to, n);
        to += some;
        n -= some;
    }
}

static void next_block(struct rng *r)
{
    char bytes[8];
    const struct str parts[] = {{(const char *)r->key, sizeof r->key}, little_endian(r->counter, bytes)};
    sha256(parts, ARRAY_LEN(parts), r->block);
    r->counter++;
    r->left = sizeof r->block;
}

static void fill_from_seed(struct rng *r, uint8_t *to, size_t n)
{
    pthread_mutex_lock(&r->lock);
    while (n) {
        if (!r->left) next_block(r);
        size_t some = take(r->block, sizeof r->block, &r->left, to, n);
        to += some;
        n -= some;
    }
    pthread_mutex_unlock(&r->lock);
}

void rng_fill(struct rng *r, void *p, size_t n)
{
    if (r->seeded)
        fill_from_seed(r, p, n);
    else
        fill_from_system(p, n);
}

void rng_text(struct rng *r, const char *alphabet, char *out, size_t n)
{
    uint8_t raw[DRAW_SIZE];
    size_t letters = strlen(alphabet);
    unsigned mask = 1;
    assert(letters >= 2 && letters <= 64);
    while (mask < letters - 1) mask = mask << 1 | 1;
    while (n) {
        size_t some = n < sizeof raw ? n : sizeof raw;
        rng_fill(r, raw, some);
        // A value past the alphabet is drawn again; folding it in would favour the first letters.
        for (size_t i = 0; i < some; i++) {
            if ((raw[i] & mask) >= letters) continue;
            *out++ = alphabet[raw[i] & mask];
            n--;
        }
    }
    mem_wipe(raw, sizeof raw);
}

void rng_hex(struct rng *r, char *out, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t raw[DRAW_SIZE];
    while (n) {
        size_t some = n < sizeof raw ? n : sizeof raw;
        rng_fill(r, raw, some);
        for (size_t i = 0; i < some; i++) {
            *out++ = digits[raw[i] >> 4];
            *out++ = digits[raw[i] & 15];
        }
        n -= some;
    }
    mem_wipe(raw, sizeof raw);
}
