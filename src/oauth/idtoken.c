// SPDX-License-Identifier: Apache-2.0
#include "oauth/idtoken.h"

#include "codec/base64.h"
#include "crypto/digest.h"

// A nonce fills at most the request head, and grows six-fold when every byte is escaped.
enum { PART_MAX = 8 * LIMIT_HEAD, AT_HASH_SIZE = 22 };

static void write_header(const struct idtoken *t, struct json *j)
{
    json_open(j, NULL);
    json_str(j, "alg", STR("RS256"));
    json_str(j, "typ", STR("JWT"));
    json_str(j, "kid", t->kid);
    json_close(j);
}

// OpenID Connect Core 3.1.3.6: the left half of the hash of the access token.
static void put_at_hash(const struct idtoken *t, struct json *j)
{
    uint8_t digest[SHA256_SIZE];
    char text[AT_HASH_SIZE];
    sha256_one(t->access_token, digest);
    base64url_encode(digest, sizeof digest / 2, text);
    json_str(j, "at_hash", str_make(text, sizeof text));
}

static void write_payload(const struct idtoken *t, struct json *j, struct arena *arena)
{
    int64_t now = t->now / 1000;
    json_open(j, NULL);
    json_str(j, "iss", t->issuer);
    json_str(j, "sub", id_str(&t->who.user->id));
    json_str(j, "aud", t->client_id);
    json_int(j, "exp", now + IDTOKEN_LIFE_S);
    json_int(j, "iat", now);
    json_int(j, "auth_time", t->auth_time / 1000);
    if (!str_empty(t->nonce)) json_str(j, "nonce", t->nonce);
    put_at_hash(t, j);
    identity_token_claims(&t->who, j, arena);
    json_close(j);
}

static void append_base64url(struct buf *out, const struct buf *part)
{
    size_t n = base64_size(part->n);
    char *to = part->failed ? NULL : buf_reserve(out, n);
    if (!to) {
        out->failed = true;
        return;
    }
    base64url_encode((const uint8_t *)part->p, part->n, to);
    out->n += n;
}

struct str idtoken_text(const struct idtoken *t, struct arena *arena)
{
    struct json j;
    struct buf part, text;
    struct str out = {NULL, 0};
    buf_init(&part, PART_MAX);
    buf_init(&text, 2 * PART_MAX);
    json_init(&j, &part);
    write_header(t, &j);
    append_base64url(&text, &part);
    buf_char(&text, '.');
    buf_clear(&part);
    json_init(&j, &part);
    write_payload(t, &j, arena);
    append_base64url(&text, &part);
    if (!text.failed) out = arena_str(arena, buf_view(&text));
    buf_release(&part);
    buf_release(&text);
    return out;
}
