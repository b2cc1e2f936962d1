// SPDX-License-Identifier: Apache-2.0
#include "crypto/password.h"

#include <argon2.h>

#include "base/limits.h"
#include "codec/utf8.h"

// What a stored form may ask for: room to raise the parameters, and none for a damaged row to take the machine.
enum { MEMORY_KIB_MOST = 256 * 1024, PASSES_MOST = 16, LANES_MOST = 4 };

static enum status status_of(int code)
{
    switch (code) {
    case ARGON2_OK: return OK;
    case ARGON2_MEMORY_ALLOCATION_ERROR: return E_LIMIT;
    default: return E_CORRUPT;
    }
}

// The library wipes its working memory itself and copies no password.
enum status password_hash(struct str password, const uint8_t salt[PASSWORD_SALT_SIZE], char phc[PASSWORD_PHC_SIZE])
{
    if (password.n > LIMIT_PASSWORD) return E_LIMIT;
    return status_of(argon2id_hash_encoded(PASSWORD_PASSES, PASSWORD_MEMORY_KIB, PASSWORD_LANES, password.p, password.n,
                                           salt, PASSWORD_SALT_SIZE, PASSWORD_TAG_SIZE, phc, PASSWORD_PHC_SIZE));
}

// Takes "m=19456" off the front.
static bool take_number(struct str *rest, struct str name, char end, uint64_t most)
{
    uint64_t n;
    struct str part = str_cut(rest, end);
    return str_starts(part, name) && str_u64(str_from(part, name.n), most, &n);
}

// The library takes any parameters; those of a form that we would not have made are refused before it sees them.
static bool is_bounded(struct str phc)
{
    const struct str head = STR("$argon2id$v=19$");
    struct str rest = str_from(phc, head.n);
    return str_starts(phc, head) && take_number(&rest, STR("m="), ',', MEMORY_KIB_MOST) &&
           take_number(&rest, STR("t="), ',', PASSES_MOST) && take_number(&rest, STR("p="), '$', LANES_MOST);
}

// A form with the parameters of today that no password has: its tag is not the outcome of anything known.
static void write_nobody(char phc[PASSWORD_PHC_SIZE])
{
    snprintf(phc, PASSWORD_PHC_SIZE, "$argon2id$v=19$m=%d,t=%d,p=%d$AAAAAAAAAAAAAAAAAAAAAA$%043d", PASSWORD_MEMORY_KIB,
             PASSWORD_PASSES, PASSWORD_LANES, 0);
}

enum status password_verify(struct str phc, struct str password, bool *good)
{
    char form[PASSWORD_PHC_SIZE];
    // What is too long was never stored; it is cut so that it costs no more than the others.
    bool possible = phc.n && password.n <= LIMIT_PASSWORD;
    password = str_upto(password, LIMIT_PASSWORD);
    if (!possible)
        write_nobody(form);
    else if (!is_bounded(phc) || str_find(phc, '\0') < phc.n || !str_copy(form, sizeof form, phc))
        return E_CORRUPT;
    // Compares all bytes of the tag, whatever the first ones are.
    int code = argon2id_verify(form, password.p, password.n);
    if (code != ARGON2_VERIFY_MISMATCH) TRY(status_of(code));
    *good = possible && code == ARGON2_OK;
    return OK;
}

// Characters, and whether they are all the same one. A bad byte counts as a character.
static size_t count(struct str s, bool *uniform)
{
    size_t n = 0;
    uint32_t first = 0, cp;
    *uniform = true;
    for (; s.n; n++) {
        size_t used = utf8_next(s, &cp);
        if (!used) cp = (unsigned char)s.p[0];
        if (!n) first = cp;
        *uniform &= cp == first;
        s = str_from(s, used ? used : 1);
    }
    return n;
}

const char *password_problem(struct str password, const struct str *known, size_t nknown)
{
    bool uniform;
    static_assert(PASSWORD_LENGTH_LEAST == 10 && LIMIT_PASSWORD == 1024, "the sentences below say so");
    if (password.n > LIMIT_PASSWORD) return "The password is longer than 1024 bytes.";
    // Before the length: who tries the own name should not be told to make it longer.
    for (size_t i = 0; i < nknown; i++)
        if (known[i].n && str_ieq(password, known[i]))
            return "The password is the name or the e-mail address of the account.";
    if (count(password, &uniform) < PASSWORD_LENGTH_LEAST) return "The password has fewer than 10 characters.";
    return uniform ? "The password is one character, repeated." : NULL;
}
