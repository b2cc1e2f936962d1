// SPDX-License-Identifier: Apache-2.0
#include "fixture.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

static int64_t wall(void)
{
    return WALL;
}

static enum status keep(void *ctx, const struct object *o)
{
    struct fixture *f = ctx;
    if (f->nseed == SEED_MAX) return E_LIMIT;
    f->seed[f->nseed++] = *o;
    return OK;
}

static void want_nothing(struct op *op, unsigned round)
{
    (void)op, (void)round;
}

static enum wire_err write_one(struct op *op)
{
    const struct write *w = op->ctx;
    *op_write(op, w->kind) = *w;
    return W_OK;
}

static void store_one(struct fixture *f, enum write_kind kind, const void *row)
{
    static const struct op_type type = {.name = "test", .want = want_nothing, .decide = write_one};
    struct write w = {.kind = kind, .row = row};
    struct op op = {.type = &type, .arena = &f->arena, .ctx = &w, .now = WALL};
    store_run(f->world.store, &op);
    assert_int_equal(op.outcome, OP_DONE);
    op_release(&op);
}

static void store_object(struct fixture *f, const struct object *o)
{
    static const enum write_kind kinds[] = {[OBJECT_ENTERPRISE] = PUT_ENTERPRISE,
                                            [OBJECT_WORKSPACE] = PUT_WORKSPACE,
                                            [OBJECT_USER] = PUT_USER,
                                            [OBJECT_APP] = PUT_APP};
    const void *const rows[] = {[OBJECT_ENTERPRISE] = &o->enterprise,
                                [OBJECT_WORKSPACE] = &o->workspace,
                                [OBJECT_USER] = &o->user,
                                [OBJECT_APP] = &o->app};
    store_one(f, kinds[o->kind], rows[o->kind]);
    for (size_t i = 0; o->kind == OBJECT_WORKSPACE && i < o->nchannels; i++) store_one(f, PUT_CHANNEL, &o->channels[i]);
    if (o->kind == OBJECT_APP)
        secret_notes_set(f->world.secrets, id_str(&o->app.id), o->client_secret, o->signing_secret);
}

static enum status reset(void *ctx)
{
    struct fixture *f = ctx;
    f->resets++;
    if (f->reset_answer) return f->reset_answer;
    store_one(f, WIPE_ALL, NULL);
    for (size_t i = 0; i < f->nseed; i++) store_object(f, &f->seed[i]);
    return OK;
}

static size_t connections(void *ctx)
{
    (void)ctx;
    return 7;
}

static void handle(void *ctx, struct http_request *req)
{
    struct fixture *f = ctx;
    world_begin(&f->world, req);
    admin_handle(&f->admin, req);
    pthread_mutex_lock(&f->lock);
    f->handled++;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
}

static void on_finish(void *ctx, struct http_request *req)
{
    struct fixture *f = ctx;
    (void)req;
    pthread_mutex_lock(&f->lock);
    f->finished++;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
}

static void fatal(void *ctx, const char *why)
{
    (void)ctx;
    print_error("the store failed: %s\n", why);
    abort();
}

static void start_world(struct world *w)
{
    static const char *const methods[] = {"api.test", "oauth.v2.access"};
    struct settings defaults;
    struct problem problem;
    struct store_config config = {.fatal = fatal};
    settings_defaults(&defaults, true, false);
    w->dev = true;
    w->public_url = STR("http://127.0.0.1:4480");
    w->rng = rng_new_seeded(1);
    clock_init(&w->clock, wall);
    w->settings = settings_box_new(&defaults);
    w->faults = faults_new(w->rng);
    w->journal = journal_new();
    w->deliveries = deliveries_new();
    w->bell = bell_new();
    w->metrics = metrics_new(NAMES(methods));
    w->rate = rate_new(w->rng);
    w->secrets = secret_notes_new();
    w->keys = keys_new(&w->clock);
    w->hasher = hasher_new(w->rng);
    if (store_open(&config, &w->store, &problem)) fail_msg("%s", problem.why);
    if (keys_load(w->keys, w->store)) fail_msg("no keys");
}

static void read_seed(struct fixture *f)
{
    struct object_problem problem;
    struct object_context ctx = {.arena = &f->arena, .rng = f->world.rng, .http = HTTP_REDIRECTS_LOOPBACK, .now = WALL};
    struct seed_sink sink = {keep, f};
    if (seed_read(seed_builtin(), &ctx, &sink, &problem)) fail_msg("%s: %s", problem.key, problem.text);
    for (size_t i = 0; i < f->nseed; i++) store_object(f, &f->seed[i]);
}

int fixture_setup(void **state)
{
    char why[200] = "";
    struct fixture *f = mem_alloc(sizeof *f);
    signal(SIGPIPE, SIG_IGN);
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->changed, NULL);
    arena_init(&f->arena, LIMIT_ARENA);
    start_world(&f->world);
    read_seed(f);
    f->admin = (struct admin){
        .world = &f->world, .listen = STR("127.0.0.1:0"), .reset = reset, .connections = connections, .ctx = f};
    struct http_config config = {.address = STR("127.0.0.1:0"), .handler = handle, .on_finish = on_finish, .ctx = f};
    if (http_server_start(&config, &f->http, why, sizeof why)) fail_msg("%s", why);
    *state = f;
    return 0;
}

void fixture_stop_http(struct fixture *f)
{
    http_server_stop(f->http, 0);
    f->http = NULL;
}

