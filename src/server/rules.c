// SPDX-License-Identifier: Apache-2.0
// What goes together (operations.md 1): serve starts with a risky switch only when accept_risks names it.
#include <arpa/inet.h>

#include "http/address.h"
#include "server/options.h"

static bool is_loopback(struct str text)
{
    struct address a;
    if (address_parse(text, &a)) return false;
    if (a.sa.ss_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)&a.sa)->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)&a.sa)->sin6_addr);
}

static bool in_memory(const struct options *o)
{
    return str_empty(o->data);
}

static bool explains(const struct options *o)
{
    return o->settings.explain != EXPLAIN_OFF;
}

static bool http_redirects(const struct options *o)
{
    return o->settings.allow_http_redirects != HTTP_REDIRECTS_OFF;
}

static bool query_token(const struct options *o)
{
    return o->settings.allow_query_token;
}

static bool ignores_token(const struct options *o)
{
    return o->settings.oauth_ignore_token;
}

static bool plain_http(const struct options *o)
{
    return !is_loopback(o->listen);
}

static bool delivers_anywhere(const struct options *o)
{
    return o->deliver_anywhere;
}

static const struct risk {
    const char *name, *key;
    bool (*on)(const struct options *o);
    const char *text;
} risks[] = {
    {"memory", "store.data", in_memory, "data in memory is lost when the server stops"},
    {"explain", "explain", explains, "hints tell strangers what was compared"},
    {"allow_http_redirects", "allow_http_redirects", http_redirects, "codes travel over plain http"},
    {"allow_query_token", "allow_query_token", query_token, "tokens end up in logs of proxies"},
    {"oauth_ignore_token", "oauth_ignore_token", ignores_token, "a token on an exchange call is not looked at"},
    {"deliver_anywhere", "deliver.to", delivers_anywhere, "apps can have this server call into its own network"},
    {"plain_http", "listen.public", plain_http, "plain http on an address that is not loopback"},
};

static struct str next_risk(struct str *rest)
{
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != ',') n++;
    struct str name = str_upto(*rest, n);
    *rest = str_from(*rest, n + 1);
    return name;
}

static bool accepted(const struct options *o, const char *name)
{
    struct str rest = o->accept_risks;
    while (rest.n)
        if (str_eq(next_risk(&rest), str_of(name))) return true;
    return false;
}

static enum status refuse(struct object_problem *p, const char *key, const char *text, const char *more)
{
    *p = (struct object_problem){0};
    snprintf(p->key, sizeof p->key, "%s", key);
    snprintf(p->text, sizeof p->text, "%s%s", text, more);
    return E_INVALID;
}

static enum status check_names(const struct options *o, struct object_problem *p)
{
    struct str rest = o->accept_risks;
    while (rest.n) {
        struct str name = next_risk(&rest);
        if (!name.n || names_find(NAMES(risks), name) < ARRAY_LEN(risks)) continue;
        const char *nearest = names_nearest(NAMES(risks), name);
        enum status status = refuse(p, "accept_risks", "names a risk that does not exist", "");
        snprintf(p->nearest, sizeof p->nearest, "%s", nearest ? nearest : "");
        return status;
    }
    return OK;
}

static enum status check_serve(const struct options *o, struct object_problem *p)
{
    if (str_empty(o->public_url)) return refuse(p, "public_url", "is required for serve", "");
    if (!is_loopback(o->admin)) return refuse(p, "listen.admin", "must be a loopback address", "");
    for (size_t i = 0; i < ARRAY_LEN(risks); i++) {
        char more[96];
        snprintf(more, sizeof more, "; serve starts with it only when accept_risks names \"%s\"", risks[i].name);
        if (risks[i].on(o) && !accepted(o, risks[i].name)) return refuse(p, risks[i].key, risks[i].text, more);
    }
    return OK;
}

static enum status check_all(const struct options *o, struct object_problem *p)
{
    TRY(check_names(o, p));
    if (o->mode == CMD_SERVE) return check_serve(o, p);
    if (!is_loopback(o->admin) && !o->admin_named)
        return refuse(p, "listen.admin", "an address that is not loopback must be named by --admin", "");
    return OK;
}

enum status options_check(const struct options *o, struct object_problem *problem)
{
    enum status status = check_all(o, problem);
    if (status) config_locate(o, problem);
    return status;
}
