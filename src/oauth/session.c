// SPDX-License-Identifier: Apache-2.0
#include "oauth/session.h"

#include "oauth/locator.h"

bool session_holds(const struct session *s, const struct credential *cookie, int64_t now)
{
    bool right = hash_equal(s ? &s->hash : NULL, &cookie->hash);
    return right && s && now < s->expires && now < s->used + SESSION_IDLE_MS;
}

// A line is "U04R7GH2S1M 4660046610375530496": id and locator.
bool session_next(struct str *rest, struct id *id, int64_t *at)
{
    uint64_t locator = 0;
    while (rest->n) {
        struct str line = str_cut(rest, '\n');
        struct str name = str_cut(&line, ' ');
        if (!str_copy(id->s, sizeof id->s, name) || !str_u64(line, INT64_MAX, &locator)) continue;
        *at = (int64_t)locator;
        return true;
    }
    return false;
}

bool session_counts(const struct user *u, int64_t at)
{
    return u && !user_closed(u, at) && locator_ms(at) > u->signed_out;
}

static int64_t signed_in_at(struct str people, const struct id *id)
{
    struct id one;
    int64_t at = 0;
    while (session_next(&people, &one, &at))
        if (id_eq(&one, id)) return at;
    return 0;
}

struct str session_with(struct str people, const struct id *id, int64_t at, struct arena *arena)
{
    struct id one;
    struct str rest = people;
    unsigned n = 1;
    if (at == 0) at = signed_in_at(people, id);
    if (at == 0) return people;
    struct str out = arena_printf(arena, "%s %lld", id->s, (long long)at);
    while (n < SESSION_PEOPLE && session_next(&rest, &one, &at)) {
        if (id_eq(&one, id)) continue;
        out = arena_printf(arena, "%.*s\n%s %lld", STR_FMT(out), one.s, (long long)at);
        n++;
    }
    return out;
}

struct str session_ids(struct str people, struct arena *arena)
{
    struct id id;
    int64_t at;
    struct str out = {NULL, 0};
    while (session_next(&people, &id, &at))
        out = out.n ? arena_printf(arena, "%.*s,%s", STR_FMT(out), id.s) : arena_str(arena, id_str(&id));
    return out;
}

enum form_state form_judge(const struct form *f, const struct credential *token, const struct session *session,
                           unsigned kinds, int64_t now)
{
    bool right = hash_equal(f ? &f->hash : NULL, &token->hash);
    if (!right || !f || !session || f->session != session->id || !(form_bit(f->kind) & kinds)) return FORM_FOREIGN;
    return f->used_at || now >= f->expires || f->epoch != session->epoch ? FORM_STALE : FORM_GOOD;
}
