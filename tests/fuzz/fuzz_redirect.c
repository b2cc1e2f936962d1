// SPDX-License-Identifier: Apache-2.0
// The first line is what is sent, the others are configured. What matches has a configured URL's scheme and host, and
// what may be configured matches itself.
#include "fuzz.h"
#include "oauth/redirect.h"

// Scheme and host as a reader sees them: up to the first of "/?#:" behind "://".
static struct str origin_of(struct str url)
{
    size_t n = str_find_str(url, STR("://")) + 3;
    while (n < url.n && !strchr("/?#:", url.p[n])) n++;
    return str_upto(url, n);
}

static void check_match(struct str configured, struct str sent)
{
    if (!redirect_matches(configured, sent)) return;
    PROMISE(sent.n <= LIMIT_REDIRECT_URI);
    for (size_t i = 0; i < sent.n; i++) PROMISE(sent.p[i] > ' ' && sent.p[i] <= '~' && !strchr("\\#", sent.p[i]));
    if (redirect_is_custom_scheme(sent)) {
        PROMISE(str_eq(configured, sent));
        return;
    }
    PROMISE(str_ieq(origin_of(configured), origin_of(sent)));
    struct str path = str_from(sent, origin_of(sent).n);
    path = str_upto(path, str_find(path, '?'));
    PROMISE(str_find_str(path, STR("/../")) == path.n && str_find_str(path, STR("/..;")) == path.n);
    PROMISE(!str_ends(path, STR("/..")) && !str_ends(path, STR("/.")));
}

static void check_explain(struct str lines, struct str sent)
{
    struct redirect_hint hint;
    redirect_explain(lines, sent, &hint);
    PROMISE(hint.text && hint.differs_at <= sent.n && hint.differs_at <= hint.closest.n);
    PROMISE(fuzz_within(hint.closest, lines));
    PROMISE((redirect_find(lines, sent).p != NULL) == (hint.kind == RD_NONE));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str lines = fuzz_input(data, size);
    struct str sent = str_cut(&lines, '\n');
    check_explain(lines, sent);
    if (!redirect_config_problem(sent, true, HTTP_REDIRECTS_ON)) PROMISE(redirect_matches(sent, sent));
    if (!redirect_config_problem(sent, false, HTTP_REDIRECTS_OFF)) PROMISE(str_istarts(sent, STR("https://")));
    while (lines.n) check_match(str_cut(&lines, '\n'), sent);
    return 0;
}
