// SPDX-License-Identifier: Apache-2.0
#include "oauth/credential.h"

#include "base/ct.h"
#include "base/mem.h"
#include "codec/base64.h"
#include "crypto/digest.h"
#include "oauth/locator.h"

// Widths of formats.md 3.2.
enum { SECRET_HEX = 64, USER_HEX = 32, SECRET_B62 = 24, NUMBER = 13, NUMBER_REFRESH = 12 };
enum { ACCESS_PAYLOAD = 124, ACCESS_TEXT = 166, REFRESH_PAYLOAD = 109, REFRESH_TEXT = 146 };

// A text read from the left by the grammar; the first thing that does not fit makes it bad for good.
struct cursor {
    struct str rest;
    bool bad;
};

static struct str take(struct cursor *c, size_t n)
{
    struct str head = str_upto(c->rest, n);
    if (head.n != n) c->bad = true;
    c->rest = str_from(c->rest, n);
    return head;
}

static void take_text(struct cursor *c, struct str text)
{
    if (!str_eq(take(c, text.n), text)) c->bad = true;
}

static struct str take_run(struct cursor *c, size_t n, bool (*fits)(char))
{
    struct str run = take(c, n);
    for (size_t i = 0; i < run.n; i++)
        if (!fits(run.p[i])) c->bad = true;
    return run;
}

static int64_t take_locator(struct cursor *c, struct str between)
{
    int64_t id = 0;
    struct str hi = take(c, LOCATOR_HI_DIGITS);
    take_text(c, between);
    struct str lo = take(c, LOCATOR_LO_DIGITS);
    if (!locator_parse(hi, lo, &id)) c->bad = true;
    return id;
}

static bool at_end(const struct cursor *c)
{
    return !c->bad && c->rest.n == 0;
}

static bool is_lower_hex(char c)
{
    return ascii_digit(c) || (c >= 'a' && c <= 'f');
}

static bool is_upper_alnum(char c)
{
    return ascii_digit(c) || (c >= 'A' && c <= 'Z');
}

// An object id of one of the kinds, up to `end` (formats.md 1).
static void take_object_id(struct cursor *c, const char *kinds, size_t least, char end)
{
    struct str id = take_run(c, str_find(c->rest, end), is_upper_alnum);
    if (id.n < least || id.n >= LIMIT_ID || !strchr(kinds, id.p[0])) c->bad = true;
}

static int64_t code_body(struct cursor *c)
{
    int64_t id = take_locator(c, STR("."));
    take_text(c, STR("."));
    take_run(c, SECRET_HEX, is_lower_hex);
    return id;
}

static int64_t bot_body(struct cursor *c)
{
    int64_t id = take_locator(c, STR("-"));
    take_text(c, STR("-"));
    take_run(c, SECRET_B62, ascii_alnum);
    return id;
}

static int64_t user_body(struct cursor *c)
{
    int64_t id = take_locator(c, STR("-"));
    take_text(c, STR("-"));
    take_run(c, NUMBER, ascii_digit);
    take_text(c, STR("-"));
    take_run(c, USER_HEX, is_lower_hex);
    return id;
}

static int64_t app_level_body(struct cursor *c)
{
    take_object_id(c, "A", 2, '-');
    take_text(c, STR("-"));
    int64_t id = take_locator(c, STR(""));
    take_text(c, STR("-"));
    take_run(c, SECRET_HEX, is_lower_hex);
    return id;
}

static int64_t webhook_body(struct cursor *c)
{
    int64_t id = 0;
    take_object_id(c, "TE", 3, '/');
    take_text(c, STR("/B"));
    if (!locator_parse_b36(take(c, LOCATOR_B36_SIZE), &id)) c->bad = true;
    take_text(c, STR("/"));
    take_run(c, SECRET_B62, ascii_alnum);
    return id;
}

