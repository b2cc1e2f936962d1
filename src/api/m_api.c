// SPDX-License-Identifier: Apache-2.0
// api.test (contract envelope.md 9).
#include "api/methods.h"

// `error` makes the call fail with that code; it is the caller's own text, not one of the contract's errors.
struct op *api_test_start(struct api_call *c, enum wire_err *error)
{
    (void)error;
    c->error_text = call_arg(c, "error");
    return NULL;
}

void api_test_reply(struct api_call *c, struct json *j)
{
    json_open(j, "args");
    for (size_t i = 0; i < c->args.n; i++) {
        const struct arg *a = &c->args.v[i];
        struct str name = a->name;
        char key[LIMIT_ARG_NAME + 1];
        // A repeated name is told once, with the value that counts; the token is not told.
        if (str_eq(name, STR("token")) || !str_copy(key, sizeof key, name)) continue;
        if (args_get(&c->args, key) == a) json_str(j, key, a->value);
    }
    json_close(j);
}
