// SPDX-License-Identifier: Apache-2.0
// GET /metrics (operations.md 4): Prometheus text. Counters of requests are world/metrics.c's; here are those of store
// and process.
#include <dirent.h>

#include "admin/routes.h"
#include "world/deliveries.h"
#include "world/metrics.h"

enum metric_type { COUNTER, GAUGE };

static void put(struct buf *out, const char *name, enum metric_type type, const char *help, uint64_t value)
{
    buf_printf(out, "# HELP hallpass_%s %s\n# TYPE hallpass_%s %s\nhallpass_%s %llu\n", name, help, name,
               type == COUNTER ? "counter" : "gauge", name, (unsigned long long)value);
}

// Pages of the second number in /proc/self/statm; 0 where there is no such file.
static uint64_t resident_bytes(void)
{
    char line[128] = "";
    uint64_t pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (!f) return 0;
    struct str rest = str_of(fgets(line, sizeof line, f));
    fclose(f);
    str_cut(&rest, ' ');
    return str_u64(str_cut(&rest, ' '), UINT32_MAX, &pages) ? pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

static uint64_t open_fds(void)
{
    uint64_t n = 0;
    DIR *d = opendir("/proc/self/fd");
    if (!d) return 0;
    for (const struct dirent *e; (e = readdir(d));) n += e->d_name[0] != '.';
    closedir(d);
    return n - 1; // the folder itself
}

static void put_store(const struct world *w, struct buf *out)
{
    struct store_stats s;
    store_stats(w->store, &s);
    put(out, "commits_total", COUNTER, "Transactions that were committed.", s.commits);
    put(out, "commit_operations_total", COUNTER, "Operations in them.", s.operations);
    buf_printf(out,
               "# HELP hallpass_last_commit_seconds Duration of the newest commit.\n"
               "# TYPE hallpass_last_commit_seconds gauge\nhallpass_last_commit_seconds %llu.%06llu\n",
               (unsigned long long)s.last_commit_us / 1000000, (unsigned long long)s.last_commit_us % 1000000);
    put(out, "queue_depth", GAUGE, "Operations that wait for the store.", s.queue_depth);
    put(out, "wal_bytes", GAUGE, "Size of the write-ahead log.", s.wal_bytes);
}

static void put_deliveries(const struct world *w, struct buf *out)
{
    uint64_t counts[DELIVERY_RESULTS];
    deliveries_count(w->deliveries, counts);
    buf_z(out, "# HELP hallpass_deliveries_total Attempts to deliver an event to an app.\n"
               "# TYPE hallpass_deliveries_total counter\n");
    for (unsigned i = 0; i < DELIVERY_RESULTS; i++)
        buf_printf(out, "hallpass_deliveries_total{result=\"%s\"} %llu\n",
                   delivery_result_name((enum delivery_result)i), (unsigned long long)counts[i]);
}

int metrics_get(struct admin_call *c)
{
    struct buf *out = &c->req->resp.body;
    c->content_type = "text/plain; version=0.0.4; charset=utf-8";
    buf_z(out, "# HELP hallpass_build_info What is running.\n# TYPE hallpass_build_info gauge\n"
               "hallpass_build_info{version=\"" HALLPASS_VERSION "\"} 1\n");
    if (c->world->metrics) metrics_write(c->world->metrics, out);
    put_store(c->world, out);
    put_deliveries(c->world, out);
    if (c->admin->connections)
        put(out, "connections", GAUGE, "Open connections.", c->admin->connections(c->admin->ctx));
    put(out, "resident_bytes", GAUGE, "Memory of the process.", resident_bytes());
    put(out, "open_fds", GAUGE, "Open file descriptors.", open_fds());
    return 200;
}