static int64_t payload_groups(struct cursor *c, bool access)
{
    take_text(c, access ? STR("2-2-000") : STR("3-1-000"));
    int64_t id = take_locator(c, STR("-000"));
    if (access) {
        take_text(c, STR("-"));
        take_run(c, NUMBER, ascii_digit);
    }
    take_text(c, STR("-"));
    take_run(c, access ? NUMBER : NUMBER_REFRESH, ascii_digit);
    take_text(c, STR("-"));
    take_run(c, SECRET_HEX, is_lower_hex);
    return id;
}

static int64_t payload_body(struct cursor *c, bool access)
{
    int64_t id = 0;
    struct arena arena;
    struct cursor payload = {.bad = true};
    // Letters and digits only: padding, '+' and '/' would be another spelling.
    struct str text = take_run(c, access ? ACCESS_TEXT : REFRESH_TEXT, ascii_alnum);
    arena_init(&arena, LIMIT_CREDENTIAL);
    if (!c->bad) payload.bad = base64_decode(text, &arena, &payload.rest) != OK;
    if (!payload.bad) id = payload_groups(&payload, access);
    if (!at_end(&payload)) c->bad = true;
    arena_release(&arena);
    return id;
}

static int64_t access_body(struct cursor *c)
{
    return payload_body(c, true);
}

static int64_t refresh_body(struct cursor *c)
{
    return payload_body(c, false);
}

// How each kind starts, how it goes on, and the label of its hash, which ends in the NUL of formats.md 3.3.
static const struct shape {
    struct str mark;  // behind the stem
    struct str inner; // behind a second stem; empty: there is none
    struct str label;
    int64_t (*body)(struct cursor *c);
} shapes[] = {
    [CRED_CODE] = {STR_INIT(""), STR_INIT(""), STR_INIT("hallpass.code.v1\0"), code_body},
    [CRED_BOT] = {STR_INIT("b-"), STR_INIT(""), STR_INIT("hallpass.access.v1\0"), bot_body},
    [CRED_USER] = {STR_INIT("p-"), STR_INIT(""), STR_INIT("hallpass.access.v1\0"), user_body},
    [CRED_ROT_BOT] = {STR_INIT("e."), STR_INIT("b-1-"), STR_INIT("hallpass.access.v1\0"), access_body},
    [CRED_ROT_USER] = {STR_INIT("e."), STR_INIT("p-1-"), STR_INIT("hallpass.access.v1\0"), access_body},
    [CRED_REFRESH] = {STR_INIT("e-1-"), STR_INIT(""), STR_INIT("hallpass.refresh.v1\0"), refresh_body},
    [CRED_APP_LEVEL] = {STR_INIT("app-1-"), STR_INIT(""), STR_INIT("hallpass.app.v1\0"), app_level_body},
    [CRED_SESSION] = {STR_INIT("s"), STR_INIT(""), STR_INIT("hallpass.session.v1\0"), code_body},
    [CRED_FORM] = {STR_INIT("f"), STR_INIT(""), STR_INIT("hallpass.form.v1\0"), code_body},
    [CRED_WEBHOOK] = {STR_INIT("/services/"), STR_INIT(""), STR_INIT("hallpass.webhook.v1\0"), webhook_body},
};

// formats.md 3.5: app-level tokens start with "xapp" under the default stem, with the whole stem under any other.
static struct str stem_of(enum cred_kind kind, struct str stem)
{
    return kind == CRED_APP_LEVEL && str_eq(stem, STR("xox")) ? STR("x") : stem;
}

static void hash_text(struct str label, struct str text, struct hash *out)
{
    sha256((struct str[]){label, text}, 2, out->b);
}

