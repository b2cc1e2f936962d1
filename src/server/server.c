// SPDX-License-Identifier: Apache-2.0
#include "server/server.h"

#include <unistd.h>

#include "api/methods.h"
#include "base/mem.h"
#include "deliver/deliver.h"
#include "http/address.h"
#include "server/clocks.h"
#include "server/report.h"
#include "world/bell.h"
#include "world/deliveries.h"
#include "world/faults.h"
#include "world/hasher.h"
#include "world/journal.h"
#include "world/keys.h"
#include "world/known.h"
#include "world/metrics.h"
#include "world/rate.h"
#include "world/secrets.h"
#include "world/usage.h"

enum { DRAIN_MS = 30 * 1000, ADMIN_CONNECTIONS = 256, ADMIN_LOOPS = 1 };

// reliability.md 5: after a failed fsync nothing that is in memory may be believed, so nothing is tidied up either.
static void storage_failed(void *ctx, const char *why)
{
    (void)ctx;
    log_msg(LOG_ERROR, "storage failed, stopping at once: %s", why);
    _exit(EXIT_STORAGE);
}

// On a store thread.
static void events_added(void *ctx)
{
    struct server *s = ctx;
    bell_ring(s->world.bell);
}

static struct names method_names(void)
{
    size_t n;
    const struct api_method *rows = api_methods(&n);
    return (struct names){rows, n, sizeof *rows};
}

static void world_create(struct server *s)
{
    const struct options *o = s->options;
    struct world *w = &s->world;
    w->dev = o->mode == CMD_DEV;
    w->strict = o->strict;
    w->consent_automation = w->dev;
    w->auto_approve = o->auto_approve;
    w->approve_as.decision = o->auto_approve ? DECISION_APPROVE : DECISION_NONE;
    bool fits = str_copy(w->approve_as.user.s, LIMIT_ID, o->approve_user) &&
                str_copy(w->approve_as.team.s, LIMIT_ID, o->approve_team);
    assert(fits); // options.c checked them
    struct str rest = o->api_prefixes;
    w->api_prefix = str_cut(&rest, '\n');
    time_seeded_wind_back();
    clock_init(&w->clock, o->seeded ? time_seeded : time_wall);
    w->rng = o->seeded ? rng_new_seeded(o->seed) : rng_new_system();
    w->settings = settings_box_new(&o->settings);
    w->faults = faults_new(w->rng);
    w->journal = journal_new();
    w->deliveries = deliveries_new();
    w->bell = bell_new();
    w->keys = keys_new(&w->clock);
    w->hasher = hasher_new(w->rng);
    w->rate = rate_new(w->rng);
    w->known = known_new(w->rng);
    w->usage = usage_new(w->rng);
    w->metrics = metrics_new(method_names());
    w->secrets = secret_notes_new();
}

static void world_destroy(struct world *w)
{
    hasher_free(w->hasher);
    secret_notes_free(w->secrets);
    metrics_free(w->metrics);
    rate_free(w->rate);
    known_free(w->known);
    usage_free(w->usage);
    bell_free(w->bell);
    deliveries_free(w->deliveries);
    journal_free(w->journal);
    faults_free(w->faults);
    settings_box_free(w->settings);
    rng_free(w->rng);
}

static int open_store(struct server *s)
{
    struct problem problem = {0};
    struct world *w = &s->world;
    struct store_config config = {.data = s->options->data.n ? s->options->data.p : NULL,
                                  .batch_max = (unsigned)s->options->batch_max,
                                  .fatal = storage_failed,
                                  .events = events_added,
                                  .ctx = s};
    if (!store_open(&config, &w->store, &problem)) return EXIT_DONE;
    char what[300];
    snprintf(what, sizeof what, "the data folder %.*s cannot be used", STR_FMT(s->options->data));
    return report_error(EXIT_FAILED, what, problem.why, problem.hint);
}

// Time must not run backwards for what is stored (reliability.md 5), nor may a locator be given out twice.
static int catch_up(struct world *w)
{
    int64_t last_time = 0, last_locator = 0;
    if (store_last_time(w->store, &last_time) || store_last_locator(w->store, &last_locator))
        return report_error(EXIT_FAILED, "the store cannot be read", "its newest rows could not be found",
                            "restore a backup");
    int64_t behind = last_time - clock_now(&w->clock);
    if (behind > 0) {
        clock_advance(&w->clock, behind);
        log_msg(LOG_WARN, "the clock is %lld ms behind the newest stored time and was set forward", (long long)behind);
    }
    locators_init(&w->locators, 0, last_locator);
    return EXIT_DONE;
}

