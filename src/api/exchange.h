// SPDX-License-Identifier: Apache-2.0
// The code exchange and the refresh as the methods share them: one operation each, different answers.
#pragma once

#include "api/call.h"
#include "oauth/refresh.h"

struct exchange_job {
    struct exchange_args args;
    struct exchange_view view;
    struct exchange_mint mint;
    struct exchange_plan plan;
};

struct refresh_job {
    struct refresh_args args;
    struct refresh_view view;
    struct pair_mint mint;
    struct refresh_plan plan;
};

// Prepares the exchange of the argument `code` for the method's endpoint in c->job; NULL and *error when it can be
// refused without the store.
struct op *exchange_start(struct api_call *c, enum wire_err *error);
// What the log tells of a success: who and where, and the kinds of token.
void exchange_note(struct api_call *c);
// The same of a refresh.
void refresh_note(struct api_call *c);
