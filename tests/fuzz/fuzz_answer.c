// SPDX-License-Identifier: Apache-2.0
// However an answer is cut into pieces, what is good as a whole never looks like garbage on the way.
#include "deliver/answer.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct answer a = {0}, b = {0};
    struct str text = fuzz_input(data, size);
    enum answer_state whole = answer_look(text, &a);
    PROMISE(whole == ANSWER_MORE || whole == ANSWER_GARBAGE || (a.status >= 200 && a.status < 600));
    for (size_t n = 0; n < size; n += 1 + size / 16) {
        enum answer_state part = answer_look(str_upto(text, n), &b);
        PROMISE(whole == ANSWER_GARBAGE || part != ANSWER_GARBAGE);
        PROMISE(part != ANSWER_WHOLE || (whole == ANSWER_WHOLE && a.status == b.status));
    }
    return 0;
}
