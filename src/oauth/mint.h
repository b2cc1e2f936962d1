// SPDX-License-Identifier: Apache-2.0
// The rows of a code exchange that was found good: tokens, refresh tokens, authorizations, webhook. Pure; only
// exchange.c, refresh.c and mint.c know it.
#pragma once

#include "oauth/exchange.h"
#include "oauth/refresh.h"

// Fills the plan (but count_attempt) from a view in which code, user and the place of the install are there. Strings
// live in the arena; when that is full arena->failed is set and the plan is of no use.
void mint_plan(const struct exchange_args *args, const struct exchange_view *view, const struct exchange_mint *mint,
               struct arena *arena, struct exchange_plan *plan);
// The same for a refresh that was found good.
void mint_refreshed(const struct refresh_args *args, const struct refresh_view *view, const struct refresh_mint *mint,
                    struct arena *arena, struct refresh_plan *plan);
