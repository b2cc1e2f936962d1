// SPDX-License-Identifier: Apache-2.0
// Rows made up: every field filled, odd values included.
#include "lib.h"

static struct id any_id(char letter, uint64_t *rng, unsigned keys)
{
    return id_make(letter, rng_below(rng, keys));
}

static struct str any_text(uint64_t *rng, struct arena *arena)
{
    static const char *const texts[] = {"",
                                        "a",
                                        "chat:write,commands",
                                        "gr\xc3\xbc\xc3\x9f dich",
                                        "x'); DROP TABLE code; --",
                                        "line\nline",
                                        "0123456789012345678901234567890123456789"};
    unsigned i = rng_below(rng, ARRAY_LEN(texts) + 2);
    if (i < ARRAY_LEN(texts)) return arena_str(arena, str_of(texts[i]));
    if (i == ARRAY_LEN(texts)) return arena_str(arena, str_make("nul\0inside", 10));
    char *big = arena_alloc(arena, 9000); // more than two pages
    memset(big, 'm', 9000);
    return str_make(big, rng_below(rng, 9000));
}

static struct str any_scopes(uint64_t *rng)
{
    static const char *const lists[] = {"", "chat:write", "chat:write,commands", "search:read,users:read"};
    return str_of(lists[rng_below(rng, ARRAY_LEN(lists))]);
}

static struct hash any_hash(uint64_t *rng)
{
    struct hash h;
    for (size_t i = 0; i < sizeof h.b; i++) h.b[i] = (uint8_t)rng_below(rng, 256);
    return h;
}

static int64_t any_time(uint64_t *rng)
{
    static const int64_t times[] = {0, 1, 1785000000000, INT64_MAX};
    unsigned i = rng_below(rng, ARRAY_LEN(times) + 2);
    return i < ARRAY_LEN(times) ? times[i] : (int64_t)rng_below(rng, 1000);
}

static unsigned any_flags(uint64_t *rng)
{
    return rng_below(rng, 128);
}

static bool any_bool(uint64_t *rng)
{
    return rng_below(rng, 2);
}

static int64_t any_locator(uint64_t *rng, unsigned keys)
{
    return 1 + rng_below(rng, keys);
}

static struct app any_app(uint64_t *rng, struct arena *arena, unsigned keys)
{
    struct app row = {
        .id = any_id('A', rng, keys),
        .workspace = any_id('T', rng, keys),
        .client_id = arena_printf(arena, "1.%u", rng_below(rng, keys * 4)),
        .name = any_text(rng, arena),
        .bot_name = any_text(rng, arena),
        .manifest = any_text(rng, arena),
        .flags = any_flags(rng),
        .redirect_urls = any_text(rng, arena),
        .bot_scopes = any_text(rng, arena),
        .user_scopes = any_text(rng, arena),
        .bot_optional = any_text(rng, arena),
        .user_optional = any_text(rng, arena),
        .published_scopes = any_text(rng, arena),
        .allowed_ips = any_text(rng, arena),
        .nsecrets = rng_below(rng, APP_SECRETS_MAX + 1),
        .signing_hash = any_hash(rng),
        .creator = any_id('U', rng, keys),
        .signing_secret = any_text(rng, arena),
        .verification_token = any_text(rng, arena),
    };
    for (unsigned i = 0; i < row.nsecrets; i++) {
        row.secrets[i] = (struct client_secret){any_hash(rng), any_time(rng), any_time(rng)};
    }
    return row;
}

static struct code any_code(uint64_t *rng, struct arena *arena, unsigned keys)
{
    return (struct code){
        .id = any_locator(rng, keys),
        .hash = any_hash(rng),
        .app = any_id('A', rng, keys),
        .user = any_id('U', rng, keys),
        .workspace = any_id('T', rng, keys),
        .enterprise = any_id('E', rng, keys),
        .endpoint = (enum code_endpoint)rng_below(rng, 4),
        .bot_scopes = any_text(rng, arena),
        .user_scopes = any_text(rng, arena),
        .redirect_uri = any_text(rng, arena),
        .redirect_sent = any_bool(rng),
        .redirect_first = any_bool(rng),
        .challenge = any_text(rng, arena),
        .channel = any_id('C', rng, keys),
        .created = any_time(rng),
        .expires = any_time(rng),
        .attempts = rng_below(rng, 11),
        .spent_at = any_bool(rng) ? 0 : any_time(rng),
        .spent_by = {(uint8_t)rng_below(rng, 256), 0, 7},
        .nonce = any_text(rng, arena),
    };
}

static struct token any_token(uint64_t *rng, unsigned keys)
{
    return (struct token){
        .id = any_locator(rng, keys),
        .hash = any_hash(rng),
        .kind = any_bool(rng) ? TOKEN_BOT : TOKEN_USER,
        .app = any_id('A', rng, keys),
        .owner = any_id('T', rng, keys),
        .user = any_id('U', rng, keys),
        .epoch = any_time(rng),
        .issued = any_time(rng),
        .expires = any_time(rng),
        .revoked = any_bool(rng) ? 0 : any_time(rng),
        .code = any_time(rng),
        .exchanged = any_bool(rng) ? 0 : any_time(rng),
    };
}

