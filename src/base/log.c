// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <stdarg.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"

enum { LINE_MAX_BYTES = 16 * 1024, MSG_MAX = 2048 };

static struct {
    int fd;
    enum log_format format;
    enum log_level least;
    int64_t (*now)(void);
} log_to = {.fd = 2, .least = LOG_INFO};

static const char *const level_names[] = {"debug", "info", "warn", "error"};

void log_init(int fd, enum log_format format, enum log_level least, int64_t (*now)(void))
{
    log_to.fd = fd;
    log_to.format = format;
    log_to.least = least;
    log_to.now = now;
}

bool log_wants(enum log_level level)
{
    return level >= log_to.least;
}

static void put_escaped(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\')
            buf_printf(b, "\\%c", c);
        else if (c < 0x20 || c >= 0x7f)
            buf_printf(b, "\\u%04x", c);
        else
            buf_char(b, (char)c);
    }
}

// In full with milliseconds, or the time of day only.
static void put_time(struct buf *b, bool full)
{
    char text[32];
    int64_t ms = log_to.now ? log_to.now() : 0;
    time_t s = (time_t)(ms / 1000);
    struct tm tm;
    gmtime_r(&s, &tm);
    if (full)
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    else
        strftime(text, sizeof text, "%H:%M:%S", &tm);
    buf_z(b, text);
    if (full) buf_printf(b, ".%03dZ", (int)(ms % 1000));
}

static void put_json(struct buf *b, enum log_level level, const char *event, struct str text,
                     const struct log_field *fields, size_t n)
{
    buf_z(b, "{\"ts\":\"");
    put_time(b, true);
    buf_printf(b, "\",\"level\":\"%s\",\"event\":\"%s\"", level_names[level], event);
    for (size_t i = 0; i < n; i++) {
        const struct log_field *f = &fields[i];
        if (f->type == LOG_STR && f->s.n == 0) continue;
        buf_printf(b, ",\"%s\":", f->name);
        if (f->type == LOG_NUM)
            buf_i64(b, f->n);
        else if (f->type == LOG_BOOL)
            buf_z(b, f->n ? "true" : "false");
        else {
            buf_char(b, '"');
            put_escaped(b, f->s);
            buf_char(b, '"');
        }
    }
    if (text.n) {
        buf_z(b, ",\"msg\":\"");
        put_escaped(b, text);
        buf_char(b, '"');
    }
    buf_z(b, "}\n");
}

static void put_text(struct buf *b, enum log_level level, struct str text)
{
    put_time(b, false);
    buf_char(b, ' ');
    if (level >= LOG_WARN) buf_printf(b, "%s: ", level_names[level]);
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c < 0x20 || c == 0x7f)
            buf_printf(b, "\\x%02x", c);
        else
            buf_char(b, (char)c);
    }
    buf_char(b, '\n');
}

void log_event(enum log_level level, const char *event, struct str text, const struct log_field *fields, size_t n)
{
    struct buf b;
    if (!log_wants(level)) return;
    buf_init(&b, LINE_MAX_BYTES);
    if (log_to.format == LOG_JSON)
        put_json(&b, level, event, text, fields, n);
    else
        put_text(&b, level, text);
    // A line that cannot be written is lost; the log must not stop the server.
    ssize_t written = write(log_to.fd, b.p, b.n);
    (void)written;
    buf_release(&b);
}

void log_msg(enum log_level level, const char *fmt, ...)
{
    char text[MSG_MAX];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (n < 0) return;
    size_t len = (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    log_event(level, "message", str_make(text, len), NULL, 0);
}
