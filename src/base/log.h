// SPDX-License-Identifier: Apache-2.0
// The log: one line per event, JSON or text, on stderr or stdout. Typed fields only; there is no way to hand a struct
// credential or a secret to it, and control characters are escaped. Any thread; a line is one write unless its thread
// gathers.
#pragma once

#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
enum log_format { LOG_TEXT, LOG_JSON };

// Set once at start, before there are threads. `now` answers ms since the epoch for the time stamp.
void log_init(int fd, enum log_format format, enum log_level least, int64_t (*now)(void));
bool log_wants(enum log_level level);
// From now on this thread's lines are kept and written together by log_flush(): for threads that serve many requests at
// once and have a moment when all of them wait. Line order within the thread stays.
void log_gather(void);
// Writes what this thread has kept. Cheap when there is nothing.
void log_flush(void);
// Writes it, and goes back to a write for each line. Before the thread ends.
void log_gather_end(void);

enum log_type { LOG_STR, LOG_NUM, LOG_BOOL };

struct log_field {
    const char *name;
    enum log_type type;
    struct str s;
    int64_t n;
};

static inline struct log_field log_str(const char *name, struct str s)
{
    return (struct log_field){.name = name, .type = LOG_STR, .s = s};
}

static inline struct log_field log_num(const char *name, int64_t n)
{
    return (struct log_field){.name = name, .type = LOG_NUM, .n = n};
}

static inline struct log_field log_bool(const char *name, bool b)
{
    return (struct log_field){.name = name, .type = LOG_BOOL, .n = b};
}

// One event with its fields in the order given; empty strings are left out. `text` is the line's human form in text
// format (already complete, one line); in JSON it becomes "msg".
void log_event(enum log_level level, const char *event, struct str text, const struct log_field *fields, size_t n);
// A plain message.
void log_msg(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);
