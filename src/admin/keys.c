// SPDX-License-Identifier: Apache-2.0
// The keys that sign id tokens: which are published, and a new one. Private parts are never shown.
#include "world/keys.h"

#include "admin/routes.h"

static void write_key(void *ctx, const struct key_view *key)
{
    struct admin_call *c = ctx;
    struct json *j = &c->json;
    json_open(j, NULL);
    json_str(j, "kid", key->kid);
    json_bool(j, "signs", !key->retired);
    json_int(j, "created", key->created);
    if (key->retired) {
        json_int(j, "retired", key->retired);
        json_int(j, "leaves", key->leaves);
    }
    json_close(j);
}

int keys_get(struct admin_call *c)
{
    json_open(&c->json, NULL);
    json_open_array(&c->json, "keys");
    keys_each(c->world->keys, write_key, c);
    json_close_array(&c->json);
    json_close(&c->json);
    return 200;
}

int keys_rotate_post(struct admin_call *c)
{
    enum status status = keys_rotate(c->world->keys);
    if (status == E_LIMIT) return problem(c, P_KEYS_FULL, "%d keys are published", KEYS_MAX);
    if (status) return problem(c, P_STORE, "the store answered: %s", status_name(status));
    return keys_get(c);
}
