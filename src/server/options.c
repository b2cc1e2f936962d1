// SPDX-License-Identifier: Apache-2.0
#include "server/options.h"

#include "http/address.h"

enum { LOOPS_MAX = 64 };

// Setters: NULL when the value is good, else what it must be, to follow "must".

static const char *set_path(struct str value, struct str *member)
{
    if (str_empty(value) || str_find(value, '\0') < value.n) return "be a path";
    *member = value;
    return NULL;
}

static const char *set_config(struct options *o, struct str value)
{
    return set_path(value, &o->config);
}

static const char *set_seed_file(struct options *o, struct str value)
{
    return set_path(value, &o->seed_file);
}

static const char *set_data(struct options *o, struct str value)
{
    if (str_eq(value, STR(":memory:"))) {
        o->data = (struct str){NULL, 0};
        return NULL;
    }
    return set_path(value, &o->data);
}

static const char *set_store_url(struct options *o, struct str value)
{
    if (!str_starts(value, STR("postgresql://")) && !str_starts(value, STR("postgres://")))
        return "be a postgresql:// URL";
    o->store_url = value;
    return NULL;
}

static const char *set_number(struct str value, uint64_t least, uint64_t most, const char *must, uint64_t *member)
{
    uint64_t n;
    if (!str_u64(value, most, &n) || n < least) return must;
    *member = n;
    return NULL;
}

static const char *set_seed(struct options *o, struct str value)
{
    o->seeded = true;
    return set_number(value, 0, INT64_MAX, "be a number", &o->seed);
}

static const char *set_batch_max(struct options *o, struct str value)
{
    return set_number(value, 1, LIMIT_BATCH, "be 1 to 256", &o->batch_max);
}

static const char *set_loops(struct options *o, struct str value)
{
    return set_number(value, 1, LOOPS_MAX, "be 1 to 64", &o->loops);
}

static const char *set_connections(struct options *o, struct str value)
{
    return set_number(value, 1, LIMIT_CONNECTIONS, "be 1 to 20000", &o->connections);
}

// A list of one is accepted, and the scheme that the configuration file has; this version listens on TCP only.
static const char *set_address(struct str value, struct str *member)
{
    struct address address;
    if (str_starts(value, STR("tcp://"))) value = str_from(value, 6);
    if (address_parse(value, &address)) return "be ADDRESS:PORT with a numeric address, such as 127.0.0.1:4480";
    *member = value;
    return NULL;
}

static const char *set_listen(struct options *o, struct str value)
{
    return set_address(value, &o->listen);
}

static const char *set_admin(struct options *o, struct str value)
{
    return set_address(value, &o->admin);
}

static bool is_id(struct str s, const char *first)
{
    return s.n > 1 && s.n < LIMIT_ID && strchr(first, s.p[0]) && str_all_in(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
}

static const char *set_auto_approve(struct options *o, struct str value)
{
    struct str rest = value, user = str_cut(&rest, ',');
    o->auto_approve = true;
    if (!value.n) return NULL;
    if (!is_id(user, "UW") || (rest.p && !is_id(rest, "T"))) return "be USER or USER,TEAM, such as U04R7GH2S1M";
    o->approve_user = user;
    o->approve_team = rest;
    return NULL;
}

static bool is_path(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alnum(s.p[i]) && !strchr("/-._~", s.p[i])) return false;
    return s.n && s.p[0] == '/' && str_find_str(s, STR("//")) == s.n;
}

static const char *set_base_path(struct options *o, struct str value)
{
    while (value.n && value.p[value.n - 1] == '/') value.n--;
    if (value.n && !is_path(value)) return "be a path such as /w/demo";
    o->base_path = value;
    return NULL;
}

static const char *set_strict(struct options *o, struct str value)
{
    (void)value;
    o->strict = true;
    return NULL;
}

static const char *set_log_format(struct options *o, struct str value)
{
    bool json = str_eq(value, STR("json"));
    if (!json && !str_eq(value, STR("text"))) return "be json or text";
    o->log_format = json ? LOG_JSON : LOG_TEXT;
    return NULL;
}

