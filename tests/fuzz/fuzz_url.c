// SPDX-License-Identifier: Apache-2.0
// The parts, put together again, are the text that was taken apart.
#include "base/buf.h"
#include "codec/url.h"
#include "fuzz.h"

static void put(struct buf *b, bool there, const char *before, struct str part)
{
    if (!there) return;
    buf_z(b, before);
    buf_str(b, part);
}

static void check_parts(const struct url *u, struct str text)
{
    struct buf b;
    buf_init(&b, text.n + 100);
    buf_str(&b, u->scheme);
    put(&b, true, ":", STR(""));
    put(&b, u->has_authority, "//", STR(""));
    put(&b, u->has_userinfo, "", u->userinfo);
    put(&b, u->has_userinfo, "@", u->host);
    put(&b, !u->has_userinfo, "", u->host);
    put(&b, u->has_port, ":", u->port);
    buf_str(&b, u->path);
    put(&b, u->has_query, "?", u->query);
    put(&b, u->has_fragment, "#", u->fragment);
    PROMISE(str_eq(buf_view(&b), text));
    buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct url u;
    struct str text = fuzz_input(data, size);
    if (url_parse(text, &u) != OK) return 0;
    PROMISE(u.scheme.n && url_port(&u) <= 65535);
    PROMISE(str_find(u.host, '@') == u.host.n && str_find(u.userinfo, '@') == u.userinfo.n);
    PROMISE(!u.has_authority || !u.path.n || u.path.p[0] == '/');
    for (size_t i = 0; i < text.n; i++) PROMISE(text.p[i] > ' ' && text.p[i] <= '~' && text.p[i] != '\\');
    check_parts(&u, text);
    return 0;
}
