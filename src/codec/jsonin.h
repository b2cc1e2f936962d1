// SPDX-License-Identifier: Apache-2.0
// JSON in, by jansson with our limits: depth LIMIT_JSON_DEPTH, the last of a repeated key wins, no NUL, no lone
// surrogates, valid UTF-8 only (contract envelope.md 3).
#pragma once

#include <jansson.h>

#include "base/status.h"
#include "codec/args.h"

struct json_problem {
    int line, column;
    char text[160];
};

// Parses a whole text. The caller owns *out (json_decref). E_INVALID with *problem filled (problem may be NULL).
MUST_USE enum status json_parse(struct str text, json_t **out, struct json_problem *problem);
// The members of a JSON object as ARG_BODY arguments: numbers and booleans as text, null as absent, objects and arrays
// with composite = true. E_INVALID: not JSON; E_CONFLICT: JSON, but not an object; E_LIMIT: the arena is full.
MUST_USE enum status json_parse_args(struct str text, struct arena *arena, struct args *a);
