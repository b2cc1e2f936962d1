// SPDX-License-Identifier: Apache-2.0
// Bodies of the admin API: the JSON of a call as the tree that world/fields.h and world/objects.h read, and fields for
// times and numbers. Internal to admin/.
#pragma once

#include "admin/call.h"
#include "world/fields.h"

// The body as a tree in the request's arena. 0, or the status of a written problem.
MUST_USE int body_tree(struct admin_call *c, const struct node **out);
// Reads the body by a table of fields; what is required must be there. 0, or the status of a written problem.
MUST_USE int body_read(struct admin_call *c, const struct fields *fields, void *target);
// How objects are read now. Valid as long as the request.
struct object_context body_context(struct admin_call *c);
// Writes what is wrong with a member as a problem with its key and the nearest valid one; answers its status.
int body_problem(struct admin_call *c, enum problem_id id, const struct object_problem *problem);

// A value that may be absent.
struct given {
    bool given;
    int64_t value;
};

struct number_rule {
    int64_t least, most; // not negative
};

// Readers for tables of fields; the member's type and the rule's type behind each.
enum status field_duration(const struct field_reader *r, const struct place *at, const struct field *f,
                           void *member); // struct given, in ms
enum status field_moment(const struct field_reader *r, const struct place *at, const struct field *f,
                         void *member); // struct given, in ms
enum status field_switch(const struct field_reader *r, const struct place *at, const struct field *f,
                         void *member); // struct given, 0 or 1
enum status field_number(const struct field_reader *r, const struct place *at, const struct field *f,
                         void *member); // struct given; struct number_rule
enum status field_chance(const struct field_reader *r, const struct place *at, const struct field *f,
                         void *member); // double, above 0 and at most 1
