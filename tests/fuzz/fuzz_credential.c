// SPDX-License-Identifier: Apache-2.0
// A string that parses names a locator in range, and no string that differs from it in one bit has its hash.
#include "fuzz.h"
#include "oauth/credential.h"

static const struct settings settings = {.nstems = 3, .stems = {"hpt", "xox", "ab"}};

static bool parse(struct str s, struct credential *out)
{
    if (credential_parse_code(s, out)) return true;
    if (credential_parse_webhook(s, out)) return true;
    return credential_parse_token(s, &settings, out);
}

static void check_edit(struct str s, size_t at, const struct credential *first)
{
    char copy[LIMIT_CREDENTIAL];
    struct credential c;
    memcpy(copy, s.p, s.n);
    copy[at] ^= (char)(1 << at % 8);
    if (parse(str_make(copy, s.n), &c)) PROMISE(!hash_equal(&first->hash, &c.hash));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct credential first, again;
    struct str s = fuzz_input(data, size);
    if (!parse(s, &first)) return 0;
    PROMISE(s.n <= LIMIT_CREDENTIAL && first.id > 0);
    PROMISE(parse(s, &again) && again.id == first.id && again.kind == first.kind);
    PROMISE(hash_equal(&first.hash, &again.hash));
    for (size_t i = 0; i < s.n; i++) check_edit(s, i, &first);
    PROMISE(!parse(str_upto(s, s.n - 1), &again));
    return 0;
}
