// SPDX-License-Identifier: Apache-2.0
#include "oauth/client.h"

#include "base/limits.h"
#include "codec/base64.h"
#include "codec/form.h"
#include "codec/utf8.h"

// The secret and id once form-decoded (oauth.v2.access.md 3.2 rule 5): both or neither.
static void decode_once(struct arena *arena, struct client_input *in)
{
    struct str id, secret;
    in->decoded_id = in->basic_id;
    in->decoded_secret = in->basic_secret;
    if (form_decode(in->basic_id, true, arena, &id) || form_decode(in->basic_secret, true, arena, &secret)) return;
    in->decoded_id = id;
    in->decoded_secret = secret;
}

void client_parse_basic(struct str authorization, struct arena *arena, struct client_input *in)
{
    const struct str scheme = STR_INIT("Basic ");
    struct str pair;
    in->basic = false;
    if (!str_istarts(authorization, scheme)) return;
    if (base64_decode(str_trim(str_from(authorization, scheme.n)), arena, &pair)) return;
    size_t colon = str_find(pair, ':');
    if (colon == pair.n || colon == 0) return;
    in->basic = true;
    in->basic_id = str_upto(pair, colon);
    in->basic_secret = str_from(pair, colon + 1);
    decode_once(arena, in);
}

struct str client_id_of(const struct client_input *in)
{
    return str_trim(in->basic ? in->basic_id : in->arg_id);
}

struct str client_second_id(const struct client_input *in)
{
    if (!in->basic || str_eq(in->decoded_id, in->basic_id)) return (struct str){NULL, 0};
    return str_trim(in->decoded_id);
}

static bool id_byte(char c)
{
    return ascii_alnum(c) || c == '.' || c == '_' || c == '-';
}

bool client_id_valid(struct str id)
{
    if (id.n == 0 || id.n > LIMIT_CLIENT_ID) return false;
    for (size_t i = 0; i < id.n; i++)
        if (!id_byte(id.p[i])) return false;
    return true;
}

static struct str id_in_force(const struct client_check *c)
{
    return c->second ? client_second_id(c->in) : client_id_of(c->in);
}

static struct str secret_in_force(const struct client_check *c)
{
    if (!c->in->basic) return c->in->arg_secret;
    return c->second ? c->in->decoded_secret : c->in->basic_secret;
}

// Where two texts part.
static size_t first_difference(struct str a, struct str b)
{
    size_t i = 0;
    while (i < a.n && i < b.n && a.p[i] == b.p[i]) i++;
    return i;
}

struct verdict {
    bool live, retired; // equal to a secret that counts; to one that has expired
};

// Always one hash and APP_SECRETS_MAX comparisons, whether the app exists or not (3.2 rule 6, security.md S4, S30).
static struct verdict compare_secret(const struct app *app, struct str id, struct str secret, int64_t now)
{
    struct hash given;
    struct verdict v = {0};
    client_secret_hash(app ? app->client_id : str_upto(id, LIMIT_CLIENT_ID), secret, &given);
    for (unsigned i = 0; i < APP_SECRETS_MAX; i++) {
        const struct client_secret *stored = app && i < app->nsecrets ? &app->secrets[i] : NULL;
        bool same = hash_equal(stored ? &stored->hash : NULL, &given);
        bool over = stored && stored->expires != 0 && now >= stored->expires;
        v.retired |= same & over;
        v.live |= same & !over;
    }
    return v;
}

// Characters that a person does not see; the usual guests of copied ids (experience.md 2, row 9).
static bool is_invisible(uint32_t cp)
{
    static const struct {
        uint32_t from, to;
    } ranges[] = {
        {0x00, 0x20},     {0x7f, 0xa0},     {0xad, 0xad},     {0x34f, 0x34f},   {0x61c, 0x61c},
        {0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x2000, 0x200f}, {0x2028, 0x202f},
        {0x205f, 0x206f}, {0x3000, 0x3000}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xfff0, 0xfffb},
    };
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
        if (cp >= ranges[i].from && cp <= ranges[i].to) return true;
    return false;
}

// The first byte that a client id may not have: what it is. skipped: blanks that were trimmed before it, so that byte
// numbers count in what was sent.
static void explain_bad_byte(struct str id, size_t skipped, struct arena *arena, struct why *why)
{
    uint32_t cp = 0;
    size_t at = 0;
    while (at < id.n && id_byte(id.p[at])) at++;
    if (at == id.n) {
        why_set(why, arena, CAUSE_CLIENT_ID_SHAPE, "client_id has %zu bytes, more than %d", id.n, LIMIT_CLIENT_ID);
        return;
    }
    size_t size = utf8_next(str_from(id, at), &cp);
    if (size && is_invisible(cp))
        why_set(why, arena, CAUSE_CLIENT_ID_INVISIBLE, "client_id holds the invisible character U+%04X at byte %zu",
                (unsigned)cp, skipped + at);
    else
        why_set(why, arena, CAUSE_CLIENT_ID_SHAPE, "client_id holds \"%.*s\" at byte %zu; only A-Z a-z 0-9 . _ - count",
                (int)(size ? size : 1), id.p + at, skipped + at);
}

static bool looks_like_app_id(struct str id)
{
    enum { LEAST = 9 };
    if (id.n < LEAST || id.p[0] != 'A') return false;
    for (size_t i = 0; i < id.n; i++)
        if (!ascii_digit(id.p[i]) && (id.p[i] < 'A' || id.p[i] > 'Z')) return false;
    return true;
}