static struct refresh any_refresh(uint64_t *rng, unsigned keys)
{
    return (struct refresh){
        .id = any_locator(rng, keys),
        .hash = any_hash(rng),
        .kind = any_bool(rng) ? TOKEN_BOT : TOKEN_USER,
        .app = any_id('A', rng, keys),
        .owner = any_id('T', rng, keys),
        .user = any_id('U', rng, keys),
        .epoch = any_time(rng),
        .access = any_time(rng),
        .parent = any_time(rng),
        .issued = any_time(rng),
        .expires = any_time(rng),
        .desktop = any_bool(rng),
        .used_at = any_time(rng),
        .heir = any_time(rng),
        .grace_uses = any_flags(rng),
        .revoked = any_bool(rng) ? 0 : any_time(rng),
        .migrated = any_time(rng),
    };
}

static struct install any_install(uint64_t *rng, unsigned keys)
{
    return (struct install){
        .app = any_id('A', rng, keys),
        .owner = any_id('T', rng, keys),
        .subject = any_bool(rng) ? (struct id){{0}} : any_id('U', rng, keys),
        .epoch = 1 + rng_below(rng, 3),
        .scopes = any_scopes(rng),
        .live = {any_time(rng), any_time(rng)},
        .created = any_time(rng),
        .updated = any_time(rng),
        .installer = any_id('U', rng, keys),
        .used = any_time(rng),
    };
}

static struct form any_form(uint64_t *rng, struct arena *arena, unsigned keys)
{
    return (struct form){
        .id = any_locator(rng, keys),
        .hash = any_hash(rng),
        .session = any_time(rng),
        .epoch = any_time(rng),
        .kind = (enum form_kind)rng_below(rng, 5),
        .path = any_text(rng, arena),
        .query = any_text(rng, arena),
        .domain = any_text(rng, arena),
        .user = any_id('U', rng, keys),
        .place = any_id('T', rng, keys),
        .created = any_time(rng),
        .expires = any_time(rng),
        .used_at = any_bool(rng) ? 0 : any_time(rng),
    };
}

static struct approval any_approval(uint64_t *rng, struct arena *arena, unsigned keys)
{
    return (struct approval){
        .id = any_locator(rng, keys),
        .verdict = (enum approval_verdict)rng_below(rng, 3),
        .decided = any_time(rng),
        .decider = any_id('U', rng, keys),
        .app = any_id('A', rng, 3),
        .workspace = any_id('T', rng, 3),
        .user = any_id('U', rng, keys),
        .bot_scopes = any_scopes(rng),
        .user_scopes = any_scopes(rng),
        .message = any_text(rng, arena),
        .created = any_time(rng),
    };
}

static void *copy(struct arena *arena, const void *row, size_t n)
{
    return memcpy(arena_alloc(arena, n), row, n);
}

void *row_make(enum model_kind kind, uint64_t *rng, struct arena *arena, unsigned keys)
{
#define ROW(type, ...) copy(arena, &(struct type)__VA_ARGS__, sizeof(struct type))
    switch (kind) {
    case M_ENTERPRISE: return ROW(enterprise, {any_id('E', rng, keys), any_text(rng, arena), any_text(rng, arena)});
    case M_WORKSPACE:
        return ROW(workspace, {any_id('T', rng, keys), any_id('E', rng, keys), any_text(rng, arena),
                               any_text(rng, arena), any_flags(rng)});
    case M_CHANNEL: return ROW(channel, {any_id('C', rng, keys), any_id('T', rng, keys), any_text(rng, arena)});
    case M_USER:
        return ROW(user, {any_id('U', rng, keys), any_id('T', rng, keys), any_text(rng, arena), any_text(rng, arena),
                          any_text(rng, arena), any_bool(rng), (enum role)rng_below(rng, 6),
                          (int64_t)rng_below(rng, 1000), any_time(rng)});
    case M_APP: {
        struct app row = any_app(rng, arena, keys);
        return copy(arena, &row, sizeof row);
    }
    case M_INSTALL: {
        struct install row = any_install(rng, keys);
        return copy(arena, &row, sizeof row);
    }
    case M_CODE: {
        struct code row = any_code(rng, arena, keys);
        return copy(arena, &row, sizeof row);
    }
    case M_TOKEN: {
        struct token row = any_token(rng, keys);
        return copy(arena, &row, sizeof row);
    }
    case M_REFRESH: {
        struct refresh row = any_refresh(rng, keys);
        return copy(arena, &row, sizeof row);
    }
    case M_WEBHOOK:
        return ROW(webhook, {any_locator(rng, keys), any_hash(rng), any_id('A', rng, keys), any_id('T', rng, keys),
                             any_id('C', rng, keys), any_id('T', rng, keys), any_id('U', rng, keys), any_time(rng),
                             any_time(rng), any_time(rng)});
    case M_EVENT:
        return ROW(event, {any_locator(rng, keys), any_id('A', rng, keys), any_id('T', rng, keys), any_text(rng, arena),
                           any_text(rng, arena), any_time(rng), any_time(rng), any_flags(rng)});
    case M_KEY:
        return ROW(signing_key, {arena_printf(arena, "kid-%u", rng_below(rng, keys)), any_text(rng, arena),
                                 any_time(rng), any_time(rng)});
    case M_SESSION:
        return ROW(session, {any_locator(rng, keys), any_hash(rng), 1 + rng_below(rng, 3), any_text(rng, arena),
                             any_time(rng), any_time(rng), any_time(rng)});
    case M_FORM: {
        struct form row = any_form(rng, arena, keys);
        return copy(arena, &row, sizeof row);
    }
    case M_PASSWORD: return ROW(password, {any_id('U', rng, keys), any_text(rng, arena), any_time(rng)});
    case M_APPROVAL: {
        struct approval row = any_approval(rng, arena, keys);
        return copy(arena, &row, sizeof row);
    }
    case MODEL_KINDS: break;
    }
    abort();
#undef ROW
}
