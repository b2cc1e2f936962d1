// SPDX-License-Identifier: Apache-2.0
// The templates that stand in others. Internal to templates/.
#pragma once

#include "web/assets.h"
#include "web/template.h"
#include "web/views.h"

// From the doctype to the opening of <main id="...">; title is the page's, in front of the server's name.
void part_open(struct buf *b, const struct frame_view *f, const char *id, const char *title, struct str about);
void part_close(struct buf *b, const struct frame_view *f);
// The hidden field that makes a form ours.
void part_token(struct buf *b, const struct frame_view *f);
void part_face(struct buf *b, const struct face_view *face);
// The form that switches to another account or place; nothing when there is none to switch.
void part_switcher(struct buf *b, const struct frame_view *f, const struct account_view *accounts, size_t n);
// What an app may see or change, in groups. ticks: optional scopes have their boxes; again: earlier ones are marked.
void part_scopes(struct buf *b, const struct scope_group_view groups[SCOPE_GROUPS], bool ticks, bool again);
