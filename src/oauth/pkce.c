// SPDX-License-Identifier: Apache-2.0
#include "oauth/pkce.h"

#include "base/ct.h"
#include "codec/base64.h"
#include "crypto/digest.h"

static bool all_alnum_or(struct str s, const char *marks)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alnum(s.p[i]) && (s.p[i] == '\0' || !strchr(marks, s.p[i]))) return false;
    return true;
}

bool pkce_challenge_valid(struct str challenge)
{
    return challenge.n == PKCE_CHALLENGE_SIZE && all_alnum_or(challenge, "-_");
}

bool pkce_verifier_valid(struct str verifier)
{
    return verifier.n >= 1 && verifier.n <= PKCE_VERIFIER_MAX && all_alnum_or(verifier, "-._~");
}

void pkce_challenge_of(struct str verifier, char out[PKCE_CHALLENGE_SIZE])
{
    uint8_t digest[SHA256_SIZE];
    sha256_one(verifier, digest);
    base64url_encode(digest, sizeof digest, out);
}

static enum wire_err without_verifier(const struct code *code, struct arena *arena, struct why *why)
{
    // RFC 9700 2.1.1: leaving the verifier out must not turn PKCE off.
    if (str_empty(code->challenge)) return W_OK;
    why_set(why, arena, CAUSE_VERIFIER_MISSING,
            "the authorize request had a code_challenge, so this call needs code_verifier");
    return W_INVALID_CODE_VERIFIER;
}

static enum wire_err check_verifier(const struct code *code, struct str verifier, struct arena *arena, struct why *why)
{
    char made[PKCE_CHALLENGE_SIZE];
    if (str_empty(code->challenge)) {
        why_set(why, arena, CAUSE_VERIFIER_UNASKED,
                "code_verifier was sent, but the authorize request had no code_challenge");
        return W_INVALID_CODE_VERIFIER;
    }
    if (!pkce_verifier_valid(verifier)) {
        why_set(why, arena, CAUSE_VERIFIER_SHAPE,
                "code_verifier has %zu bytes; 1 to 128 of A-Z a-z 0-9 - . _ ~ are allowed", verifier.n);
        return W_INVALID_CODE_VERIFIER;
    }
    pkce_challenge_of(verifier, made);
    if (code->challenge.n == sizeof made && ct_equal(made, code->challenge.p, sizeof made)) return W_OK;
    why_set(why, arena, CAUSE_VERIFIER_DIFFERS, "SHA256(code_verifier) is \"%.*s\", the challenge was \"%.*s\"",
            STR_FMT(str_make(made, sizeof made)), STR_FMT(code->challenge));
    return W_INVALID_CODE_VERIFIER;
}

enum wire_err pkce_decide(const struct code *code, bool app_pkce, struct str verifier, bool secret_forbids,
                          struct arena *arena, struct why *why)
{
    if (str_empty(verifier)) return without_verifier(code, arena, why);
    if (!app_pkce) {
        why_set(why, arena, CAUSE_PKCE_OFF, "code_verifier was sent, but PKCE is off for this app (pkce_enabled)");
        return W_PKCE_NOT_ALLOWED;
    }
    TRY(check_verifier(code, verifier, arena, why));
    if (!secret_forbids) return W_OK;
    why_set(why, arena, CAUSE_PKCE_STRICT, "pkce_strict is on: send code_verifier or client_secret, not both");
    return W_INTERNAL_ERROR;
}
