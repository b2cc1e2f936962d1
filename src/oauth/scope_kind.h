// SPDX-License-Identifier: Apache-2.0
// How people are told of a scope: whether it lets an app see or change something, and what of (experience.md 3). Pure.
#pragma once

#include "oauth/scopes.h"

enum scope_group { SCOPE_YOU, SCOPE_CHANNELS, SCOPE_PLACE };

struct scope_kind {
    bool changes; // else it only shows
    enum scope_group group;
};

struct scope_kind scope_kind_of(struct str name);
