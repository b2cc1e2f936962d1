// SPDX-License-Identifier: Apache-2.0
// Many at once, and more than there is room for.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "fixture.h"

#define H    "Host: h\r\n"
#define DATE "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n"

enum { CLIENTS = 8, REQUESTS = 300 };

struct client {
    const struct fixture *f;
    pthread_t thread;
    bool good;
};

// Alternates answers from the loop and from the other thread, one at a time.
static void *client_main(void *arg)
{
    struct client *c = arg;
    int fd = client_connect(c->f);
    c->good = true;
    for (unsigned i = 0; i < REQUESTS && c->good; i++) {
        char in[100], wanted[200], got[200];
        const char *path = i % 2 ? "/slow" : "/fast";
        int n = snprintf(in, sizeof in, "POST %s/%03u HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabc", path, i);
        client_send(fd, str_make(in, (size_t)n));
        int m = snprintf(wanted, sizeof wanted,
                         "HTTP/1.1 200 OK\r\n" DATE "Content-Length: 21\r\n\r\nPOST %s/%03u? 2 abc", path, i);
        c->good = recv(fd, got, (size_t)m, MSG_WAITALL) == m && memcmp(got, wanted, (size_t)m) == 0;
    }
    close(fd);
    return NULL;
}

static void test_clients_and_threads(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, (struct http_config){.loops = 2});
    struct client clients[CLIENTS];
    for (size_t i = 0; i < CLIENTS; i++) {
        clients[i].f = &f;
        pthread_create(&clients[i].thread, NULL, client_main, &clients[i]);
    }
    for (size_t i = 0; i < CLIENTS; i++) {
        pthread_join(clients[i].thread, NULL);
        assert_true(clients[i].good);
    }
    fixture_stop(&f, 1000);
    assert_int_equal(f.handled, CLIENTS * REQUESTS);
    assert_int_equal(f.loops_started, 2);
}

// One port, shared by the loops: connections reach them all.
static void test_loops_share_the_port(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, (struct http_config){.loops = 3});
    bool seen[3] = {false};
    for (unsigned i = 0; i < 1000 && !(seen[0] && seen[1] && seen[2]); i++) {
        int fd = client_connect(&f);
        client_send(fd, STR("GET /loop HTTP/1.0\r\n\r\n"));
        struct buf got;
        buf_init(&got, 1000);
        client_read(fd, &got);
        assert_true(got.n > 0 && got.p[got.n - 1] >= '0' && got.p[got.n - 1] < '3');
        seen[got.p[got.n - 1] - '0'] = true;
        buf_release(&got);
    }
    assert_true(seen[0] && seen[1] && seen[2]);
    fixture_stop(&f, 1000);
}

static enum status try_start(const char *address)
{
    struct http_server *s;
    struct http_config config = {.address = str_of(address), .loops = 2};
    char why[100] = "";
    enum status r = http_server_start(&config, &s, why, sizeof why);
    if (r == OK) http_server_stop(s, 0);
    assert_true((r == OK) == (why[0] == 0));
    return r;
}

static void test_addresses(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, (struct http_config){.loops = 2});
    char taken[32];
    snprintf(taken, sizeof taken, "127.0.0.1:%u", f.port);
    assert_int_equal(try_start(taken), E_BUSY);
    fixture_stop(&f, 1000);
    assert_int_equal(try_start("127.0.0.1:0"), OK);
    assert_int_equal(try_start("nowhere"), E_INVALID);
    assert_int_equal(try_start("192.0.2.1:1"), E_INVALID); // TEST-NET: not ours
}

// More than max_connections are closed without a word, and there is room again when one goes.
static void test_max_connections(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, (struct http_config){.loops = 1, .max_connections = 2});
    struct buf out;
    buf_init(&out, 1000);
    int fds[2];
    for (unsigned i = 0; i < 2; i++) {
        fds[i] = client_connect(&f);
        client_send(fds[i], STR("GET / HTTP/1.1\r\n" H "\r\n"));
        client_answer(fds[i], &out);
    }
    client_check(&f, "one too many", STR(""), STR(""));
    assert_int_equal(http_server_connections(f.server), 2);
    close(fds[0]);
    fixture_wait_connections(&f, 1);
    fds[0] = client_connect(&f);
    client_send(fds[0], STR("GET / HTTP/1.1\r\n" H "\r\n"));
    client_answer(fds[0], &out);
    close(fds[0]);
    close(fds[1]);
    buf_release(&out);
    fixture_stop(&f, 1000);
}

static int64_t cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

