// SPDX-License-Identifier: Apache-2.0
// The oracle: what a store must answer, told by plain arrays and loops. It shares nothing with src/store but the types.
#pragma once

#include "store/store.h"

enum model_kind {
    M_ENTERPRISE,
    M_WORKSPACE,
    M_CHANNEL,
    M_USER,
    M_APP,
    M_INSTALL,
    M_CODE,
    M_TOKEN,
    M_REFRESH,
    M_WEBHOOK,
    M_EVENT,
    M_KEY,
    M_SESSION,
    M_FORM,
    M_PASSWORD,
    M_APPROVAL,
    MODEL_KINDS
};

enum { MODEL_ROWS = 256, MODEL_ROW_SIZE = 1024, MODEL_TEXTS = 16 };

struct model_row {
    size_t size;
    bool (*key)(const void *a, const void *b);    // the same row, perhaps in another state
    bool (*same)(const void *a, const void *b);   // in the same state
    bool (*before)(const void *a, const void *b); // order of its list; NULL: as they were added
    unsigned ntexts;
    size_t text[MODEL_TEXTS]; // where its strings are
};

extern const struct model_row model_rows[MODEL_KINDS];

struct model_shelf {
    unsigned n;
    union {
        max_align_t align;
        char bytes[MODEL_ROW_SIZE];
    } row[MODEL_ROWS]; // in the order in which they were added
};

struct model {
    struct arena *arena; // texts; never given back, tests are short
    struct model_shelf shelf[MODEL_KINDS];
    int64_t wiped; // greatest locator that a wipe removed
};

enum model_result { MODEL_OK, MODEL_LOST, MODEL_COLLISION };

struct model *model_new(struct arena *arena);
// Makes *to the same as *from.
void model_copy(struct model *to, const struct model *from);
// Carries out one write; anything but MODEL_OK changed nothing.
enum model_result model_write(struct model *m, const struct write *w);
// The row that a want must find, or NULL.
const void *model_want(const struct model *m, const struct want *w);
// The same for a want that finds several; answers how many.
unsigned model_want_list(const struct model *m, const struct want *w, const void *out[MODEL_ROWS]);
// All rows of a kind in the order of their list.
unsigned model_list(const struct model *m, enum model_kind kind, const void *out[MODEL_ROWS]);
int64_t model_last_locator(const struct model *m);

enum model_kind model_kind_of(enum want_kind kind);
// Every field of two rows of a kind is the same; NULL equals NULL.
bool model_same(enum model_kind kind, const void *a, const void *b);
