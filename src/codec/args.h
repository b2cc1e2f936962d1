// SPDX-License-Identifier: Apache-2.0
// The arguments of one call: pairs in the order they came. The decoders of form, multipart and JSON bodies fill it.
#pragma once

#include "base/arena.h"
#include "base/limits.h"

enum arg_source { ARG_QUERY, ARG_BODY };

struct arg {
    struct str name, value; // decoded; in the arena or in the request's buffers
    enum arg_source source;
    bool file;      // a multipart part with a file name
    bool composite; // a JSON object or array stood here; value is empty
};

struct args {
    struct arg *v; // grows in the arena
    size_t n, size;
    bool overflow; // more than LIMIT_ARGS came; the rest was dropped
};

// Adds a pair; past LIMIT_ARGS sets overflow. A pair with an empty name is dropped (contract envelope.md 2).
void args_add(struct args *a, struct arena *arena, struct arg arg);
// The value that counts: body beats query, and within one source the last one wins. NULL when the name did not come.
const struct arg *args_get(const struct args *a, const char *name);
// The same as a view; p is NULL when the name did not come.
struct str args_value(const struct args *a, const char *name);
