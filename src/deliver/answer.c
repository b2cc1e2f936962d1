// SPDX-License-Identifier: Apache-2.0
#include "deliver/answer.h"

#include "base/limits.h"

// "HTTP/1.1 200 OK": RFC 9112 4.
static bool read_status(struct str line, int *status)
{
    uint64_t n;
    if (!str_starts(line, STR("HTTP/1.")) || line.n < 12 || !ascii_digit(line.p[7]) || line.p[8] != ' ') return false;
    if (!str_u64(str_make(line.p + 9, 3), 599, &n) || n < 100 || (line.n > 12 && line.p[12] != ' ')) return false;
    *status = (int)n;
    return true;
}

// What the header lines say. length: SIZE_MAX when the body goes on until the connection is closed, or chunk by chunk.
static void read_fields(struct str lines, struct answer *a, size_t *length)
{
    bool chunked = false;
    while (lines.n) {
        struct str value = str_cut(&lines, '\n'), name = str_cut(&value, ':');
        uint64_t n;
        value = str_trim(value);
        if (str_ieq(name, STR("Content-Length")) && str_u64(value, LIMIT_CALL_ANSWER, &n)) *length = (size_t)n;
        if (str_ieq(name, STR("Transfer-Encoding"))) chunked = true;
        if (str_ieq(name, STR("X-Slack-No-Retry")) && str_eq(value, STR("1"))) a->no_retry = true;
    }
    if (chunked || a->status < 200) *length = SIZE_MAX;
    if (a->status == 204 || a->status == 304) *length = 0; // RFC 9112 6.3
}

enum answer_state answer_look(struct str received, struct answer *out)
{
    static const struct str name = STR_INIT("HTTP/1.");
    for (;;) {
        struct answer a = {0};
        size_t length = SIZE_MAX, end = str_find_str(received, STR("\r\n\r\n"));
        if (!str_eq(str_upto(received, name.n), str_upto(name, received.n))) return ANSWER_GARBAGE;
        if (end == received.n) return ANSWER_MORE;
        struct str fields = str_upto(received, end), first = str_trim(str_cut(&fields, '\n'));
        if (!read_status(first, &a.status)) return ANSWER_GARBAGE;
        read_fields(fields, &a, &length);
        received = str_from(received, end + 4);
        if (a.status < 200) continue; // RFC 9110 15.2
        *out = a;
        return received.n >= length ? ANSWER_WHOLE : ANSWER_HEAD;
    }
}
