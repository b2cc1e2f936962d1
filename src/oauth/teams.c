// SPDX-License-Identifier: Apache-2.0
#include "oauth/teams.h"

#include "codec/base64.h"

enum { LIMIT_DEFAULT = 100, LIMIT_MAX = 1000 };

static const struct str cursor_head = STR_INIT("team:");

// A workspace id as ours are (formats.md 1).
static bool is_team_id(struct str s)
{
    if (s.n < 2 || s.n >= LIMIT_ID || s.p[0] != 'T') return false;
    for (size_t i = 1; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && (s.p[i] < 'A' || s.p[i] > 'Z')) return false;
    return true;
}

static bool parse_limit(struct str text, unsigned *out)
{
    uint64_t n = LIMIT_DEFAULT;
    if (text.n && (!str_u64(text, LIMIT_MAX, &n) || n == 0)) return false;
    *out = (unsigned)n;
    return true;
}

static bool parse_cursor(struct str text, struct arena *arena, struct id *out)
{
    struct str plain;
    *out = (struct id){0};
    if (text.n == 0) return true;
    if (base64_decode(text, arena, &plain) || !str_starts(plain, cursor_head)) return false;
    struct str id = str_from(plain, cursor_head.n);
    return is_team_id(id) && str_copy(out->s, sizeof out->s, id);
}

enum wire_err teams_page_parse(struct str limit, struct str cursor, struct arena *arena, struct teams_page *out,
                               struct why *why)
{
    if (!parse_limit(limit, &out->limit)) {
        why_set(why, arena, CAUSE_ARG_VALUE, "limit is \"%.*s\"; 1 to %d work", STR_FMT(str_upto(limit, 40)),
                LIMIT_MAX);
        return W_INVALID_LIMIT;
    }
    if (!parse_cursor(cursor, arena, &out->after)) {
        why_set(why, arena, CAUSE_ARG_VALUE, "the cursor was not made here; send next_cursor of the page before");
        return W_INVALID_CURSOR;
    }
    return W_OK;
}

struct str teams_cursor(const struct id *last, struct arena *arena)
{
    enum { PLAIN_MAX = 5 + LIMIT_ID, TEXT_MAX = (PLAIN_MAX * 4 + 2) / 3 };
    char plain[PLAIN_MAX], text[TEXT_MAX];
    struct str id = id_str(last);
    assert(id.n); // a workspace has an id
    memcpy(plain, cursor_head.p, cursor_head.n);
    memcpy(plain + cursor_head.n, id.p, id.n);
    size_t n = cursor_head.n + id.n;
    base64_encode((const uint8_t *)plain, n, text);
    int padding = (int)(3 - n % 3) % 3;
    return arena_printf(arena, "%.*s%.*s", (int)base64_size(n), text, padding, "==");
}

// Unknown and foreign look alike (security.md S15).
static enum wire_err not_found(struct arena *arena, struct why *why)
{
    why_set(why, arena, CAUSE_TEAM_FOREIGN, "no such workspace, or none that this token has to do with");
    return W_TEAM_NOT_FOUND;
}

// By its id: the own workspace, or of an org-wide token one of the org's, or the org itself.
static enum wire_err by_id(const struct team_query *q, struct arena *arena, struct why *why)
{
    const struct id *owner = &q->from->token->owner;
    if (str_eq(q->team, id_str(owner))) return W_OK;
    if (!q->found || !id_is_org(owner) || !id_eq(&q->found->enterprise, owner)) return not_found(arena, why);
    return W_OK;
}

// By its domain: the workspaces of the org that the token belongs to.
static enum wire_err by_domain(const struct team_query *q, struct arena *arena, struct why *why)
{
    const struct enterprise *org = q->from->enterprise;
    if (!org) {
        why_set(why, arena, CAUSE_TEAM_FOREIGN, "workspace %s is in no organization, so there is none to look in",
                q->from->token->owner.s);
        return W_TEAM_NOT_ON_ENTERPRISE;
    }
    return q->found && id_eq(&q->found->enterprise, &org->id) ? W_OK : not_found(arena, why);
}

enum wire_err team_query_decide(const struct team_query *q, struct arena *arena, const struct workspace **out,
                                struct why *why)
{
    const struct workspace *w = q->found ? q->found : q->from->workspace;
    if (q->team.n) TRY(by_id(q, arena, why));
    if (!q->team.n && q->domain.n) TRY(by_domain(q, arena, why));
    if (w && (w->flags & WS_UNGRANTED) && id_is_org(&q->from->token->owner)) {
        why_set(why, arena, CAUSE_TEAM_UNGRANTED, "workspace %s was not granted to the app", w->id.s);
        return W_TEAM_ACCESS_NOT_GRANTED;
    }
    *out = w;
    return W_OK;
}
