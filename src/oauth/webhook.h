// SPDX-License-Identifier: Apache-2.0
// Posts to an incoming webhook (contract formats.md 5): whether it is alive, and whether the payload is a message.
// Pure.
#pragma once

#include "oauth/credential.h"
#include "oauth/why.h"

// The plain text answers of Slack's guide and of its changelog of May 2016, as far as they can happen here.
enum webhook_answer {
    WEBHOOK_OK,
    WEBHOOK_INVALID_PAYLOAD,
    WEBHOOK_NO_TEXT,
    WEBHOOK_ACTION_PROHIBITED, // the workspace may not be posted to now
    WEBHOOK_NO_SERVICE,        // unknown, or what it hangs on has ended
    WEBHOOK_CHANNEL_NOT_FOUND,
    WEBHOOK_UNAVAILABLE, // ours: maintenance, or the store
    WEBHOOK_ANSWERS
};

// The text of an answer and its HTTP status. Static.
struct str webhook_text(enum webhook_answer a, int *status);

struct webhook_view {
    const struct webhook *webhook; // NULL: unknown; then the rest is NULL
    const struct app *app;
    const struct install *install; // that it hangs on
    const struct workspace *workspace;
    const struct channel *channel;
};

// WEBHOOK_OK: a message may be posted.
enum webhook_answer webhook_decide(const struct credential *given, const struct webhook_view *view, struct arena *arena,
                                   struct why *why);
// The payload as JSON text: an object with text, or with blocks or attachments. *size is how many bytes the text has.
enum webhook_answer webhook_payload(struct str json, size_t *size);
