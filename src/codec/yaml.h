// SPDX-License-Identifier: Apache-2.0
// Seed and configuration files: a strict subset of YAML (no anchors, aliases, tags, duplicate keys, several documents)
// read into a tree that remembers lines. JSON is YAML's subset and is read the same way, but for surrogate pairs
// written as \uD83D\uDE00, which libyaml refuses. Not for request data.
#pragma once

#include "base/arena.h"
#include "base/status.h"

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
    enum node_kind kind;
    struct str text;               // NODE_SCALAR
    bool quoted;                   // the scalar stood in quotes, so it is a text whatever it looks like
    struct node *first;            // NODE_LIST, NODE_MAP: children in order
    struct node *next;             // sibling
    struct str key;                // name, when the parent is a NODE_MAP
    unsigned line, column;         // of the value, from 1
    unsigned key_line, key_column; // of the key
};

struct yaml_problem {
    unsigned line, column;
    char text[200];
};

// Parses `text` into a tree in `arena`; E_INVALID with *problem filled, E_LIMIT when the arena is full. An empty file
// is an empty map.
MUST_USE enum status yaml_parse(struct str text, struct arena *arena, const struct node **out,
                                struct yaml_problem *problem);
// Member of a map, NULL when absent (or map is NULL or no map).
const struct node *node_get(const struct node *map, const char *key);
// A plain (not quoted) scalar that YAML reads as null: empty, ~ or null.
bool node_is_null(const struct node *n);
// true/false/on/off/yes/no, unquoted. E_INVALID otherwise.
MUST_USE enum status node_bool(const struct node *n, bool *out);
