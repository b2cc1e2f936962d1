// SPDX-License-Identifier: Apache-2.0
#include "world/keys.h"

#include <arpa/inet.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "check.h"
#include "http/loop.h"

#define WALL INT64_C(1795564800000) // 2026-11-25T00:00:00Z
#define HOUR (INT64_C(3600) * 1000)

enum { PATIENCE_S = 20, CLIENTS = 4, VIEWS_MAX = 16 };

static int64_t wall(void)
{
    return WALL;
}

static void fatal(void *ctx, const char *why)
{
    (void)ctx;
    print_error("the store failed: %s\n", why);
    abort();
}

struct fixture {
    struct clock clock;
    struct store *store;
    struct keys *keys;
    struct arena arena;
};

static void open_keys(struct fixture *f, const char *folder)
{
    const struct store_config config = {.data = folder, .fatal = fatal};
    struct problem problem;
    clock_init(&f->clock, wall);
    arena_init(&f->arena, LIMIT_ARENA);
    f->keys = keys_new(&f->clock);
    if (store_open(&config, &f->store, &problem)) fail_msg("%s", problem.why);
    assert_int_equal(keys_load(f->keys, f->store), OK);
}

static void close_keys(struct fixture *f)
{
    keys_free(f->keys);
    store_close(f->store);
    arena_release(&f->arena);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    open_keys(f, NULL);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    close_keys(*state);
    free(*state);
    return 0;
}

struct seen {
    struct key_view v[VIEWS_MAX]; // without kid, whose bytes are in kids
    char kids[VIEWS_MAX][64];
    size_t n;
};

static void see(void *ctx, const struct key_view *view)
{
    struct seen *s = ctx;
    assert_true(s->n < VIEWS_MAX);
    assert_true(str_copy(s->kids[s->n], sizeof s->kids[0], view->kid));
    s->v[s->n] = *view;
    s->v[s->n].kid = str_of(NULL);
    s->n++;
}

static struct seen published(struct fixture *f)
{
    struct seen s = {0};
    keys_each(f->keys, see, &s);
    return s;
}

static void count(void *ctx, const void *row)
{
    (void)row;
    ++*(size_t *)ctx;
}

static size_t rows(struct fixture *f)
{
    size_t n = 0;
    assert_int_equal(store_list(f->store, LIST_KEYS, count, &n), OK);
    return n;
}

static struct str signature_of(struct fixture *f)
{
    const struct key *key = keys_take(f->keys);
    assert_non_null(key);
    struct str jws = key_sign(key, STR("header.payload"), &f->arena);
    keys_give(key);
    assert_true(str_starts(jws, STR("header.payload.")));
    assert_int_equal(jws.n, STR("header.payload.").n + 342);
    return jws;
}

static void test_none_at_first(void **state)
{
    struct fixture *f = *state;
    assert_null(keys_take(f->keys));
    assert_int_equal(published(f).n, 0);
    assert_int_equal(rows(f), 0);
}

// openid.md 6: what was replaced stays for one hour of the admin clock, to the millisecond.
static void test_rotation(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(keys_rotate(f->keys), OK);
    struct seen first = published(f);
    struct str signed_first = signature_of(f);
    assert_int_equal(first.n, 1);
    assert_int_equal(first.v[0].created, WALL);
    assert_int_equal(first.v[0].retired, 0);
    assert_int_equal(strlen(first.kids[0]), 43);
    assert_int_equal(first.v[0].n.n, 342);
    check_str(first.v[0].e, STR("AQAB"));

    clock_advance(&f->clock, 5000);
    assert_int_equal(keys_rotate(f->keys), OK);
    struct seen both = published(f);
    assert_int_equal(both.n, 2);
    assert_string_not_equal(both.kids[0], first.kids[0]);
    assert_string_equal(both.kids[1], first.kids[0]);
    assert_int_equal(both.v[0].created, WALL + 5000);
    assert_int_equal(both.v[1].retired, WALL + 5000);
    assert_int_equal(both.v[1].leaves, WALL + 5000 + HOUR);
    assert_false(str_eq(signature_of(f), signed_first));

    clock_advance(&f->clock, HOUR - 1);
    assert_int_equal(published(f).n, 2);
    clock_advance(&f->clock, 1);
    struct seen later = published(f);
    assert_int_equal(later.n, 1);
    assert_string_equal(later.kids[0], both.kids[0]);
}

// Who holds a key signs with it whatever becomes of it.
static void test_held_key_outlives(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(keys_rotate(f->keys), OK);
    struct str before = signature_of(f);
    const struct key *held = keys_take(f->keys);
    assert_int_equal(keys_rotate(f->keys), OK);
    clock_advance(&f->clock, HOUR);
    assert_int_equal(keys_rotate(f->keys), OK); // lets go of the first
    check_str(key_sign(held, STR("header.payload"), &f->arena), before);
    keys_give(held);
}

static void test_bound(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < KEYS_MAX; i++) assert_int_equal(keys_rotate(f->keys), OK);
    assert_int_equal(keys_rotate(f->keys), E_LIMIT);
    assert_int_equal(published(f).n, KEYS_MAX);
    assert_int_equal(rows(f), KEYS_MAX);
    clock_advance(&f->clock, HOUR);
    assert_int_equal(published(f).n, 1);
    assert_int_equal(keys_rotate(f->keys), OK);
    assert_int_equal(published(f).n, 2);
    assert_int_equal(rows(f), 2); // those that have left are removed
}

