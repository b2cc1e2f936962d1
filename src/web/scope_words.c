// SPDX-License-Identifier: Apache-2.0
#include "web/scope_words.h"

#include "oauth/scope_kind.h"

static const char *const titles[SCOPE_GROUPS] = {
    [SCOPE_YOU] = "About you", [SCOPE_CHANNELS] = "Channels and conversations", [SCOPE_PLACE] = "The workspace"};

// One of the two sides; lists share the arena's memory, each with room for every scope.
struct side {
    struct scope_group_view *groups;
    struct scope_view *room[SCOPE_GROUPS];
};

static bool side_init(struct side *side, struct scope_group_view *groups, size_t most, struct arena *arena)
{
    side->groups = groups;
    for (size_t i = 0; i < SCOPE_GROUPS; i++) {
        side->room[i] = arena_alloc(arena, most * sizeof *side->room[i]);
        groups[i] = (struct scope_group_view){.title = titles[i], .scopes = side->room[i]};
    }
    return !arena->failed;
}

static struct scope_view *seen(const struct side *side, enum scope_group group, struct str name)
{
    for (size_t i = 0; i < side->groups[group].n; i++)
        if (str_eq(side->room[group][i].name, name)) return &side->room[group][i];
    return NULL;
}

static void add(struct side *side, enum scope_group group, struct str name, const struct scope_lists *list)
{
    const struct scope_row *row = scope_find(name);
    bool optional = scopes_has(list->optional, name), before = scopes_has(list->before, name);
    struct scope_view *twin = seen(side, group, name);
    if (twin) { // the same for the bot and for the person
        twin->optional &= optional;
        twin->before &= before;
        return;
    }
    side->room[group][side->groups[group].n++] =
        (struct scope_view){.name = name,
                            .text = row ? str_of(row->text) : name,
                            .optional = optional,
                            .ticked = !list->answered || scopes_has(list->ticked, name),
                            .before = before};
}

void scope_words(const struct scope_lists *lists, size_t n, struct arena *arena, struct scope_group_view *see,
                 struct scope_group_view *change)
{
    struct side sides[2];
    struct str rest, name;
    size_t most = 0;
    for (size_t i = 0; i < n; i++) most += scopes_count(lists[i].asked);
    bool room = side_init(&sides[0], see, most, arena) && side_init(&sides[1], change, most, arena);
    for (size_t i = 0; room && i < n; i++) {
        rest = lists[i].asked;
        while (scopes_next(&rest, &name)) {
            struct scope_kind kind = scope_kind_of(name);
            add(&sides[kind.changes], kind.group, name, &lists[i]);
        }
    }
}
