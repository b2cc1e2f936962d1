// SPDX-License-Identifier: Apache-2.0
// A connection's input and clock: bytes to requests, deadlines, ends. Internal to http/; conn.c is the other half.
#pragma once

#include "http/conn.h"

enum { IO_LINGER_MS = 2000 };

// Sets when on_deadline comes, in ms from now; negative: never.
void io_deadline(struct conn *c, int64_t ms);
// Starts reading, if it had stopped.
void io_resume(struct conn *c);
// Goes on with unread input after an answer, then with the peer's end.
void io_continue(struct conn *c);
bool io_has_input(const struct conn *c);
void io_forget_input(struct conn *c);
// In conn.c: the exchange of c is replied, or its delay is over.
void io_answer(struct conn *c);