static const char *set_log_level(struct options *o, struct str value)
{
    static const struct {
        const char *name;
        enum log_level level;
    } levels[] = {{"debug", LOG_DEBUG}, {"info", LOG_INFO}, {"warn", LOG_WARN}, {"error", LOG_ERROR}};
    size_t i = names_find(NAMES(levels), value);
    if (i == ARRAY_LEN(levels)) return "be debug, info, warn or error";
    o->log_level = levels[i].level;
    return NULL;
}

static const char *set_public_url(struct options *o, struct str value)
{
    struct str authority = str_from(value, str_starts(value, STR("https://")) ? 8 : 7);
    bool web = str_starts(value, STR("https://")) || str_starts(value, STR("http://"));
    if (!web || !authority.n ||
        !str_all_in(authority, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]"))
        return "be an origin without a path, such as https://hallpass.example.com";
    o->public_url = value;
    return NULL;
}

static const char *set_api_prefix(struct options *o, struct str value)
{
    struct buf lines;
    const char *problem = value.n ? NULL : "be a path that starts and ends with /, such as /api/";
    buf_init(&lines, 4096);
    while (value.n && !problem) {
        struct str prefix = str_cut(&value, ' ');
        if (!is_path(prefix) || prefix.p[prefix.n - 1] != '/')
            problem = "be a path that starts and ends with /, such as /api/";
        if (lines.n) buf_char(&lines, '\n');
        buf_str(&lines, prefix);
    }
    if (!problem) o->api_prefixes = arena_str(&o->arena, buf_view(&lines));
    buf_release(&lines);
    return problem;
}

static const char *set_deliver_to(struct options *o, struct str value)
{
    bool anywhere = str_eq(value, STR("anywhere"));
    if (!anywhere && !str_eq(value, STR("public"))) return "be public or anywhere";
    o->deliver_anywhere = anywhere;
    return NULL;
}

static const char *set_accept_risks(struct options *o, struct str value)
{
    o->accept_risks = value;
    return NULL;
}

static const struct option rows[] = {
#define X(option_key, option_flag, its_argument, setter, takers, its_text)                                             \
    {.key = (option_key),                                                                                              \
     .flag = (option_flag),                                                                                            \
     .argument = (its_argument),                                                                                       \
     .set = (setter),                                                                                                  \
     .commands = (takers),                                                                                             \
     .text = (its_text)},
#include "server/options.def"
#undef X
};

const struct option *options_rows(size_t *n)
{
    *n = ARRAY_LEN(rows);
    return rows;
}

static const struct setting_key settings[] = {
#define X(name, field, type, least, most, doc) {(name), (doc)},
#include "world/settings.def"
#undef X
};

const struct setting_key *setting_keys(size_t *n)
{
    *n = ARRAY_LEN(settings);
    return settings;
}

const struct option *option_by_flag(struct str flag, unsigned command)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].flag && (rows[i].commands & command) && str_eq(flag, str_of(rows[i].flag))) return &rows[i];
    return NULL;
}

const struct option *option_by_key(struct str key)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].key && str_eq(key, str_of(rows[i].key))) return &rows[i];
    return NULL;
}

void options_init(struct options *o, enum command_bit mode, bool strict)
{
    bool dev = mode == CMD_DEV;
    *o = (struct options){
        .mode = mode,
        .listen = STR("127.0.0.1:4480"),
        .admin = STR("127.0.0.1:4481"),
        .api_prefixes = STR("/api/"),
        .data = dev ? (struct str){NULL, 0} : STR("/var/lib/hallpass"),
        .log_format = dev ? LOG_TEXT : LOG_JSON,
        .log_level = LOG_INFO,
        .deliver_anywhere = dev,
        .strict = strict,
    };
    arena_init(&o->arena, LIMIT_SEED_FILE);
    settings_defaults(&o->settings, dev, strict);
}

void options_release(struct options *o)
{
    arena_release(&o->arena);
}
