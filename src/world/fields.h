// SPDX-License-Identifier: Apache-2.0
// Reading maps of a seed file by tables of fields: the common ground of objects.c, manifest.c and seed.c. A field says
// which values it takes; what is wrong is told with its line, its dotted key and the nearest valid one.
#pragma once

#include "base/nearest.h"
#include "world/objects.h"

struct field_reader {
    const struct object_context *ctx;
    struct object_problem *problem;
};

// Where a value stands. Lives on the stack of whoever reads its parent; printed only when something is wrong.
struct place {
    const struct place *up; // NULL: the outermost, named by ctx->where
    const struct node *node;
    struct str name; // of a member; p NULL: an element
    size_t index;    // of an element
};

struct field {
    const char *name;
    // Reads the value at `at` into the member at `offset` of the struct that the table describes.
    enum status (*read)(const struct field_reader *r, const struct place *at, const struct field *f, void *member);
    size_t offset;
    const void *rule; // what `read` wants to know besides
    bool required;    // must be there, unless an object is patched
};

struct fields {
    const struct field *first;
    size_t n;
};

#define FIELDS(array)                                                                                                  \
    {                                                                                                                  \
        (array), ARRAY_LEN(array)                                                                                      \
    }

// Which texts are good.
struct text_rule {
    size_t least, most;       // characters
    bool (*ok)(struct str s); // NULL: any without control characters
    const char *must;         // "be 1 to 21 of a-z, 0-9 and -"
};

struct list_rule {
    const struct text_rule *item;
    size_t most;
    bool unique;
    // A further look at an item; may be NULL.
    enum status (*check)(const struct field_reader *r, const struct place *at, struct str item);
};

// A word that stands for a value: a role, a flag.
struct word {
    const char *name;
    unsigned value;
};

struct words {
    const struct word *first;
    size_t n;
};

// The words of a seed file for flags and roles (objects.c).
extern const struct words object_workspace_flags, object_app_flags, object_roles;

// Fills *problem with the place of `at` and answers E_INVALID.
PRINTF_LIKE(3, 4)
MUST_USE enum status field_fail(const struct field_reader *r, const struct place *at, const char *fmt, ...);
// The same, and names the nearest of `names` to `given`.
MUST_USE enum status field_unknown(const struct field_reader *r, const struct place *at, const char *what,
                                   struct names names, struct str given);
// Reads every member of the map at `at` by its field; a null counts as absent. patch: required ones may be absent.
MUST_USE enum status fields_read(const struct field_reader *r, const struct place *at, const struct fields *fields,
                                 bool patch, void *target);

// A list_rule's check: the scope is in the catalogue.
enum status field_known_scope(const struct field_reader *r, const struct place *at, struct str scope);

// Values of `read`; the member's type and the rule's type behind each.
enum status field_text(const struct field_reader *r, const struct place *at, const struct field *f,
                       void *member); // struct str; struct text_rule
enum status field_id(const struct field_reader *r, const struct place *at, const struct field *f,
                     void *member); // struct id; struct text_rule
enum status field_bool(const struct field_reader *r, const struct place *at, const struct field *f,
                       void *member); // bool
enum status field_lines(const struct field_reader *r, const struct place *at, const struct field *f,
                        void *member); // struct str with one item a line; struct list_rule
enum status field_word(const struct field_reader *r, const struct place *at, const struct field *f,
                       void *member); // unsigned; struct words
enum status field_flags(const struct field_reader *r, const struct place *at, const struct field *f,
                        void *member); // unsigned, of which only the bits in struct words change
enum status field_map(const struct field_reader *r, const struct place *at, const struct field *f,
                      void *member); // the struct itself (offset 0); struct fields
enum status field_any(const struct field_reader *r, const struct place *at, const struct field *f,
                      void *member); // nothing: the value is kept as part of its text