static void test_reset(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(keys_reset(f->keys), OK); // nothing to keep
    assert_int_equal(rows(f), 0);
    assert_int_equal(keys_rotate(f->keys), OK);
    assert_int_equal(keys_rotate(f->keys), OK);
    struct seen before = published(f);
    assert_int_equal(keys_reset(f->keys), OK);
    struct seen after = published(f);
    assert_int_equal(after.n, 1);
    assert_string_equal(after.kids[0], before.kids[0]);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st, (void)type, (void)where;
    return remove(path);
}

static void test_another_start(void **state)
{
    char folder[] = "/tmp/hallpass-keys-XXXXXX";
    struct fixture f = {0};
    (void)state;
    assert_non_null(mkdtemp(folder));
    open_keys(&f, folder);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(keys_rotate(f.keys), OK);
        clock_advance(&f.clock, 1000);
    }
    struct seen before = published(&f);
    char jws[512];
    assert_true(str_copy(jws, sizeof jws, signature_of(&f)));
    close_keys(&f);

    open_keys(&f, folder);
    struct seen after = published(&f);
    assert_int_equal(after.n, 3);
    for (size_t i = 0; i < after.n; i++) {
        assert_string_equal(after.kids[i], before.kids[i]);
        assert_int_equal(after.v[i].created, before.v[i].created);
        assert_int_equal(after.v[i].retired, before.v[i].retired);
    }
    check_str(signature_of(&f), str_of(jws));
    close_keys(&f);
    assert_int_equal(nftw(folder, remove_one, 4, FTW_DEPTH | FTW_PHYS), 0);
}

static enum wire_err put_damaged(struct op *op)
{
    op_write(op, PUT_KEY)->row = op->ctx;
    return W_OK;
}

static void want_nothing(struct op *op, unsigned round)
{
    (void)op, (void)round;
}

static void test_damaged(void **state)
{
    static const struct op_type type = {.name = "damage", .want = want_nothing, .decide = put_damaged};
    struct signing_key row = {.kid = STR("k"), .pem = STR("-----BEGIN PRIVATE KEY-----\n"), .created = WALL};
    struct fixture *f = *state;
    struct op op = {.type = &type, .arena = &f->arena, .ctx = &row, .now = WALL};
    store_run(f->store, &op);
    assert_int_equal(op.outcome, OP_DONE);
    op_release(&op);
    struct keys *again = keys_new(&f->clock);
    assert_int_equal(keys_load(again, f->store), E_CORRUPT);
    keys_free(again);
}

static void answer_kid(struct http_request *req)
{
    struct fixture *f = req->state;
    const struct key *key = keys_take(f->keys);
    req->resp.status = key ? 200 : 500;
    if (key) buf_str(&req->resp.body, key_id(key));
    if (key) keys_give(key);
    http_reply(req);
}

static void handle(void *ctx, struct http_request *req)
{
    struct fixture *f = ctx;
    req->state = f;
    if (!keys_wait(f->keys, req, answer_kid)) answer_kid(req);
}

static int ask(struct http_server *http)
{
    static const char text[] = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)http_server_port(http)),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct timeval patience = {.tv_sec = PATIENCE_S};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(send(fd, text, sizeof text - 1, 0), sizeof text - 1);
    return fd;
}

static void read_kid(int fd, char kid[64])
{
    char text[2048];
    size_t n = 0;
    for (ssize_t got; n < sizeof text - 1 && (got = recv(fd, text + n, sizeof text - 1 - n, 0)) > 0;) n += (size_t)got;
    text[n] = '\0';
    close(fd);
    assert_int_equal(strncmp(text, "HTTP/1.1 200", 12), 0);
    assert_true(str_copy(kid, 64, str_of(strstr(text, "\r\n\r\n") + 4)));
}

// Several calls meet while there is no key: one is made, and all of them get it. A caller who went away harms nobody.
static void test_first_need(void **state)
{
    struct fixture *f = *state;
    struct http_server *http;
    struct linger hard = {.l_onoff = 1};
    char why[200] = "", first[64], kid[64];
    int fds[CLIENTS];
    struct http_config config = {.address = STR("127.0.0.1:0"), .loops = 2, .handler = handle, .ctx = f};
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(http_server_start(&config, &http, why, sizeof why), OK);
    for (size_t i = 0; i < CLIENTS; i++) fds[i] = ask(http);
    int gone = ask(http);
    setsockopt(gone, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close(gone);
    read_kid(fds[0], first);
    assert_int_equal(strlen(first), 43);
    for (size_t i = 1; i < CLIENTS; i++) {
        read_kid(fds[i], kid);
        assert_string_equal(kid, first);
    }
    read_kid(ask(http), kid); // nothing to wait for any more
    assert_string_equal(kid, first);
    assert_int_equal(rows(f), 1);
    http_server_stop(http, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_none_at_first), TEST(test_rotation),   TEST(test_held_key_outlives),
        TEST(test_bound),         TEST(test_reset),      cmocka_unit_test(test_another_start),
        TEST(test_damaged),       TEST(test_first_need),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
