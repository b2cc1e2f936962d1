// SPDX-License-Identifier: Apache-2.0
// What was sent to apps, and what came of it.
#include "world/deliveries.h"

#include "admin/routes.h"

int deliveries_get(struct admin_call *c)
{
    json_open(&c->json, NULL);
    deliveries_write(c->world->deliveries, &c->json, "deliveries");
    json_close(&c->json);
    return 200;
}