static int load_keys(struct world *w)
{
    if (!keys_load(w->keys, w->store)) return EXIT_DONE;
    return report_error(EXIT_FAILED, "the store cannot be read", "a key that signs id tokens is damaged",
                        "restore a backup");
}

static int read_seed(struct server *s)
{
    char why[160];
    struct buf text = {0};
    struct object_problem problem;
    const struct options *o = s->options;
    if (o->seed_file.n && !read_file(o->seed_file.p, &text, why)) {
        char what[300];
        snprintf(what, sizeof what, "cannot read the seed file %.*s", STR_FMT(o->seed_file));
        return report_error(EXIT_CONFIG, what, why, "hallpass dev without --seed-file starts with a built-in one");
    }
    struct str given = {o->seed_file.n && !text.p ? "" : text.p, text.n};
    enum status status =
        seeding_read(&s->seeding, given, &o->settings, s->world.rng, clock_now(&s->world.clock), &problem);
    buf_release(&text);
    return status ? report_problem(o->seed_file.n ? o->seed_file.p : "built-in seed", &problem) : EXIT_DONE;
}

// A new store gets the seed; one that was filled before only when a seed file asks for it.
static int fill_store(struct server *s)
{
    bool apply = s->options->seed_file.n || store_is_empty(&s->world);
    if (!apply) {
        seeding_note_secrets(&s->seeding, &s->world);
        return EXIT_DONE;
    }
    if (!seeding_apply(&s->seeding, &s->world, false)) return EXIT_DONE;
    return report_error(EXIT_FAILED, "the seed cannot be stored", "a write to the store failed",
                        "look at free space and permissions of the data folder");
}

static int check_approver(struct server *s)
{
    const struct options *o = s->options;
    bool user = !o->approve_user.n || store_has(&s->world, WANT_USER, o->approve_user);
    bool team = !o->approve_team.n || store_has(&s->world, WANT_WORKSPACE, o->approve_team);
    char why[120];
    if (user && team) return EXIT_DONE;
    snprintf(why, sizeof why, "there is no %.*s in the seed", STR_FMT(user ? o->approve_team : o->approve_user));
    return report_error(EXIT_FAILED, "nobody can approve installs", why,
                        "--auto-approve without a value takes the first who may install");
}

// What only the server can put back to what it was after the start (interfaces.md: POST /admin/v1/reset); admin has put
// back the run-time state by now.
static enum status reset(void *ctx)
{
    struct server *s = ctx;
    time_seeded_wind_back();
    TRY(seeding_apply(&s->seeding, &s->world, true));
    return keys_reset(s->world.keys);
}

static unsigned loops_of(const struct options *o)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (o->loops) return (unsigned)o->loops;
    return cores > 2 ? (unsigned)cores - 1 : 1;
}

// One reader a loop thread; the admin listener's thread is the last.
static void readers_new(struct world *w, unsigned loops)
{
    w->nreaders = loops + ADMIN_LOOPS;
    w->readers = mem_alloc(w->nreaders * sizeof(struct store_reader *));
    for (unsigned i = 0; i < w->nreaders; i++) w->readers[i] = store_reader_new(w->store);
}

static void readers_free(struct world *w)
{
    for (unsigned i = 0; i < w->nreaders; i++)
        if (w->readers[i]) store_reader_free(w->readers[i]);
    mem_free(w->readers);
}

static int64_t body_timeout(void *ctx)
{
    struct server *s = ctx;
    return world_settings(&s->world)->read_timeout * 1000;
}

static int listen_on(struct server *s, const struct http_config *config, const char *flag, struct http_server **out)
{
    char why[200] = "", what[160], hint[200];
    enum status status = http_server_start(config, out, why, sizeof why);
    if (!status) return EXIT_DONE;
    snprintf(what, sizeof what, "the listener of %s cannot start", flag);
    snprintf(hint, sizeof hint, "hallpass %s %s 127.0.0.1:0 takes a free port",
             s->options->mode == CMD_DEV ? "dev" : "serve", flag);
    return report_error(EXIT_FAILED, what, why, hint);
}

// "http://127.0.0.1:4480" for the address of the public listener; every-address ones become loopback.
static struct str listener_origin(struct server *s, const struct address *a, unsigned port)
{
    char text[PEER_SIZE];
    address_text(a, text);
    bool v6 = strchr(text, ':');
    const char *host = strcmp(text, "0.0.0.0") == 0 ? "127.0.0.1" : strcmp(text, "::") == 0 ? "::1" : text;
    return arena_printf(&s->arena, v6 ? "http://[%s]:%u" : "http://%s:%u", host, port);
}

