// SPDX-License-Identifier: Apache-2.0
// What the suites of this folder share: a store of each engine, operations made of plain lists, and rows made up from
// a seeded generator.
#pragma once

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/mem.h"
#include "model.h"

// A fresh folder, and a store in it (or in memory).
struct fixture {
    bool lasting; // a file, not memory
    char folder[64];
    struct store *store;
    struct arena arena;
};

// cmocka set-ups: group ones choose the engine, the others open and remove.
int fixture_memory(void **state);
int fixture_file(void **state);
int fixture_end(void **state);
int fixture_open(void **state);
int fixture_close(void **state);

// Opens a store and fails the test when that fails. fatal: ends the process with status 10.
struct store *store_at(const char *data);
void folder_make(char path[64]);
void folder_remove(const char *path);

// An operation that wants `want` and, without looking, writes `write`.
struct script {
    struct op op;
    struct arena arena;
    struct want want[OP_WANTS_MAX];
    struct write write[OP_WRITES_MAX];
    unsigned nwant, nwrite;
};

extern const struct op_type script_type, script_read_type;
void script_init(struct script *s);
void script_release(struct script *s);
struct write *script_write(struct script *s, enum write_kind kind, const void *row);
struct want *script_want(struct script *s, enum want_kind kind, int64_t id, const char *key0, const char *key1,
                         const char *key2);
// Runs one write and checks how it ended.
void put_row(struct store *s, enum write_kind kind, const void *row);

// splitmix64
uint64_t rng_next(uint64_t *rng);
unsigned rng_below(uint64_t *rng, unsigned n);
// A row of a kind with every field filled, odd values included. Texts live in the arena. Keys are chosen among `keys`
// different ones.
void *row_make(enum model_kind kind, uint64_t *rng, struct arena *arena, unsigned keys);
struct id id_make(char letter, unsigned n);
