// SPDX-License-Identifier: Apache-2.0
#include "world/faults.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "codec/json.h"
#include "crypto/rng.h"

struct faults {
    _Atomic unsigned n; // asked without the lock on every call
    pthread_mutex_t lock;
    struct rng *rng;
    unsigned last_id;
    struct fault v[LIMIT_FAULTS];
};

enum value { VALUE_NONE, VALUE_ERROR, VALUE_NUMBER };

static const struct kind {
    const char *name;
    enum fault_kind kind;
    enum value value;
    uint64_t least, most;
} kinds[] = {
    {"error", FAULT_ERROR, VALUE_ERROR, 0, 0},
    {"status", FAULT_STATUS, VALUE_NUMBER, 400, 599},
    {"ratelimited", FAULT_RATELIMITED, VALUE_NUMBER, 1, 86400},
    {"delay", FAULT_DELAY, VALUE_NUMBER, 0, 600000},
    {"drop", FAULT_DROP, VALUE_NONE, 0, 0},
    {"drop-after", FAULT_DROP_AFTER, VALUE_NONE, 0, 0},
    {"truncate", FAULT_TRUNCATE, VALUE_NUMBER, 1, 1048576},
    {"wrong-type", FAULT_WRONG_TYPE, VALUE_NONE, 0, 0},
};

struct faults *faults_new(struct rng *rng)
{
    struct faults *f = mem_alloc(sizeof *f);
    pthread_mutex_init(&f->lock, NULL);
    f->rng = rng;
    return f;
}

void faults_free(struct faults *f)
{
    if (!f) return;
    pthread_mutex_destroy(&f->lock);
    mem_free(f);
}

static enum status read_error(struct str value, struct fault *out, char problem[160])
{
    out->error = wire_find(value);
    if (out->error && wire_row(out->error)->kind == K_API) return OK;
    const char *near = NULL;
    unsigned best = 3;
    for (unsigned e = W_OK + 1; e < W_COUNT; e++) {
        const struct wire_row *row = wire_row((enum wire_err)e);
        unsigned d = row->kind == K_API ? str_distance(row->name, value) : best;
        if (d < best) {
            best = d;
            near = row->name.p;
        }
    }
    snprintf(problem, 160, "\"%.*s\" is no error of the contract%s%s%s", STR_FMT(str_upto(value, 64)),
             near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    return E_INVALID;
}

static enum status read_number(const struct kind *kind, struct str value, struct fault *out, char problem[160])
{
    uint64_t n = 0;
    if (!str_u64(value, kind->most, &n) || n < kind->least) {
        snprintf(problem, 160, "%s takes a number from %llu to %llu", kind->name, (unsigned long long)kind->least,
                 (unsigned long long)kind->most);
        return E_INVALID;
    }
    out->number = (int64_t)n;
    return OK;
}

static enum status read_value(const struct kind *kind, struct str value, struct fault *out, char problem[160])
{
    if (kind->value == VALUE_ERROR) return read_error(value, out, problem);
    if (kind->value == VALUE_NUMBER) return read_number(kind, value, out, problem);
    if (!value.p) return OK;
    snprintf(problem, 160, "%s takes no value", kind->name);
    return E_INVALID;
}

enum status fault_parse(struct str text, struct fault *out, char problem[160])
{
    struct str value = text, name = str_cut(&value, '=');
    size_t i = names_find(NAMES(kinds), name);
    if (i == ARRAY_LEN(kinds)) {
        const char *near = names_nearest(NAMES(kinds), name);
        snprintf(problem, 160, "\"%.*s\" is no kind of fault; %s%s", STR_FMT(str_upto(name, 40)),
                 near ? "did you mean "
                      : "there are error= status= ratelimited= delay= drop drop-after truncate= wrong-type",
                 near ? near : "");
        return E_INVALID;
    }
    struct fault f = *out;
    f.kind = kinds[i].kind;
    TRY(read_value(&kinds[i], value, &f, problem));
    if (!str_copy(f.text, sizeof f.text, text)) {
        snprintf(problem, 160, "a kind has at most %zu characters", sizeof f.text - 1);
        return E_INVALID;
    }
    *out = f;
    return OK;
}

enum status faults_add(struct faults *f, struct fault *fault, char problem[160])
{
    enum status st = OK;
    pthread_mutex_lock(&f->lock);
    if (f->n == LIMIT_FAULTS) {
        snprintf(problem, 160, "%d faults are set already", LIMIT_FAULTS);
        st = E_LIMIT;
    } else {
        fault->id = ++f->last_id;
        fault->hits = 0;
        f->v[f->n] = *fault;
        atomic_fetch_add(&f->n, 1);
    }
    pthread_mutex_unlock(&f->lock);
    return st;
}

void faults_clear(struct faults *f)
{
    pthread_mutex_lock(&f->lock);
    f->n = 0;
    pthread_mutex_unlock(&f->lock);
}

static bool matches(const struct fault *f, struct str method, struct str app_id)
{
    if (f->method[0] && !str_eq(str_of(f->method), method)) return false;
    return str_eq(str_of(f->app), app_id);
}

// Whether this matching call is hit: not one of the first `after`, and by chance where a probability was given.
static bool trips(struct faults *f, struct fault *fault)
{
    uint32_t dice;
    if (fault->after) {
        fault->after--;
        return false;
    }
    if (fault->probability >= 1) return true;
    rng_fill(f->rng, &dice, sizeof dice);
    return dice < fault->probability * 4294967296.0;
}

static void count(struct faults *f, unsigned i)
{
    f->v[i].hits++;
    if (f->v[i].count == 0 || --f->v[i].count) return;
    for (unsigned j = i; j + 1 < f->n; j++) f->v[j] = f->v[j + 1];
    atomic_fetch_sub(&f->n, 1);
}

bool faults_take(struct faults *f, struct str method, struct str app_id, struct fault *out)
{
    bool hit = false;
    if (atomic_load_explicit(&f->n, memory_order_acquire) == 0) return false;
    pthread_mutex_lock(&f->lock);
    for (unsigned i = 0; i < f->n && !hit; i++) {
        if (!matches(&f->v[i], method, app_id) || !trips(f, &f->v[i])) continue;
        *out = f->v[i];
        count(f, i);
        hit = true;
    }
    pthread_mutex_unlock(&f->lock);
    return hit;
}

void faults_write(struct faults *f, struct buf *out)
{
    struct json j;
    json_init(&j, out);
    json_open_array(&j, NULL);
    pthread_mutex_lock(&f->lock);
    for (unsigned i = 0; i < f->n; i++) {
        const struct fault *at = &f->v[i];
        json_open(&j, NULL);
        json_int(&j, "id", at->id);
        json_str(&j, "kind", str_of(at->text));
        if (at->method[0]) json_str(&j, "method", str_of(at->method));
        if (at->app[0]) json_str(&j, "app", str_of(at->app));
        if (at->count) json_int(&j, "count", at->count);
        if (at->after) json_int(&j, "after", at->after);
        if (at->probability < 1) {
            char share[32];
            snprintf(share, sizeof share, "%g", at->probability);
            json_raw(&j, "probability", str_of(share));
        }
        json_int(&j, "hits", (int64_t)at->hits);
        json_close(&j);
    }
    pthread_mutex_unlock(&f->lock);
    json_close_array(&j);
}
