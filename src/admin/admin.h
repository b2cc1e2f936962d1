// SPDX-License-Identifier: Apache-2.0
// The admin listener: health, metrics, test controls and the objects of the seed, as JSON under /admin/v1
// (interfaces.md). Errors are RFC 9457 problem documents.
#pragma once

#include "http/message.h"
#include "world/world.h"

struct admin {
    struct world *world;
    // Where this listener listens, as in --admin; which Host headers are believed depends on it.
    struct str listen;
    // Puts the store back to the seed (WIPE_ALL, then everything again); provided by the server. Admin's loop thread.
    enum status (*reset)(void *ctx);
    // Open connections of the public listener, for /metrics; may be NULL.
    size_t (*connections)(void *ctx);
    void *ctx;
};

// http_handler of the admin listener; ctx is a struct admin. It waits for the store, so the listener has a loop thread
// of its own.
void admin_handle(void *admin, struct http_request *req);
