// SPDX-License-Identifier: Apache-2.0
#include "oauth/scope_kind.h"

// By the first part of the name; what is not listed is about the workspace.
static const struct {
    const char *stem;
    enum scope_group group;
} stems[] = {
    {"identity", SCOPE_YOU},
    {"identify", SCOPE_YOU},
    {"openid", SCOPE_YOU},
    {"email", SCOPE_YOU},
    {"profile", SCOPE_YOU},
    {"dnd", SCOPE_YOU},
    {"reminders", SCOPE_YOU},
    {"stars", SCOPE_YOU},
    {"app_mentions", SCOPE_CHANNELS},
    {"bookmarks", SCOPE_CHANNELS},
    {"calls", SCOPE_CHANNELS},
    {"canvases", SCOPE_CHANNELS},
    {"channels", SCOPE_CHANNELS},
    {"chat", SCOPE_CHANNELS},
    {"conversations", SCOPE_CHANNELS},
    {"conversations.connect", SCOPE_CHANNELS},
    {"files", SCOPE_CHANNELS},
    {"groups", SCOPE_CHANNELS},
    {"im", SCOPE_CHANNELS},
    {"incoming-webhook", SCOPE_CHANNELS},
    {"links", SCOPE_CHANNELS},
    {"links.embed", SCOPE_CHANNELS},
    {"lists", SCOPE_CHANNELS},
    {"metadata.message", SCOPE_CHANNELS},
    {"mpim", SCOPE_CHANNELS},
    {"pins", SCOPE_CHANNELS},
    {"reactions", SCOPE_CHANNELS},
    {"remote_files", SCOPE_CHANNELS},
    {"search", SCOPE_CHANNELS},
};

// "read" and "history" behind the colon, and names that stand alone and only tell.
static bool only_shows(struct str name)
{
    static const char *const alone[] = {"openid", "email", "profile", "identify", "read", "rtm:stream"};
    struct str verb = str_from(name, str_find(name, ':') + 1);
    verb = str_upto(verb, str_find(verb, '.'));
    for (size_t i = 0; i < ARRAY_LEN(alone); i++)
        if (str_is(name, alone[i])) return true;
    return str_eq(verb, STR("read")) || str_eq(verb, STR("history")) || str_starts(name, STR("identity."));
}

struct scope_kind scope_kind_of(struct str name)
{
    struct str stem = str_upto(name, str_find(name, ':'));
    struct scope_kind kind = {.changes = !only_shows(name), .group = SCOPE_PLACE};
    if (str_starts(stem, STR("identity."))) stem = STR("identity");
    for (size_t i = 0; i < ARRAY_LEN(stems); i++)
        if (str_is(stem, stems[i].stem)) kind.group = stems[i].group;
    return kind;
}