int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    struct world *w = &f->world;
    if (f->http) fixture_stop_http(f);
    assert_int_equal(f->handled, f->finished);
    keys_free(w->keys);
    hasher_free(w->hasher);
    store_close(w->store);
    secret_notes_free(w->secrets);
    rate_free(w->rate);
    metrics_free(w->metrics);
    bell_free(w->bell);
    deliveries_free(w->deliveries);
    journal_free(w->journal);
    faults_free(w->faults);
    settings_box_free(w->settings);
    rng_free(w->rng);
    arena_release(&f->arena);
    pthread_mutex_destroy(&f->lock);
    pthread_cond_destroy(&f->changed);
    mem_free(f);
    return 0;
}

static void wait_for(struct fixture *f, const unsigned *value, unsigned n)
{
    struct timespec until;
    int late = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&f->lock);
    while (*value < n && !late) late = pthread_cond_timedwait(&f->changed, &f->lock, &until);
    pthread_mutex_unlock(&f->lock);
    assert_int_equal(late, 0);
}

void fixture_wait_handled(struct fixture *f, unsigned n)
{
    wait_for(f, &f->handled, n);
}

void fixture_wait_finished(struct fixture *f, unsigned n)
{
    wait_for(f, &f->finished, n);
}

int client_connect(struct fixture *f)
{
    struct timeval patience = {.tv_sec = PATIENCE_S};
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)http_server_port(f->http)),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    f->calls++;
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

void client_send(int fd, struct str bytes)
{
    while (bytes.n) {
        ssize_t n = send(fd, bytes.p, bytes.n, 0);
        assert_true(n > 0);
        bytes = str_from(bytes, (size_t)n);
    }
}

static void read_all(int fd, struct buf *out)
{
    for (;;) {
        char *to = buf_reserve(out, 65536);
        assert_non_null(to);
        ssize_t n = recv(fd, to, 65536, 0);
        assert_true(n >= 0); // else nothing came for PATIENCE_S
        if (n == 0) break;
        out->n += (size_t)n;
    }
    close(fd);
}

void client_answer(int fd, struct answer *a)
{
    *a = (struct answer){0};
    buf_init(&a->raw, (size_t)2 * LIMIT_RESPONSE);
    read_all(fd, &a->raw);
    struct str raw = buf_view(&a->raw);
    size_t end = str_find_str(raw, STR("\r\n\r\n"));
    if (end == raw.n) return; // closed without an answer: status 0
    assert_true(str_copy(a->head, sizeof a->head, str_upto(raw, end + 2)));
    a->body = str_from(raw, end + 4);
    a->status = atoi(a->head + sizeof "HTTP/1.1");
    a->json = json_loadb(a->body.p, a->body.n, 0, NULL);
}

void answer_release(struct answer *a)
{
    json_decref(a->json);
    buf_release(&a->raw);
}

struct answer call_with(struct fixture *f, const char *verb, const char *path, const char *headers, const char *body)
{
    struct answer a;
    struct buf b;
    int fd = client_connect(f);
    buf_init(&b, (size_t)2 * LIMIT_BODY);
    buf_printf(&b, "%s %s HTTP/1.1\r\nConnection: close\r\n", verb, path);
    buf_z(&b, headers);
    if (body) buf_printf(&b, "Content-Length: %zu\r\n", strlen(body));
    buf_z(&b, "\r\n");
    if (body) buf_z(&b, body);
    client_send(fd, buf_view(&b));
    buf_release(&b);
    client_answer(fd, &a);
    return a;
}

struct answer call(struct fixture *f, const char *verb, const char *path, const char *body)
{
    return call_with(f, verb, path, "Host: localhost:1\r\nX-Hallpass: 1\r\nContent-Type: application/json\r\n", body);
}

void call_check(struct fixture *f, const char *verb, const char *path, const char *body, int status)
{
    struct answer a = call(f, verb, path, body);
    if (a.status != status) print_error("%s %s %s: %.*s\n", verb, path, body ? body : "", STR_FMT(a.body));
    assert_int_equal(a.status, status);
    answer_release(&a);
}

void call_problem(struct fixture *f, const char *verb, const char *path, const char *body, int status,
                  const char *cause, const char *key)
{
    struct answer a = call(f, verb, path, body);
    if (a.status != status) print_error("%s %s %s: %.*s\n", verb, path, body ? body : "", STR_FMT(a.body));
    assert_int_equal(a.status, status);
    check_str(answer_header(&a, "Content-Type"), STR("application/problem+json"));
    assert_int_equal(number_of(a.json, "status"), status);
    assert_string_equal(text_of(a.json, "cause"), cause);
    assert_string_equal(text_of(a.json, "key"), key ? key : "");
    static const char *const always[] = {"type", "title", "detail", "why", "try", "req_id"};
    for (size_t i = 0; i < ARRAY_LEN(always); i++) assert_true(text_of(a.json, always[i])[0]);
    answer_release(&a);
}

struct str answer_header(const struct answer *a, const char *name)
{
    char line[64];
    struct str head = str_of(a->head);
    snprintf(line, sizeof line, "\r\n%s: ", name);
    size_t at = str_find_str(head, str_of(line));
    if (at == head.n) fail_msg("no header %s in %s", name, a->head);
    struct str value = str_from(head, at + strlen(line));
    return str_upto(value, str_find(value, '\r'));
}

const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

int64_t number_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}