static void explain_no_id(const struct client_input *in, struct arena *arena, struct why *why)
{
    enum { SHOWN = 100 };
    if (str_empty(in->body_type))
        why_set(why, arena, CAUSE_CLIENT_ID_MISSING, "no client_id in body, query or Basic");
    else
        why_set(why, arena, CAUSE_CLIENT_ID_MISSING,
                "no client_id in body, query or Basic; the body was %.*s, %zu bytes",
                STR_FMT(str_upto(in->body_type, SHOWN)), in->body_size);
}

static void explain_id(const struct client_input *in, struct str id, struct arena *arena, struct why *why)
{
    static const struct str words[] = {STR_INIT("undefined"), STR_INIT("null"), STR_INIT("None"), STR_INIT("nil")};
    if (str_empty(id)) {
        explain_no_id(in, arena, why);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_eq(id, words[i]))
            why_set(why, arena, CAUSE_CLIENT_ID_SHAPE, "client_id is the text %s: a variable was not set", words[i].p);
    if (looks_like_app_id(id))
        why_set(why, arena, CAUSE_CLIENT_ID_SHAPE, "client_id looks like an app id (A...): send the one with a dot");
    struct str sent = in->basic ? in->basic_id : in->arg_id;
    if (!client_id_valid(id)) explain_bad_byte(id, (size_t)(id.p - sent.p), arena, why);
    why_set(why, arena, CAUSE_CLIENT_ID_UNKNOWN, "no app has the client_id \"%.*s\"", STR_FMT(id));
}

static enum wire_err check_id(const struct client_check *c, struct str id, struct arena *arena, struct why *why)
{
    struct str argument = str_trim(c->in->arg_id);
    if (!c->app || !client_id_valid(id)) {
        if (client_id_valid(client_second_id(c->in))) id = client_second_id(c->in);
        explain_id(c->in, id, arena, why);
        return W_INVALID_CLIENT_ID;
    }
    if (c->app->flags & APP_DELETED) {
        why_set(why, arena, CAUSE_APP_DELETED, "the app with this client_id was deleted");
        return W_INVALID_CLIENT_ID;
    }
    // 3.2 rule 3: Basic counts, but a second id may not contradict it.
    if (c->in->basic && !str_empty(argument) && !str_eq(argument, id)) {
        why_set(why, arena, CAUSE_CLIENT_ID_DIFFERS,
                "the client_id of the Basic header and the argument client_id differ at byte %zu",
                first_difference(argument, id));
        return W_INVALID_CLIENT_ID;
    }
    return W_OK;
}

static void explain_missing(const struct client_check *c, struct arena *arena, struct why *why)
{
    if (c->app->flags & APP_PKCE)
        why_set(why, arena, CAUSE_SECRET_MISSING,
                "no client_secret in body, query or Basic, and a public client may leave it out only with a "
                "code_verifier or a refresh token from a desktop redirect");
    else
        why_set(why, arena, CAUSE_SECRET_MISSING, "no client_secret in body, query or Basic%s",
                c->in->basic ? " (the Basic header has an empty password)" : "");
}

static bool is_signing_secret(const struct app *app, struct str secret)
{
    struct hash given;
    signing_secret_hash(secret, &given);
    return hash_equal(&app->signing_hash, &given); // zeros, "none", are no text's hash
}

// Only on refusals: what the wrong secret is, told as a relation (experience.md 4).
static void explain_secret(const struct client_check *c, struct str secret, struct verdict v, struct arena *arena,
                           struct why *why)
{
    struct str trimmed = str_trim(secret);
    if (v.retired) why_set(why, arena, CAUSE_SECRET_RETIRED, "client_secret equals a retired secret of this app");
    if (is_signing_secret(c->app, trimmed))
        why_set(why, arena, CAUSE_SECRET_IS_SIGNING, "client_secret equals this app's signing secret");
    if (trimmed.n != secret.n && compare_secret(c->app, c->app->client_id, trimmed, c->now).live)
        why_set(why, arena, CAUSE_SECRET_SPACE, "client_secret has whitespace around it; without that it is right");
    if (c->in->basic && !str_empty(c->in->arg_secret) && !str_eq(c->in->arg_secret, secret))
        why_set(why, arena, CAUSE_SECRET_WRONG,
                "the password of the Basic header is wrong; the argument client_secret, which differs, does not count "
                "beside it");
    why_set(why, arena, CAUSE_SECRET_WRONG, "client_secret (%zu bytes) is not one of this app's", secret.n);
}

static enum wire_err check_secret(const struct client_check *c, struct str secret, struct verdict v,
                                  struct arena *arena, struct why *why)
{
    if (v.live && c->has_secret) return W_OK;
    if (c->has_secret) {
        explain_secret(c, secret, v, arena, why);
        return W_BAD_CLIENT_SECRET;
    }
    if ((c->app->flags & APP_PKCE) && c->public_ok) return W_OK;
    explain_missing(c, arena, why);
    return c->openid && (c->app->flags & APP_PKCE) ? W_INVALID_CLIENT : W_BAD_CLIENT_SECRET; // openid.md 2
}

enum wire_err client_decide(struct client_check *c, struct arena *arena, struct why *why)
{
    struct str id = id_in_force(c), secret = secret_in_force(c);
    struct verdict v = compare_secret(c->app, id, secret, c->now);
    c->has_secret = !str_empty(secret);
    TRY(check_id(c, id, arena, why));
    return check_secret(c, secret, v, arena, why);
}
