// SPDX-License-Identifier: Apache-2.0
// Reading maps of a seed file by tables of fields: the common ground of objects.c, manifest.c and seed.c. A field says
// which values it takes; what is wrong is told with its line, its dotted key, its JSON pointer and the nearest valid
// key or value. A reader ends at the first problem, or collects all of them.
#pragma once

#include "base/nearest.h"
#include "world/objects.h"

enum { FIELD_PROBLEMS_MAX = 1000 };

struct field_problem {
    struct field_problem *next;
    unsigned rule; // as in struct field_problems, when it was found
    struct object_problem at;
    struct str pointer; // RFC 6901, from the outermost place on
};

// Problems in the order in which they were found.
struct field_problems {
    struct field_problem *first, **tail;
    size_t n;
    unsigned rule; // what is being checked: the collector's own, copied into each problem
};

struct field_reader {
    const struct object_context *ctx;
    struct object_problem *problem; // the first; NULL when they are collected
    struct field_problems *all;     // NULL: the first problem ends the reading
    bool strict;                    // a number, true or null is no text
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

// Notes what is wrong at `at` and answers E_INVALID; E_LIMIT when FIELD_PROBLEMS_MAX have been collected.
PRINTF_LIKE(3, 4)
MUST_USE enum status field_fail(const struct field_reader *r, const struct place *at, const char *fmt, ...);
// The same, and names a key or value that may have been meant (NULL: none).
PRINTF_LIKE(4, 5)
MUST_USE enum status field_fail_near(const struct field_reader *r, const struct place *at, const char *nearest,
                                     const char *fmt, ...);
// Whether reading ends with that status: not at a problem where all are collected.
static inline bool field_ends(const struct field_reader *r, enum status status)
{
    return status && !(status == E_INVALID && r->all);
}

// Reads every member of the map at `at` by its field; a null counts as absent. patch: required ones may be absent.
MUST_USE enum status fields_read(const struct field_reader *r, const struct place *at, const struct fields *fields,
                                 bool patch, void *target);

// A plain scalar that JSON and YAML both read as a number, and that fits.
bool field_is_number(const struct node *n);
// An IP address, or a range such as 192.0.2.0/24.
bool field_is_address(struct str s);

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
