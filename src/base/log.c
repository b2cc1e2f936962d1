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

// A thread that gathers, and the text of the second it last saw.
static _Thread_local struct {
    bool on;
    struct buf lines;
    time_t second;
    char full[24], clock[12]; // of that second
} mine;

enum { GATHER_MAX = 64 * 1024 };

static void write_out(struct str s)
{
    // A line that cannot be written is lost; the log must not stop the server.
    ssize_t written = write(log_to.fd, s.p, s.n);
    (void)written;
}

void log_gather(void)
{
    if (mine.on) return;
    buf_init(&mine.lines, GATHER_MAX + LINE_MAX_BYTES);
    mine.on = true;
}

void log_flush(void)
{
    if (!mine.on || mine.lines.n == 0) return;
    write_out(buf_view(&mine.lines));
    buf_clear(&mine.lines);
}

void log_gather_end(void)
{
    log_flush();
    if (mine.on) buf_release(&mine.lines);
    mine.on = false;
}

// Bytes from `from` on that stand for themselves in a JSON string.
static size_t plain_run(struct str s, size_t from)
{
    size_t i = from;
    while (i < s.n && (unsigned char)s.p[i] >= 0x20 && (unsigned char)s.p[i] < 0x7f && s.p[i] != '"' && s.p[i] != '\\')
        i++;
    return i - from;
}

// Length of the well-formed UTF-8 sequence at i (RFC 3629), 0 when there is none or it is a control character.
static size_t sequence(struct str s, size_t i)
{
    static const struct {
        unsigned char first, last, least, most; // leading bytes, bounds of the second byte
        size_t n;
    } rows[] = {{0xc2, 0xc2, 0xa0, 0xbf, 2}, {0xc3, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
                {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
                {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4}};
    const unsigned char *p = (const unsigned char *)s.p + i;
    size_t r = 0, k = 2;
    while (r < ARRAY_LEN(rows) && (p[0] < rows[r].first || p[0] > rows[r].last)) r++;
    if (r == ARRAY_LEN(rows) || s.n - i < rows[r].n || p[1] < rows[r].least || p[1] > rows[r].most) return 0;
    while (k < rows[r].n && (p[k] & 0xc0) == 0x80) k++;
    return k == rows[r].n ? k : 0;
}

static void put_escaped(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        size_t run = plain_run(s, i);
        buf_bytes(b, s.p + i, run);
        i += run;
        if (i == s.n) return;
        unsigned char c = (unsigned char)s.p[i];
        size_t n = sequence(s, i);
        if (n) {
            buf_bytes(b, s.p + i, n);
            i += n - 1;
        } else if (c == '"' || c == '\\') {
            buf_printf(b, "\\%c", c);
        } else {
            buf_printf(b, "\\u%04x", c);
        }
    }
}

// In full with milliseconds, or the time of day only.
static void put_time(struct buf *b, bool full)
{
    int64_t ms = log_to.now ? log_to.now() : 0;
    time_t s = (time_t)(ms / 1000);
    if (s != mine.second || !mine.full[0]) {
        struct tm tm;
        gmtime_r(&s, &tm);
        strftime(mine.full, sizeof mine.full, "%Y-%m-%dT%H:%M:%S", &tm);
        strftime(mine.clock, sizeof mine.clock, "%H:%M:%S", &tm);
        mine.second = s;
    }
    buf_z(b, full ? mine.full : mine.clock);
    if (full) buf_printf(b, ".%03dZ", (int)(ms % 1000));
}

static void put_json(struct buf *b, enum log_level level, const char *event, struct str text,
                     const struct log_field *fields, size_t n)
{
    buf_z(b, "{\"ts\":\"");
    put_time(b, true);
    buf_z(b, "\",\"level\":\"");
    buf_z(b, level_names[level]);
    buf_z(b, "\",\"event\":\"");
    buf_z(b, event);
    buf_char(b, '"');
    for (size_t i = 0; i < n; i++) {
        const struct log_field *f = &fields[i];
        if (f->type == LOG_STR && f->s.n == 0) continue;
        buf_z(b, ",\"");
        buf_z(b, f->name);
        buf_z(b, "\":");
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
        size_t from = i, n;
        while (i < text.n && (unsigned char)text.p[i] >= 0x20 && (unsigned char)text.p[i] < 0x7f) i++;
        buf_bytes(b, text.p + from, i - from);
        if (i == text.n) break;
        if ((n = sequence(text, i))) {
            buf_bytes(b, text.p + i, n);
            i += n - 1;
        } else {
            buf_printf(b, "\\x%02x", (unsigned char)text.p[i]);
        }
    }
    buf_char(b, '\n');
}

static void put_event(struct buf *b, enum log_level level, const char *event, struct str text,
                      const struct log_field *fields, size_t n)
{
    if (log_to.format == LOG_JSON)
        put_json(b, level, event, text, fields, n);
    else
        put_text(b, level, text);
}

void log_event(enum log_level level, const char *event, struct str text, const struct log_field *fields, size_t n)
{
    struct buf one;
    if (!log_wants(level)) return;
    if (mine.on) {
        put_event(&mine.lines, level, event, text, fields, n);
        if (mine.lines.failed || mine.lines.n > GATHER_MAX) log_flush();
        return;
    }
    buf_init(&one, LINE_MAX_BYTES);
    put_event(&one, level, event, text, fields, n);
    write_out(buf_view(&one));
    buf_release(&one);
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
