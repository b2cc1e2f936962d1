// SPDX-License-Identifier: Apache-2.0
// The delivery thread, a store in memory and a receiver.
#include "deliver/deliver.h"

#include <sched.h>

#include "base/mem.h"
#include "codec/jsonin.h"
#include "crypto/hmac.h"
#include "receiver.h"
#include "world/bell.h"
#include "world/deliveries.h"

#define START  INT64_C(1795564800000)
#define SECRET "fedcba9876543210fedcba9876543210"
#define BODY   "{\"event\":{\"type\":\"app_uninstalled\"},\"type\":\"event_callback\",\"event_id\":\"Ev0123456789\"}"
#define GOOD   "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
#define BAD    "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"

struct fixture {
    struct world world;
    struct arena arena;
    struct receiver receiver;
    struct deliver *deliver;
    char url[64];
};

static int64_t wall(void)
{
    return START + 7000;
}

static int64_t frozen_wall(void)
{
    return START;
}

static void events_added(void *ctx)
{
    bell_ring(((struct fixture *)ctx)->world.bell);
}

static void want_nothing(struct op *op, unsigned round)
{
    (void)op, (void)round;
}

static enum wire_err write_one(struct op *op)
{
    *op_write(op, ((struct write *)op->ctx)->kind) = *(struct write *)op->ctx;
    return W_OK;
}

static void store_one(struct fixture *f, struct write w)
{
    static const struct op_type type = {.name = "test", .want = want_nothing, .decide = write_one};
    struct op op = {.type = &type, .arena = &f->arena, .ctx = &w, .now = START};
    store_run(f->world.store, &op);
    assert_int_equal(op.outcome, OP_DONE);
    op_release(&op);
}

static void put_app(struct fixture *f, const char *secret)
{
    struct app app = {.id = {"A05KQ2M7ZPD"}, .client_id = STR("1.2"), .signing_secret = str_of(secret)};
    store_one(f, (struct write){.kind = PUT_APP, .row = &app});
}

static void add_event(struct fixture *f, int64_t id, const char *url, int64_t due)
{
    struct event e = {
        .id = id,
        .app = {"A05KQ2M7ZPD"},
        .owner = {"T04QX81RB9C"},
        .url = str_of(url),
        .body = STR(BODY),
        .created = START,
        .due = due,
    };
    store_one(f, (struct write){.kind = ADD_EVENT, .row = &e});
}

static void start_thread(struct fixture *f)
{
    const struct deliver_config config = {
        .world = &f->world, .wall = wall, .anywhere = true, .timeout_ms = PATIENCE_MS};
    assert_int_equal(deliver_start(&config, &f->deliver), OK);
}

static void begin(struct fixture *f, const struct script *script, size_t n)
{
    struct problem problem;
    struct store_config config = {.events = events_added, .ctx = f};
    *f = (struct fixture){0};
    arena_init(&f->arena, LIMIT_ARENA);
    clock_init(&f->world.clock, frozen_wall);
    clock_freeze(&f->world.clock);
    f->world.bell = bell_new();
    f->world.deliveries = deliveries_new();
    assert_int_equal(store_open(&config, &f->world.store, &problem), OK);
    receiver_start(&f->receiver, script, n);
    snprintf(f->url, sizeof f->url, "http://127.0.0.1:%u/slack/events?key=hidden", f->receiver.port);
    put_app(f, SECRET);
    start_thread(f);
}

static void end(struct fixture *f)
{
    deliver_stop(f->deliver);
    receiver_stop(&f->receiver);
    store_close(f->world.store);
    deliveries_free(f->world.deliveries);
    bell_free(f->world.bell);
    arena_release(&f->arena);
}

static void advance(struct fixture *f, int64_t ms)
{
    clock_advance(&f->world.clock, ms);
    bell_ring(f->world.bell);
}

static void count_row(void *ctx, const void *row)
{
    (void)row;
    ++*(size_t *)ctx;
}

static size_t rows_left(struct fixture *f)
{
    size_t n = 0;
    assert_int_equal(store_list(f->world.store, LIST_EVENTS, count_row, &n), OK);
    return n;
}

static json_t *told(struct fixture *f)
{
    struct buf out;
    struct json j;
    json_t *list;
    buf_init(&out, LIMIT_RESPONSE);
    json_init(&j, &out);
    deliveries_write(f->world.deliveries, &j, NULL);
    assert_int_equal(json_parse(buf_view(&out), &list, NULL), OK);
    buf_release(&out);
    return list;
}

