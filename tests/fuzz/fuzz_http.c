// SPDX-License-Identifier: Apache-2.0
// The first byte says how the rest, the bytes of one connection, is cut; the cut must make no difference.
#include "fuzz.h"
#include "http/parse.h"

static bool is_clean(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7F) return false;
    }
    return true;
}

static void check_request(const struct http_parser *p)
{
    struct str head = buf_view(&p->head);
    size_t framings = 0;
    PROMISE(fuzz_within(p->target, head) && fuzz_within(p->verb_name, head) && fuzz_within(p->query, head));
    PROMISE(p->path.n > 0 && (p->path.p[0] == '/' || p->verb == VERB_OTHER || str_eq(p->path, STR("*"))));
    PROMISE(p->nfields <= LIMIT_HEADERS && p->body.n <= LIMIT_BODY && !p->body.failed && !p->head.failed);
    for (size_t i = 0; i < p->nfields; i++) {
        const struct http_field *f = &p->fields[i];
        PROMISE(f->name.n > 0 && fuzz_within(f->name, head) && fuzz_within(f->value, head));
        PROMISE(is_clean(f->name) && is_clean(f->value) && str_find(f->name, ' ') == f->name.n);
        framings += str_ieq(f->name, STR("Content-Length")) + str_ieq(f->name, STR("Transfer-Encoding"));
    }
    PROMISE(framings <= 1 && (framings == 1 || p->body.n == 0));
}

static void describe(const struct http_parser *p, struct buf *out)
{
    buf_str(out, p->target);
    buf_u64(out, p->nfields);
    for (size_t i = 0; i < p->nfields; i++) buf_str(out, p->fields[i].value);
    buf_str(out, buf_view(&p->body));
    buf_char(out, p->keep_alive ? 'k' : 'c');
}

// Parses until the input or the connection ends; *out tells what came of it.
static void parse(struct str in, size_t step, struct buf *out)
{
    struct http_parser p;
    http_parser_init(&p);
    enum parse_event e = PARSE_MORE;
    while (in.n && e != PARSE_REFUSED) {
        size_t used, n = in.n < step ? in.n : step;
        e = http_parser_feed(&p, in.p, n, &used);
        PROMISE(used <= n && (e != PARSE_MORE || used == n) && (used > 0 || e == PARSE_REFUSED));
        in = str_from(in, used);
        if (e == PARSE_DONE) {
            check_request(&p);
            describe(&p, out);
            http_parser_reset(&p);
        }
    }
    buf_u64(out, e == PARSE_REFUSED ? (uint64_t)p.refusal : 0);
    http_parser_release(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    struct str in = fuzz_input(data + 1, size - 1);
    struct buf whole, cut;
    buf_init(&whole, 64 * (size + 64));
    buf_init(&cut, 64 * (size + 64));
    parse(in, in.n, &whole);
    parse(in, data[0] ? data[0] : 1, &cut);
    PROMISE(!whole.failed && str_eq(buf_view(&whole), buf_view(&cut)));
    buf_release(&whole);
    buf_release(&cut);
    return 0;
}