static bool parse_kind(enum cred_kind kind, struct str stem, struct str s, struct credential *out)
{
    const struct shape *shape = &shapes[kind];
    struct cursor c = {.rest = s};
    if (s.n > LIMIT_CREDENTIAL) return false; // formats.md 3.3 step 1
    take_text(&c, stem_of(kind, stem));
    take_text(&c, shape->mark);
    if (shape->inner.n) {
        take_text(&c, stem);
        take_text(&c, shape->inner);
    }
    if (c.bad) return false;
    int64_t id = shape->body(&c);
    if (!at_end(&c)) return false;
    *out = (struct credential){.kind = kind, .id = id};
    // Over the string as it came: another spelling of the same groups has another hash (security.md S6).
    hash_text(shape->label, s, &out->hash);
    return true;
}

bool credential_parse_code(struct str s, struct credential *out)
{
    return parse_kind(CRED_CODE, STR(""), s, out);
}

bool credential_parse_token(struct str s, const struct settings *settings, struct credential *out)
{
    for (unsigned i = 0; i < settings->nstems; i++)
        for (unsigned kind = CRED_BOT; kind <= CRED_APP_LEVEL; kind++)
            if (parse_kind((enum cred_kind)kind, str_of(settings->stems[i]), s, out)) return true;
    return false;
}

bool credential_parse_webhook(struct str path, struct credential *out)
{
    return parse_kind(CRED_WEBHOOK, STR(""), path, out);
}

bool credential_parse_session(struct str s, struct credential *out)
{
    return parse_kind(CRED_SESSION, STR(""), s, out);
}

bool credential_parse_form(struct str s, struct credential *out)
{
    return parse_kind(CRED_FORM, STR(""), s, out);
}

// The last `width` digits of half a client id, zero-padded. Ids that an operator chose may hold few digits or none.
static void put_number(struct str half, char *out, size_t width)
{
    memset(out, '0', width);
    for (size_t i = half.n; i > 0 && width > 0; i--)
        if (ascii_digit(half.p[i - 1])) out[--width] = half.p[i - 1];
}

// The public groups of a credential as text.
struct groups {
    char hi[LOCATOR_HI_DIGITS], lo[LOCATOR_LO_DIGITS], b36[LOCATOR_B36_SIZE];
    char left13[NUMBER], app13[NUMBER], app12[NUMBER_REFRESH];
};

static void groups_init(struct groups *g, int64_t id, struct str client_id)
{
    struct str right = client_id;
    struct str left = str_cut(&right, '.');
    locator_format(id, g->hi, g->lo);
    locator_format_b36(id, g->b36);
    put_number(left, g->left13, sizeof g->left13);
    put_number(right, g->app13, sizeof g->app13);
    put_number(right, g->app12, sizeof g->app12);
}

static struct str mint_payload(const struct groups *g, bool access, struct str head, const struct secret_text *secret,
                               struct arena *arena)
{
    char payload[ACCESS_PAYLOAD + 1], text[ACCESS_TEXT];
    if (access)
        snprintf(payload, sizeof payload, "2-2-000%.10s-000%.10s-%.13s-%.13s-%.64s", g->hi, g->lo, g->left13, g->app13,
                 secret->hex);
    else
        snprintf(payload, sizeof payload, "3-1-000%.10s-000%.10s-%.12s-%.64s", g->hi, g->lo, g->app12, secret->hex);
    base64_encode((const uint8_t *)payload, access ? ACCESS_PAYLOAD : REFRESH_PAYLOAD, text);
    struct str out = arena_printf(arena, "%.*s%.*s", STR_FMT(head), access ? ACCESS_TEXT : REFRESH_TEXT, text);
    mem_wipe(payload, sizeof payload);
    mem_wipe(text, sizeof text);
    return out;
}