static void check_told(struct fixture *f, size_t i, const char *result, const char *error)
{
    json_t *list = told(f);
    const json_t *entry = json_array_get(list, i);
    const char *got = json_string_value(json_object_get(entry, "error"));
    assert_string_equal(json_string_value(json_object_get(entry, "result")), result);
    assert_string_equal(got ? got : "", error);
    json_decref(list);
}

// Ends the thread, so that what it had begun is settled, and starts another.
static void settle(struct fixture *f)
{
    deliver_stop(f->deliver);
    start_thread(f);
}

static void check_signature(struct str request)
{
    static const char text[] = "v0:1795564807:" BODY;
    uint8_t mac[SHA256_SIZE];
    struct buf wanted;
    buf_init(&wanted, 128);
    hmac_sha256(STR(SECRET), str_make(text, sizeof text - 1), mac);
    buf_z(&wanted, "v0=");
    buf_hex(&wanted, mac, sizeof mac);
    check_str(request_header(request, "X-Slack-Request-Timestamp"), STR("1795564807")); // real time, not the world's
    check_str(request_header(request, "X-Slack-Signature"), buf_view(&wanted));
    buf_release(&wanted);
}

// Waits for what the thread does after the receiver has answered.
static void wait_rows(struct fixture *f, size_t n)
{
    for (unsigned i = 0; rows_left(f) != n && i < 200000; i++) sched_yield();
    assert_int_equal(rows_left(f), n);
}

static void wait_told(struct fixture *f, uint64_t n)
{
    uint64_t counts[DELIVERY_RESULTS], sum = 0;
    for (unsigned i = 0; sum < n && i < 50000000; i++, sched_yield()) {
        deliveries_count(f->world.deliveries, counts);
        sum = counts[DELIVERED] + counts[DELIVERY_RETRIED] + counts[DELIVERY_GIVEN_UP];
    }
    assert_int_equal(sum, n);
}

static void test_an_event_is_delivered(void **state)
{
    static const struct script script[] = {{GOOD, THEN_CLOSE}};
    struct fixture f;
    (void)state;
    begin(&f, script, 1);
    add_event(&f, 5, f.url, START);
    struct str request = receiver_request(&f.receiver, 0);
    assert_true(str_starts(request, STR("POST /slack/events?key=hidden HTTP/1.1\r\n")));
    check_str(request_header(request, "Content-Type"), STR("application/json"));
    check_str(request_body(request), STR(BODY));
    check_signature(request);
    assert_null(request_header(request, "X-Slack-Retry-Num").p);
    wait_rows(&f, 0);
    json_t *list = told(&f);
    const json_t *entry = json_array_get(list, 0);
    assert_int_equal(json_array_size(list), 1);
    assert_string_equal(json_string_value(json_object_get(entry, "result")), "delivered");
    assert_string_equal(json_string_value(json_object_get(entry, "type")), "app_uninstalled");
    assert_string_equal(json_string_value(json_object_get(entry, "event_id")), "Ev0123456789");
    assert_int_equal(json_integer_value(json_object_get(entry, "status")), 200);
    assert_null(strstr(json_string_value(json_object_get(entry, "url")), "hidden"));
    json_decref(list);
    end(&f);
}

// The admin clock decides: at once, a minute, five minutes, no more.
static void test_retries(void **state)
{
    static const struct script script[] = {{BAD, THEN_CLOSE}};
    static const int64_t steps[] = {60 * 1000, 5 * 60 * 1000};
    struct fixture f;
    (void)state;
    begin(&f, script, 1);
    add_event(&f, 5, f.url, START);
    check_str(request_header(receiver_request(&f.receiver, 1), "X-Slack-Retry-Num"), STR("1"));
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        char number[2] = {(char)('2' + i), '\0'};
        wait_told(&f, 2 + i);
        settle(&f);
        advance(&f, steps[i] - 1);
        settle(&f);
        assert_int_equal(receiver_count(&f.receiver), 2 + i); // not yet
        advance(&f, 1);
        struct str request = receiver_request(&f.receiver, 2 + i);
        check_str(request_header(request, "X-Slack-Retry-Num"), str_of(number));
        check_str(request_header(request, "X-Slack-Retry-Reason"), STR("http_error"));
        check_signature(request);
    }
    wait_rows(&f, 0);
    check_told(&f, 2, "retried", "http_error");
    check_told(&f, 3, "given_up", "http_error");
    advance(&f, INT64_C(86400000));
    settle(&f);
    assert_int_equal(receiver_count(&f.receiver), 4);
    end(&f);
}