// Out of descriptors: the waiting connection is served when there are some again, and nothing spins until then.
static void test_no_descriptors(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, (struct http_config){.loops = 1});
    int fd = client_connect(&f); // accepted by the loop before or after the limit: then another one follows
    struct buf out;
    buf_init(&out, 1000);
    client_send(fd, STR("GET / HTTP/1.1\r\n" H "\r\n"));
    client_answer(fd, &out);
    int waiting = socket(AF_INET, SOCK_STREAM, 0), spare = dup(waiting);
    close(spare);
    struct rlimit old, none;
    getrlimit(RLIMIT_NOFILE, &old);
    none = old;
    none.rlim_cur = (rlim_t)spare; // the lowest free one is beyond the limit now
    setrlimit(RLIMIT_NOFILE, &none);
    struct sockaddr_storage peer;
    socklen_t n = sizeof peer;
    getpeername(fd, (struct sockaddr *)&peer, &n);
    assert_int_equal(connect(waiting, (struct sockaddr *)&peer, n), 0);
    client_send(waiting, STR("GET /waited HTTP/1.0\r\n\r\n"));
    struct pollfd p = {.fd = waiting, .events = POLLIN};
    int64_t before = cpu_ms();
    assert_int_equal(poll(&p, 1, 400), 0);
    assert_true(cpu_ms() - before < 200);
    setrlimit(RLIMIT_NOFILE, &old);
    buf_clear(&out);
    client_answer(waiting, &out);
    assert_true(str_ends(buf_view(&out), STR("GET /waited? 0 ")));
    close(fd);
    close(waiting);
    buf_release(&out);
    fixture_stop(&f, 1000);
}

#define FLOOD "POST /n HTTP/1.1\r\n" H "Content-Length: 10\r\n\r\n0123456789"

// Sends until nobody takes any more; answers how many bytes went.
static size_t flood(int fd, size_t most)
{
    struct str unit = STR(FLOOD);
    size_t sent = 0;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    while (sent < most) {
        struct str rest = str_from(unit, sent % unit.n);
        ssize_t n = send(fd, rest.p, rest.n, MSG_NOSIGNAL);
        struct pollfd p = {.fd = fd, .events = POLLOUT};
        if (n > 0) {
            sent += (size_t)n;
        } else if (poll(&p, 1, 300) == 0) {
            break;
        }
    }
    fcntl(fd, F_SETFL, 0);
    return sent;
}

// While one request waits, the rest of a flood stays in the kernel: the client is made to wait, nothing is lost.
static void test_flood_behind_a_slow_request(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, (struct http_config){.loops = 1});
    int fd = client_connect_narrow(&f);
    client_send(fd, STR("GET /hold HTTP/1.1\r\n" H "\r\n"));
    fixture_wait_handled(&f, 1);
    const size_t most = 64 * 1024 * 1024;
    size_t sent = flood(fd, most);
    assert_true(sent > LIMIT_PIPELINE_BYTES && sent < most);
    fixture_release(&f);
    client_end(fd);
    struct buf out;
    buf_init(&out, 512 * 1024 * 1024);
    client_read(fd, &out);
    size_t each = sizeof FLOOD - 1, rest = sent % each;
    bool cut = rest >= each - 10; // the last head is whole, its body is not
    assert_true(rest == 0 || str_ends(buf_view(&out), cut ? STR(" cut") : STR("POST /n? 2 0123456789")));
    buf_release(&out);
    fixture_stop(&f, 1000);
    assert_int_equal(f.handled, 1 + sent / each + cut);
}

// Bodies under way have a budget together; one that passes it is turned away, and what it took is given back.
static void test_body_budget(void **state)
{
    static char bytes[400000];
    static const struct {
        const char *head, *status;
        unsigned bodies; // of 400,000 bytes
    } rows[] = {
        {"POST / HTTP/1.0\r\nContent-Length: 400000\r\n\r\n", "HTTP/1.1 200 ", 1},
        {"POST / HTTP/1.0\r\nContent-Length: 800000\r\n\r\n", "HTTP/1.1 503 ", 2},
        {"POST / HTTP/1.0\r\nContent-Length: 400000\r\n\r\n", "HTTP/1.1 200 ", 1},
    };
    (void)state;
    memset(bytes, 'x', sizeof bytes);
    struct fixture f;
    fixture_start(&f, (struct http_config){.loops = 1, .max_body_bytes = LIMIT_BODY / 2});
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int fd = client_connect(&f);
        client_send(fd, str_of(rows[i].head));
        for (unsigned j = 0; j < rows[i].bodies; j++) client_send(fd, str_make(bytes, sizeof bytes));
        struct buf out;
        buf_init(&out, LIMIT_BODY);
        client_read(fd, &out);
        assert_true(str_starts(buf_view(&out), str_of(rows[i].status)));
        buf_release(&out);
    }
    fixture_stop(&f, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clients_and_threads), cmocka_unit_test(test_loops_share_the_port),
        cmocka_unit_test(test_addresses),           cmocka_unit_test(test_max_connections),
        cmocka_unit_test(test_no_descriptors),      cmocka_unit_test(test_flood_behind_a_slow_request),
        cmocka_unit_test(test_body_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
