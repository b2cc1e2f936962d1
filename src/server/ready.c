// SPDX-License-Identifier: Apache-2.0
// The first words of a server: what it is, where it listens, and what to do next.
#include <unistd.h>

#include "codec/json.h"
#include "http/address.h"
#include "oauth/scopes.h"
#include "server/server.h"
#include "world/secrets.h"

// The first app, its workspace and its org, for the greeting.
struct first {
    const struct app *app;
    const struct workspace *workspace;
    const struct enterprise *enterprise;
    struct str client_secret;
};

static void want_first(struct op *op, unsigned round)
{
    const struct str none = {NULL, 0};
    const struct app *app = op_row(op, 0);
    if (round == 0) op_want(op, WANT_FIRST_APP, none, none, none);
    if (round == 1 && app) op_want(op, WANT_WORKSPACE, id_str(&app->workspace), none, none);
    const struct workspace *w = op_row(op, 1);
    if (round == 2 && w && !id_none(&w->enterprise)) op_want(op, WANT_ENTERPRISE, id_str(&w->enterprise), none, none);
}

static void find_first(struct server *s, struct op *op, struct first *first)
{
    static const struct op_type type = {.name = "ready", .want = want_first};
    struct str signing;
    *first = (struct first){0};
    *op = (struct op){.type = &type, .arena = &s->arena, .now = clock_now(&s->world.clock)};
    store_run(s->world.store, op);
    if (op->outcome != OP_DONE) return;
    first->app = op_row(op, 0);
    first->workspace = op_row(op, 1);
    first->enterprise = op_row(op, 2);
    // Only the built-in seed's secret is shown: it is public (world/seed.c).
    if (first->app && s->world.dev && s->seeding.builtin)
        secret_notes_get(s->world.secrets, id_str(&first->app->id), &s->arena, &first->client_secret, &signing);
}

// "127.0.0.1:4480" as told, with the port that was taken.
static struct str place_of(struct server *s, struct str listen, const struct http_server *http)
{
    size_t colon = listen.n;
    while (colon && listen.p[colon - 1] != ':') colon--;
    return arena_printf(&s->arena, "%.*s%u", STR_FMT(str_upto(listen, colon)), http_server_port(http));
}

static struct str below(struct server *s, struct str path)
{
    return arena_printf(&s->arena, "%.*s%.*s", STR_FMT(s->world.public_url), STR_FMT(path));
}

static void put_first(const struct first *f, struct json *j)
{
    if (f->workspace) json_str(j, "workspace", id_str(&f->workspace->id));
    if (!f->app) return;
    json_str(j, "app", id_str(&f->app->id));
    json_str(j, "client_id", f->app->client_id);
    if (f->client_secret.n) json_str(j, "client_secret", f->client_secret);
}

// The writer escapes slashes as the contract's answers have them; people read this line, and scripts cut URLs out of
// it.
static void plain_slashes(struct buf *b)
{
    size_t to = 0;
    for (size_t i = 0; i < b->n; i++) {
        if (b->p[i] == '\\' && b->p[++i] != '/') b->p[to++] = '\\';
        b->p[to++] = b->p[i];
    }
    b->n = to;
}

static void put_json(struct server *s, const struct first *f, int64_t ms, struct buf *out)
{
    struct json j;
    json_init(&j, out);
    json_open(&j, NULL);
    json_str(&j, "event", STR("ready"));
    json_str(&j, "listen", place_of(s, s->options->listen, s->public_http));
    json_str(&j, "admin", place_of(s, s->options->admin, s->admin_http));
    json_str(&j, "version", STR(HALLPASS_VERSION));
    json_int(&j, "ms", ms);
    json_str(&j, "data", str_of(store_place(s->world.store)));
    if (s->options->seeded)
        json_int(&j, "seed", (int64_t)s->options->seed);
    else
        json_nil(&j, "seed");
    put_first(f, &j);
    json_str(&j, "api", below(s, s->world.api_prefix));
    json_str(&j, "authorize", below(s, STR("/oauth/v2/authorize")));
    json_close(&j);
    plain_slashes(out);
    buf_char(out, '\n');
}

static void put_banner(struct server *s, const struct first *f, int64_t ms, struct buf *out)
{
    struct str api = below(s, s->world.api_prefix), authorize = below(s, STR("/oauth/v2/authorize"));
    buf_printf(out, "  hallpass %s ready in %lld ms    %.*s    admin http://%.*s/    data: %s", HALLPASS_VERSION,
               (long long)ms, STR_FMT(s->world.public_url), STR_FMT(place_of(s, s->options->admin, s->admin_http)),
               store_place(s->world.store));
    if (s->options->seeded) buf_printf(out, " (seed %llu)", (unsigned long long)s->options->seed);
    buf_char(out, '\n');
    if (f->workspace) buf_printf(out, "  Workspace  %.*s (%s)", STR_FMT(f->workspace->name), f->workspace->id.s);
    if (f->enterprise) buf_printf(out, "   Org  %.*s (%s)", STR_FMT(f->enterprise->name), f->enterprise->id.s);
    if (f->app) {
        buf_printf(out, "   App  %.*s (%s)\n", STR_FMT(f->app->name), f->app->id.s);
        buf_printf(out, "  Client ID  %.*s", STR_FMT(f->app->client_id));
        if (f->client_secret.n) buf_printf(out, "         Secret  %.*s", STR_FMT(f->client_secret));
        buf_char(out, '\n');
    }
    buf_printf(out, "  Node       slackApiUrl %.*s   authorizationUrl %.*s\n", STR_FMT(api), STR_FMT(authorize));
    buf_z(out, "  Next       hallpass help\n");
}

void ready_print(struct server *s, int64_t ms)
{
    enum { READY_MAX = 16 * 1024 };
    struct op op;
    struct first first;
    struct buf out;
    find_first(s, &op, &first);
    buf_init(&out, READY_MAX);
    if (isatty(STDOUT_FILENO))
        put_banner(s, &first, ms, &out);
    else
        put_json(s, &first, ms, &out);
    fwrite(out.p, 1, out.n, stdout);
    fflush(stdout);
    buf_release(&out);
    op_release(&op);
}