static void test_a_retry_that_succeeds(void **state)
{
    static const struct script script[] = {{BAD, THEN_CLOSE}, {GOOD, THEN_CLOSE}};
    struct fixture f;
    (void)state;
    begin(&f, script, 2);
    add_event(&f, 5, f.url, START);
    receiver_request(&f.receiver, 1);
    wait_rows(&f, 0);
    check_told(&f, 0, "retried", "http_error");
    check_told(&f, 1, "delivered", "");
    end(&f);
}

static void test_no_retry_is_obeyed(void **state)
{
    static const struct script script[] = {
        {"HTTP/1.1 500 Oh\r\nX-Slack-No-Retry: 1\r\nContent-Length: 0\r\n\r\n", THEN_CLOSE}};
    struct fixture f;
    (void)state;
    begin(&f, script, 1);
    add_event(&f, 5, f.url, START);
    wait_rows(&f, 0);
    assert_int_equal(receiver_count(&f.receiver), 1);
    check_told(&f, 0, "given_up", "http_error");
    end(&f);
}

// A restart has forgotten why, but not how often.
static void test_a_restart_goes_on(void **state)
{
    static const struct script script[] = {{BAD, THEN_CLOSE}};
    struct fixture f;
    (void)state;
    begin(&f, script, 1);
    add_event(&f, 5, f.url, START);
    wait_told(&f, 2);
    deliver_stop(f.deliver);
    deliveries_free(f.world.deliveries);
    f.world.deliveries = deliveries_new();
    advance(&f, 60 * 1000);
    start_thread(&f);
    struct str request = receiver_request(&f.receiver, 2);
    check_str(request_header(request, "X-Slack-Retry-Num"), STR("2"));
    check_str(request_header(request, "X-Slack-Retry-Reason"), STR("unknown_error"));
    end(&f);
}

// An attempt that the end of the server breaks off does not count.
static void test_stopping_breaks_off(void **state)
{
    static const struct script script[] = {{"", THEN_SILENT}, {GOOD, THEN_CLOSE}};
    struct fixture f;
    (void)state;
    begin(&f, script, 2);
    add_event(&f, 5, f.url, START);
    receiver_request(&f.receiver, 0);
    settle(&f);
    assert_null(request_header(receiver_request(&f.receiver, 1), "X-Slack-Retry-Num").p);
    wait_rows(&f, 0);
    check_told(&f, 0, "delivered", "");
    end(&f);
}

static void test_events_that_wait(void **state)
{
    static const struct script script[] = {{GOOD, THEN_CLOSE}};
    struct fixture f;
    (void)state;
    begin(&f, script, 1);
    add_event(&f, 5, f.url, START + 1000);
    settle(&f);
    assert_int_equal(rows_left(&f), 1);
    clock_resume(&f.world.clock); // from now on the thread waits by itself; a clock that runs stays at START here
    advance(&f, 1000);
    wait_rows(&f, 0);
    end(&f);
}

static void test_without_a_secret_nothing_is_sent(void **state)
{
    static const struct script script[] = {{GOOD, THEN_CLOSE}};
    struct fixture f;
    (void)state;
    begin(&f, script, 1);
    put_app(&f, "");
    add_event(&f, 5, f.url, START);
    wait_rows(&f, 0);
    assert_int_equal(receiver_count(&f.receiver), 0);
    check_told(&f, 0, "given_up", "connection_failed");
    end(&f);
}

static void test_many_at_once(void **state)
{
    enum { MANY = 70 };
    static const struct script script[] = {{GOOD, THEN_CLOSE}};
    struct fixture f;
    uint64_t counts[DELIVERY_RESULTS];
    (void)state;
    begin(&f, script, 1);
    for (int64_t id = 1; id <= MANY; id++) add_event(&f, id, f.url, START);
    wait_rows(&f, 0);
    deliveries_count(f.world.deliveries, counts);
    assert_int_equal(counts[DELIVERED], MANY);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_event_is_delivered), cmocka_unit_test(test_retries),
        cmocka_unit_test(test_a_retry_that_succeeds), cmocka_unit_test(test_no_retry_is_obeyed),
        cmocka_unit_test(test_a_restart_goes_on),     cmocka_unit_test(test_stopping_breaks_off),
        cmocka_unit_test(test_events_that_wait),      cmocka_unit_test(test_without_a_secret_nothing_is_sent),
        cmocka_unit_test(test_many_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
