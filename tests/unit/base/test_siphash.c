// SPDX-License-Identifier: Apache-2.0
#include "base/siphash.h"

#include "check.h"
#include "guard.h"

// The published vectors of SipHash-2-4 (Aumasson and Bernstein, vectors.h): key 00 01 .. 0f, message 00 01 .. n-1. The
// one of 15 bytes also stands in the paper, appendix A.
static const struct sip_key key = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};

static const struct {
    size_t n;
    uint64_t hash;
} vectors[] = {
    {0, UINT64_C(0x726fdb47dd0e0e31)},  {1, UINT64_C(0x74f839c593dc67fd)},  {7, UINT64_C(0xab0200f58b01d137)},
    {8, UINT64_C(0x93f5f5799a932462)},  {9, UINT64_C(0x9e0082df0ba9e4b0)},  {15, UINT64_C(0xa129ca6149be45e5)},
    {16, UINT64_C(0x3f2acc7f57c29bdb)}, {63, UINT64_C(0x958a324ceb064572)},
};

static void answers_the_published_vectors(void **state)
{
    (void)state;
    char message[64];
    for (size_t i = 0; i < sizeof message; i++) message[i] = (char)i;
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++)
        assert_int_equal(siphash(&key, guard_str(str_make(message, vectors[i].n))), vectors[i].hash);
}

static void depends_on_the_key(void **state)
{
    (void)state;
    const struct sip_key other = {key.k0, key.k1 ^ 1};
    assert_int_not_equal(siphash(&key, STR("a")), siphash(&other, STR("a")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_the_published_vectors),
        cmocka_unit_test(depends_on_the_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
