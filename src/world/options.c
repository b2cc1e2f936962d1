// SPDX-License-Identifier: Apache-2.0
#include "world/options.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "codec/json.h"

enum { TYPE_SWITCH, TYPE_EXPLAIN, TYPE_REDIRECTS, TYPE_SECONDS, TYPE_COUNT, TYPE_REPLAY, TYPE_STEMS, TYPE_RATE_SWITCH };

struct row {
    const char *name;
    unsigned type;
    size_t offset, size;
    uint64_t least, most;
    const char *text;
};

static const struct row rows[] = {
#define X(name, field, type, least, most, text)                                                                        \
    {name, TYPE_##type, offsetof(struct settings, field), sizeof((struct settings *)0)->field, least, most, text},
#include "world/settings.def"
#undef X
};

static const char rate_prefix[] = "rate_limit.";

// The words of the types that choose among words; the value is the index.
static const char *const switch_words[] = {"off", "on"};
static const char *const explain_words[] = {"off", "safe", "on"};
static const char *const redirect_words[] = {"off", "loopback", "on"};
static const char *const replay_words[] = {"default", "refuse", "revoke"};

struct words {
    const char *const *v;
    size_t n;
};

static struct words words_of(unsigned type)
{
    switch (type) {
    case TYPE_EXPLAIN: return (struct words){explain_words, ARRAY_LEN(explain_words)};
    case TYPE_REDIRECTS: return (struct words){redirect_words, ARRAY_LEN(redirect_words)};
    case TYPE_REPLAY: return (struct words){replay_words, ARRAY_LEN(replay_words)};
    default: return (struct words){switch_words, ARRAY_LEN(switch_words)};
    }
}

void settings_defaults(struct settings *s, bool dev, bool strict)
{
    *s = (struct settings){
        .explain = dev && !strict ? EXPLAIN_ON : EXPLAIN_OFF,
        .allow_http_redirects = dev ? HTTP_REDIRECTS_LOOPBACK : HTTP_REDIRECTS_OFF,
        .code_ttl = 600,
        .read_timeout = 30,
        .access_token_ttl = 43200,
        .refresh_grace = 60,
        .refresh_grace_reuses = 5,
        .revoke_public = !dev,
        .nstems = 1,
        .stems = {"xox"},
    };
}

static enum status fail(char problem[160], const char *text)
{
    snprintf(problem, 160, "%s", text);
    return E_INVALID;
}

// A word of the list; "full" is another name of explain's "on", and YAML's words for booleans are switches too.
static bool find_word(const struct row *row, struct str value, int *out)
{
    struct words w = words_of(row->type);
    for (size_t i = 0; i < w.n; i++)
        if (str_eq(str_of(w.v[i]), value)) {
            *out = (int)i;
            return true;
        }
    bool yes = str_eq(value, STR("true")), no = str_eq(value, STR("false"));
    if (row->type == TYPE_EXPLAIN && str_eq(value, STR("full"))) yes = true;
    if (!yes && !no) return false;
    *out = yes ? (int)w.n - 1 : 0;
    return row->type != TYPE_REPLAY;
}

static enum status set_word(const struct row *row, struct settings *s, struct str value, char problem[160])
{
    int index = 0;
    char *field = (char *)s + row->offset;
    if (!find_word(row, value, &index)) {
        struct words w = words_of(row->type);
        snprintf(problem, 160, "must be one of: %s, %s%s%s", w.v[0], w.v[1], w.n > 2 ? ", " : "",
                 w.n > 2 ? w.v[2] : "");
        return E_INVALID;
    }
    if (row->type == TYPE_SWITCH)
        *(bool *)field = index;
    else if (row->type == TYPE_RATE_SWITCH)
        *(bool *)field = !index;
    else
        memcpy(field, &index, sizeof index); // all enums of struct settings are int-sized
    return OK;
}

static enum status set_number(const struct row *row, struct settings *s, struct str value, char problem[160])
{
    uint64_t n = 0;
    if (!str_u64(value, row->most, &n) || n < row->least) {
        snprintf(problem, 160, "must be a number from %llu to %llu", (unsigned long long)row->least,
                 (unsigned long long)row->most);
        return E_INVALID;
    }
    if (row->type == TYPE_COUNT)
        *(unsigned *)((char *)s + row->offset) = (unsigned)n;
    else
        *(int64_t *)((char *)s + row->offset) = (int64_t)n;
    return OK;
}

// formats.md 3.5: 2 to 8 characters [a-z][a-z0-9]*, does not contain "xox" and does not end in x; or "xox" itself.
static bool stem_valid(struct str stem)
{
    if (str_eq(stem, STR("xox"))) return true;
    if (stem.n < 2 || stem.n > 8 || ascii_digit(stem.p[0]) || stem.p[stem.n - 1] == 'x') return false;
    return str_all_in(stem, "abcdefghijklmnopqrstuvwxyz0123456789") && str_find_str(stem, STR("xox")) == stem.n;
}

static enum status set_stems(struct settings *s, struct str value, char problem[160])
{
    char stems[TOKEN_STEMS_MAX][TOKEN_STEM_SIZE] = {{0}};
    unsigned n = 0;
    for (struct str rest = value; rest.p;) {
        struct str stem = str_cut(&rest, ' ');
        if (stem.n == 0) continue;
        if (n == TOKEN_STEMS_MAX || !stem_valid(stem) || !str_copy(stems[n], TOKEN_STEM_SIZE, stem))
            return fail(problem, "must be xox, or stems of 2 to 8 letters and digits that do not hold xox or end in x");
        n++;
    }
    if (n == 0) return fail(problem, "must name at least one stem");
    memcpy(s->stems, stems, sizeof stems);
    s->nstems = n;
    return OK;
}

// "600/min+0": sustained a minute, and a burst.
static bool parse_rate(struct str value, struct rate_override *o)
{
    struct str rest = value;
    uint64_t sustained, burst;
    struct str first = str_cut(&rest, '/');
    if (!rest.p || !str_starts(rest, STR("min+"))) return false;
    if (!str_u64(first, 1000000, &sustained) || sustained == 0) return false;
    if (!str_u64(str_from(rest, 4), 1000000, &burst)) return false;
    o->sustained = (unsigned)sustained;
    o->burst = (unsigned)burst;
    return true;
}

// Index of the method's override, s->nrates when it has none.
static unsigned find_rate(const struct settings *s, struct str method)
{
    unsigned i = 0;
    while (i < s->nrates && !str_eq(str_of(s->rates[i].method), method)) i++;
    return i;
}

// Back to what the defaults say of that method, which is mostly nothing.
static void reset_rate(struct settings *s, struct str method, const struct settings *defaults)
{
    unsigned at = find_rate(s, method), from = find_rate(defaults, method);
    if (at < s->nrates) s->rates[at] = from < defaults->nrates ? defaults->rates[from] : s->rates[--s->nrates];
}

static enum status set_rate(struct settings *s, struct str method, struct str value, char problem[160])
{
    struct rate_override fresh = {0};
    unsigned at = find_rate(s, method);
    if (!str_copy(fresh.method, sizeof fresh.method, method) || method.n == 0) return fail(problem, "names no method");
    if (!parse_rate(value, &fresh)) return fail(problem, "must be N/min+BURST, such as 600/min+0");
    if (at == RATES_MAX) return fail(problem, "is one too many: so many methods have a rate of their own already");
    s->rates[at] = fresh;
    if (at == s->nrates) s->nrates++;
    return OK;
}

static enum status set_or_reset_rate(struct settings *s, struct str method, const struct str *value,
                                     const struct settings *defaults, char problem[160])
{
    if (value) return set_rate(s, method, *value, problem);
    reset_rate(s, method, defaults);
    return OK;
}

static void copy_default(const struct row *row, struct settings *s, const struct settings *defaults)
{
    memcpy((char *)s + row->offset, (const char *)defaults + row->offset, row->size);
    if (row->type == TYPE_STEMS) s->nstems = defaults->nstems;
}

static const struct row *find_row(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (str_eq(str_of(rows[i].name), name)) return &rows[i];
    return NULL;
}

enum status settings_set(struct settings *s, struct str name, const struct str *value, const struct settings *defaults,
                         char problem[160])
{
    const struct row *row = find_row(name);
    if (!row && str_starts(name, STR(rate_prefix)))
        return set_or_reset_rate(s, str_from(name, sizeof rate_prefix - 1), value, defaults, problem);
    if (!row) {
        const char *near = names_nearest(NAMES(rows), name);
        snprintf(problem, 160, "%s", near ? near : "");
        return E_NOTFOUND;
    }
    if (!value) {
        copy_default(row, s, defaults);
        return OK;
    }
    switch (row->type) {
    case TYPE_SECONDS:
    case TYPE_COUNT: return set_number(row, s, *value, problem);
    case TYPE_STEMS: return set_stems(s, *value, problem);
    default: return set_word(row, s, *value, problem);
    }
}

static void write_stems(const struct settings *s, struct json *j, const char *name)
{
    char text[TOKEN_STEMS_MAX * TOKEN_STEM_SIZE];
    size_t n = 0;
    for (unsigned i = 0; i < s->nstems; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", i ? " " : "", s->stems[i]);
    json_str(j, name, str_make(text, n));
}

static void write_row(const struct row *row, const struct settings *s, struct json *j)
{
    const char *field = (const char *)s + row->offset;
    int index = 0;
    switch (row->type) {
    case TYPE_SECONDS: json_int(j, row->name, *(const int64_t *)field); return;
    case TYPE_COUNT: json_int(j, row->name, *(const unsigned *)field); return;
    case TYPE_STEMS: write_stems(s, j, row->name); return;
    case TYPE_SWITCH: index = *(const bool *)field; break;
    case TYPE_RATE_SWITCH: index = !*(const bool *)field; break;
    default: memcpy(&index, field, sizeof index);
    }
    json_str(j, row->name, str_of(words_of(row->type).v[index]));
}

void settings_write(const struct settings *s, struct buf *out)
{
    struct json j;
    json_init(&j, out);
    json_open(&j, NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) write_row(&rows[i], s, &j);
    for (unsigned i = 0; i < s->nrates; i++) {
        char name[sizeof rate_prefix + RATE_METHOD_SIZE], value[32];
        snprintf(name, sizeof name, "%s%s", rate_prefix, s->rates[i].method);
        snprintf(value, sizeof value, "%u/min+%u", s->rates[i].sustained, s->rates[i].burst);
        json_str(&j, name, str_of(value));
    }
    json_close(&j);
}

struct box_entry {
    struct box_entry *older; // requests may still read it
    struct settings settings;
};

struct settings_box {
    _Atomic(struct box_entry *) now;
    pthread_mutex_t lock; // of those who replace
};

struct settings_box *settings_box_new(const struct settings *defaults)
{
    struct settings_box *b = mem_alloc(sizeof *b);
    pthread_mutex_init(&b->lock, NULL);
    settings_replace(b, defaults);
    return b;
}

void settings_box_free(struct settings_box *b)
{
    if (!b) return;
    for (struct box_entry *e = b->now; e;) {
        struct box_entry *older = e->older;
        mem_free(e);
        e = older;
    }
    pthread_mutex_destroy(&b->lock);
    mem_free(b);
}

const struct settings *settings_now(struct settings_box *b)
{
    return &atomic_load_explicit(&b->now, memory_order_acquire)->settings;
}

const struct settings *settings_initial(struct settings_box *b)
{
    struct box_entry *e = atomic_load(&b->now);
    while (e->older) e = e->older;
    return &e->settings;
}

void settings_replace(struct settings_box *b, const struct settings *s)
{
    struct box_entry *e = mem_alloc(sizeof *e);
    e->settings = *s;
    pthread_mutex_lock(&b->lock);
    e->older = b->now;
    atomic_store_explicit(&b->now, e, memory_order_release);
    pthread_mutex_unlock(&b->lock);
}
