// SPDX-License-Identifier: Apache-2.0
#include "world/metrics.h"

#include <stdatomic.h>

#include "base/mem.h"
#include "oauth/errors.h"
#include "oauth/why.h"

// Upper bounds of the histogram: microseconds, and as Prometheus wants them.
static const struct {
    uint64_t us;
    const char *seconds;
} bounds[] = {
    {100, "0.0001"},  {250, "0.00025"}, {500, "0.0005"},  {1000, "0.001"},  {2500, "0.0025"},
    {5000, "0.005"},  {10000, "0.01"},  {25000, "0.025"}, {50000, "0.05"},  {100000, "0.1"},
    {250000, "0.25"}, {500000, "0.5"},  {1000000, "1"},   {2500000, "2.5"}, {UINT64_MAX, "+Inf"},
};

// Columns: the contract's errors with W_OK for success, and one for what is none of them, such as a plain 404.
enum { BOUNDS = ARRAY_LEN(bounds), ERROR_OTHER = W_COUNT, ERRORS };
// Rows behind those of the methods.
enum { ROW_PAGE, ROW_UNKNOWN, ROWS_MORE };

struct cell {
    _Atomic uint64_t took[BOUNDS]; // requests that took at most so long, and longer than the bound before
    _Atomic uint64_t us;           // all together
};

struct metrics {
    struct names methods;
    _Atomic uint64_t refusals[ERRORS][CAUSE_COUNT];
    struct cell cells[]; // [method][error]
};

struct metrics *metrics_new(struct names methods)
{
    struct metrics *m = mem_alloc(sizeof *m + (methods.n + ROWS_MORE) * ERRORS * sizeof m->cells[0]);
    m->methods = methods;
    return m;
}

void metrics_free(struct metrics *m)
{
    mem_free(m);
}

static size_t row_of(const struct metrics *m, const struct http_note *note)
{
    size_t i = names_find(m->methods, note->method);
    if (i < m->methods.n) return i;
    bool page = note->route && !str_is(STR("/api/"), note->route);
    return m->methods.n + (page ? ROW_PAGE : ROW_UNKNOWN);
}

static size_t error_of(const struct http_request *req)
{
    if (!req->note.error.n) return req->resp.status < 400 ? W_OK : ERROR_OTHER;
    enum wire_err error = wire_find(req->note.error);
    return error ? error : ERROR_OTHER;
}

static size_t cause_of(struct str name)
{
    size_t c = CAUSE_NONE;
    for (size_t i = CAUSE_NONE + 1; i < CAUSE_COUNT && name.n && !c; i++)
        if (str_eq(cause_name((enum cause)i), name)) c = i;
    return c;
}

static void add(_Atomic uint64_t *to, uint64_t n)
{
    atomic_fetch_add_explicit(to, n, memory_order_relaxed);
}

void metrics_count(struct metrics *m, const struct http_request *req, uint64_t us)
{
    size_t error = error_of(req), bound = 0;
    struct cell *cell = &m->cells[row_of(m, &req->note) * ERRORS + error];
    while (us > bounds[bound].us) bound++;
    add(&cell->took[bound], 1);
    add(&cell->us, us);
    if (error != W_OK) add(&m->refusals[error][cause_of(req->note.cause)], 1);
}

static uint64_t get(_Atomic uint64_t *from)
{
    return atomic_load_explicit(from, memory_order_relaxed);
}

static const char *row_name(const struct metrics *m, size_t row)
{
    if (row < m->methods.n) return names_at(m->methods, row);
    return row == m->methods.n + ROW_PAGE ? "page" : "unknown";
}

static const char *error_name(size_t error)
{
    if (error == W_OK) return "ok";
    return error == ERROR_OTHER ? "other" : wire_row((enum wire_err)error)->name.p;
}

static uint64_t count_of(struct cell *cell)
{
    uint64_t n = 0;
    for (size_t i = 0; i < BOUNDS; i++) n += get(&cell->took[i]);
    return n;
}

static void write_total(struct cell *cell, const char *method, const char *error, struct buf *out)
{
    buf_printf(out, "hallpass_requests_total{method=\"%s\",error=\"%s\"} %llu\n", method, error,
               (unsigned long long)count_of(cell));
}

static void write_histogram(struct cell *cell, const char *method, const char *error, struct buf *out)
{
    unsigned long long n = 0, us = get(&cell->us);
    for (size_t i = 0; i < BOUNDS; i++) {
        n += get(&cell->took[i]);
        buf_printf(out, "hallpass_request_seconds_bucket{method=\"%s\",error=\"%s\",le=\"%s\"} %llu\n", method, error,
                   bounds[i].seconds, n);
    }
    buf_printf(out, "hallpass_request_seconds_sum{method=\"%s\",error=\"%s\"} %llu.%06llu\n", method, error,
               us / 1000000, us % 1000000);
    buf_printf(out, "hallpass_request_seconds_count{method=\"%s\",error=\"%s\"} %llu\n", method, error, n);
}

static void write_cells(struct metrics *m, struct buf *out,
                        void (*write)(struct cell *cell, const char *method, const char *error, struct buf *out))
{
    for (size_t row = 0; row < m->methods.n + ROWS_MORE; row++)
        for (size_t error = 0; error < ERRORS; error++) {
            struct cell *cell = &m->cells[row * ERRORS + error];
            if (count_of(cell)) write(cell, row_name(m, row), error_name(error), out);
        }
}

static void write_refusals(struct metrics *m, struct buf *out)
{
    for (size_t error = 0; error < ERRORS; error++)
        for (size_t cause = 0; cause < CAUSE_COUNT; cause++) {
            unsigned long long n = get(&m->refusals[error][cause]);
            struct str name = cause ? cause_name((enum cause)cause) : STR("none");
            if (n)
                buf_printf(out, "hallpass_refusals_total{error=\"%s\",cause=\"%.*s\"} %llu\n", error_name(error),
                           STR_FMT(name), n);
        }
}

void metrics_write(struct metrics *m, struct buf *out)
{
    buf_z(out, "# HELP hallpass_requests_total Requests that were answered.\n# TYPE hallpass_requests_total counter\n");
    write_cells(m, out, write_total);
    buf_z(out, "# HELP hallpass_request_seconds Time from the first byte of a request to its answer.\n"
               "# TYPE hallpass_request_seconds histogram\n");
    write_cells(m, out, write_histogram);
    buf_z(out, "# HELP hallpass_refusals_total Requests that were refused, by our finer cause.\n"
               "# TYPE hallpass_refusals_total counter\n");
    write_refusals(m, out);
}
