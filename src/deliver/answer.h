// SPDX-License-Identifier: Apache-2.0
// As much of an HTTP/1.1 answer as its caller needs: the status, one header, and where it ends. Pure.
#pragma once

#include "base/str.h"

enum answer_state {
    ANSWER_MORE,    // its head is not whole
    ANSWER_HEAD,    // the head is there, the body may go on
    ANSWER_WHOLE,   // nothing more is expected
    ANSWER_GARBAGE, // not HTTP/1
};

struct answer {
    int status;
    bool no_retry; // X-Slack-No-Retry: 1
};

// Looks at everything that was received so far; interim answers (1xx) are passed over. *out is written from
// ANSWER_HEAD on.
enum answer_state answer_look(struct str received, struct answer *out);