// From here on requests are served: everything they look at is there.
static void open_world(struct server *s, const struct address *a, unsigned port)
{
    const struct options *o = s->options;
    struct str origin = o->public_url.n ? o->public_url : listener_origin(s, a, port);
    s->world.public_url = arena_printf(&s->arena, "%.*s%.*s", STR_FMT(origin), STR_FMT(o->base_path));
    s->open = true;
}

// The lines of a round of the loop are one write.
static void loop_start(void *ctx, unsigned loop)
{
    (void)ctx, (void)loop;
    log_gather();
}

static void loop_idle(void *ctx, unsigned loop)
{
    (void)ctx, (void)loop;
    log_flush();
}

static void loop_stop(void *ctx, unsigned loop)
{
    (void)ctx, (void)loop;
    log_gather_end();
}

static int listen_public(struct server *s)
{
    const struct options *o = s->options;
    struct address a;
    struct http_config config = {.address = o->listen,
                                 .loops = s->world.nreaders - ADMIN_LOOPS,
                                 .max_connections = o->connections,
                                 .body_timeout_ms = body_timeout,
                                 .wall = time_wall,
                                 .handler = public_handle,
                                 .ctx = s,
                                 .on_loop_start = loop_start,
                                 .on_idle = loop_idle,
                                 .on_loop_stop = loop_stop,
                                 .on_finish = public_finish};
    bool known = !address_parse(o->listen, &a) && address_port(&a);
    if (known) open_world(s, &a, address_port(&a));
    int failed = listen_on(s, &config, "--listen", &s->public_http);
    if (!failed && !known) open_world(s, &a, http_server_port(s->public_http));
    return failed;
}

static size_t connections(void *ctx)
{
    struct server *s = ctx;
    pthread_mutex_lock(&s->lock);
    size_t n = s->public_http ? http_server_connections(s->public_http) : 0;
    pthread_mutex_unlock(&s->lock);
    return n;
}

static int listen_admin(struct server *s)
{
    struct http_config config = {.address = s->options->admin,
                                 .loops = ADMIN_LOOPS,
                                 .max_connections = ADMIN_CONNECTIONS,
                                 .wall = time_wall,
                                 .handler = admin_listener_handle,
                                 .ctx = s};
    s->admin = (struct admin){
        .world = &s->world, .listen = s->options->admin, .reset = reset, .connections = connections, .ctx = s};
    return listen_on(s, &config, "--admin", &s->admin_http);
}

static int start_deliveries(struct server *s)
{
    const struct deliver_config config = {
        .world = &s->world, .wall = time_wall, .anywhere = s->options->deliver_anywhere};
    if (!deliver_start(&config, &s->deliver)) return EXIT_DONE;
    return report_error(EXIT_FAILED, "events cannot be delivered",
                        "a thread could not be started, or the certificate authorities not be read",
                        "raise the limit on processes of this user (ulimit -u); look at SSL_CERT_FILE");
}

static int start_world(struct server *s)
{
    int failed = open_store(s);
    if (!failed) failed = catch_up(&s->world);
    if (!failed) failed = load_keys(&s->world);
    if (!failed && s->world.dev) failed = read_seed(s);
    if (!failed && s->world.dev) failed = fill_store(s);
    if (!failed) failed = check_approver(s);
    if (!failed) readers_new(&s->world, loops_of(s->options));
    if (!failed) failed = start_deliveries(s);
    if (!failed) failed = listen_public(s);
    return failed ? failed : listen_admin(s);
}

int server_start(struct server *s, const struct options *options)
{
    *s = (struct server){.options = options};
    arena_init(&s->arena, LIMIT_ARENA);
    pthread_mutex_init(&s->lock, NULL);
    world_create(s);
    int failed = start_world(s);
    if (failed) server_stop(s);
    return failed;
}

void server_drain(struct server *s)
{
    s->world.draining = true;
    pthread_mutex_lock(&s->lock);
    struct http_server *public_http = s->public_http;
    s->public_http = NULL;
    pthread_mutex_unlock(&s->lock);
    if (public_http) http_server_stop(public_http, DRAIN_MS);
    if (s->admin_http) http_server_stop(s->admin_http, 0);
    s->admin_http = NULL;
}

void server_stop(struct server *s)
{
    server_drain(s);
    deliver_stop(s->deliver);
    readers_free(&s->world);
    keys_free(s->world.keys); // it may be storing one
    if (s->world.store) store_close(s->world.store);
    seeding_release(&s->seeding);
    world_destroy(&s->world);
    pthread_mutex_destroy(&s->lock);
    arena_release(&s->arena);
}
