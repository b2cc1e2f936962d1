// SPDX-License-Identifier: Apache-2.0
// The rows of what was found good: tokens, refresh tokens, authorizations, webhook. Pure; only exchange.c, refresh.c,
// swap.c and mint.c know it.
#pragma once

#include "oauth/exchange.h"
#include "oauth/refresh.h"
#include "oauth/swap.h"

// The bot scopes that a code grants. legacy.md 3: a classic grant has one list, and a bot comes only with the scope
// `bot`.
struct str mint_bot_scopes(const struct code *code);

// Fills the plan (but count_attempt) from a view in which code, user and the place of the install are there. Strings
// live in the arena; when that is full arena->failed is set and the plan is of no use.
void mint_plan(const struct exchange_args *args, const struct exchange_view *view, const struct exchange_mint *mint,
               struct arena *arena, struct exchange_plan *plan);
// The same for a refresh that was found good.
void mint_refreshed(const struct refresh_args *args, const struct refresh_view *view, const struct pair_mint *mint,
                    struct arena *arena, struct refresh_plan *plan);
// And for a token that is swapped for a pair.
void mint_swapped(const struct swap_args *args, const struct swap_view *view, const struct pair_mint *mint,
                  struct arena *arena, struct swap_plan *plan);