static struct str mint_text(enum cred_kind kind, const struct groups *g, const struct mint_names *names,
                            const struct secret_text *secret, struct arena *arena)
{
    const struct shape *shape = &shapes[kind];
    bool bare = kind == CRED_CODE || kind == CRED_WEBHOOK || kind == CRED_SESSION || kind == CRED_FORM;
    struct str stem = bare ? STR("") : names->stem;
    struct str again = shape->inner.n ? stem : STR("");
    struct str head = arena_printf(arena, "%.*s%.*s%.*s%.*s", STR_FMT(stem_of(kind, stem)), STR_FMT(shape->mark),
                                   STR_FMT(again), STR_FMT(shape->inner));
    switch (kind) {
    case CRED_CODE:
    case CRED_SESSION:
    case CRED_FORM: return arena_printf(arena, "%.*s%.10s.%.10s.%.64s", STR_FMT(head), g->hi, g->lo, secret->hex);
    case CRED_BOT: return arena_printf(arena, "%.*s%.10s-%.10s-%.24s", STR_FMT(head), g->hi, g->lo, secret->b62);
    case CRED_USER:
        return arena_printf(arena, "%.*s%.10s-%.10s-%.13s-%.32s", STR_FMT(head), g->hi, g->lo, g->app13, secret->hex);
    case CRED_ROT_BOT:
    case CRED_ROT_USER: return mint_payload(g, true, head, secret, arena);
    case CRED_REFRESH: return mint_payload(g, false, head, secret, arena);
    case CRED_APP_LEVEL:
        return arena_printf(arena, "%.*s%.*s-%.10s%.10s-%.64s", STR_FMT(head), STR_FMT(names->app), g->hi, g->lo,
                            secret->hex);
    case CRED_WEBHOOK:
        return arena_printf(arena, "%.*s%.*s/B%.13s/%.24s", STR_FMT(head), STR_FMT(names->team), g->b36, secret->b62);
    }
    return (struct str){NULL, 0};
}

struct str credential_mint(enum cred_kind kind, int64_t id, const struct mint_names *names,
                           const struct secret_text *secret, struct arena *arena, struct hash *hash)
{
    struct groups groups;
    groups_init(&groups, id, names->client_id);
    struct str text = mint_text(kind, &groups, names, secret, arena);
    if (arena->failed) return (struct str){NULL, 0};
    hash_text(shapes[kind].label, text, hash);
    return text;
}

struct str credential_label(const char *kind, int64_t id, struct arena *arena)
{
    char hi[LOCATOR_HI_DIGITS], lo[LOCATOR_LO_DIGITS];
    locator_format(id, hi, lo);
    const struct str parts[] = {str_of(kind), STR(" "), {hi, sizeof hi}, STR("-"), {lo, sizeof lo}};
    return arena_join(arena, parts, ARRAY_LEN(parts));
}

void client_secret_hash(struct str client_id, struct str secret, struct hash *out)
{
    sha256((struct str[]){STR("hallpass.secret.v1\0"), client_id, STR(":"), secret}, 4, out->b);
}

void signing_secret_hash(struct str secret, struct hash *out)
{
    hash_text(STR("hallpass.signing.v1\0"), secret, out);
}

bool hash_equal(const struct hash *stored, const struct hash *given)
{
    static const struct hash nothing;
    bool same = ct_equal(stored ? stored->b : nothing.b, given->b, HASH_SIZE);
    return same & (stored != NULL);
}

// Kind letter, '0' and nine characters that follow from the ids alone, so no row need remember them.
static struct id derived_id(char kind, struct str label, const struct id *app, const struct id *owner)
{
    enum { RANDOM_PART = 9 };
    static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    struct id out = {{kind, '0'}};
    struct hash digest;
    uint64_t v = 0;
    sha256((struct str[]){label, id_str(app), STR(":"), id_str(owner)}, 4, digest.b);
    for (size_t i = 0; i < sizeof v; i++) v = v << 8 | digest.b[i];
    for (size_t i = 0; i < RANDOM_PART; i++, v /= 36) out.s[2 + i] = alphabet[v % 36];
    return out;
}

struct id bot_user_id(const struct id *app, const struct id *owner)
{
    return derived_id('U', STR("hallpass.bot_user.v1\0"), app, owner);
}

struct id bot_id(const struct id *app, const struct id *owner)
{
    return derived_id('B', STR("hallpass.bot.v1\0"), app, owner);
}
