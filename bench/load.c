// SPDX-License-Identifier: Apache-2.0
// load ADDRESS CONNECTIONS COUNT < requests: sends COUNT requests over keep-alive connections, one at a time on each,
// as fast as answers come. stdin: whole requests, each followed by a NUL; they are used in turn, again from the start
// when there are fewer than COUNT. Prints: seconds, answers that were 200 and not {"ok":false, other answers, then the
// median and the 99th percentile in microseconds.
#include "answer.h"

#include <sys/epoll.h>
#include <time.h>

enum { ANSWER_MAX = 16384, EVENTS = 256 };

struct link {
    int fd;
    size_t n; // bytes of the answer so far
    int64_t sent_ns;
    char answer[ANSWER_MAX];
};

struct load {
    char *requests; // each ends with a NUL
    char **list;
    size_t nlist;
    size_t count, started, done, good;
    uint32_t *took_us;
};

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void read_requests(struct load *l)
{
    size_t n = 0, size = 1 << 20, slots = 0;
    l->requests = malloc(size);
    for (size_t got; (got = fread(l->requests + n, 1, size - n, stdin)) > 0;) {
        n += got;
        if (n == size) l->requests = realloc(l->requests, size *= 2);
    }
    for (size_t i = 0; i < n; i += strlen(l->requests + i) + 1) {
        if (l->nlist == slots) l->list = realloc(l->list, (slots = slots ? slots * 2 : 64) * sizeof(*l->list));
        l->list[l->nlist++] = l->requests + i;
    }
    if (!l->nlist || l->requests[n - 1]) die("no requests on stdin");
}

// Sends the next request, if any is left.
static void start_next(struct load *l, struct link *k)
{
    if (l->started == l->count) return;
    const char *request = l->list[l->started++ % l->nlist];
    size_t n = strlen(request);
    k->n = 0;
    k->sent_ns = now_ns();
    if (write(k->fd, request, n) != (ssize_t)n) die("write");
}

static void finish(struct load *l, struct link *k, const char *body)
{
    bool good = !strncmp(k->answer, "HTTP/1.1 200", 12) && strncmp(body, "{\"ok\":false", 11) != 0;
    l->took_us[l->done++] = (uint32_t)((now_ns() - k->sent_ns) / 1000);
    l->good += good;
    start_next(l, k);
}

static void on_readable(struct load *l, struct link *k)
{
    const char *body = NULL;
    ssize_t got = read(k->fd, k->answer + k->n, ANSWER_MAX - 1 - k->n);
    if (got <= 0) die("read");
    k->n += (size_t)got;
    k->answer[k->n] = 0;
    if (answer_size(k->answer, k->n, &body)) finish(l, k, body);
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void report(struct load *l, int64_t ns)
{
    qsort(l->took_us, l->count, sizeof(*l->took_us), by_value);
    printf("%.6f %zu %zu %u %u\n", (double)ns / 1e9, l->good, l->done - l->good, l->took_us[l->count / 2],
           l->took_us[l->count * 99 / 100]);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: load ADDRESS CONNECTIONS COUNT < requests\n");
        return 2;
    }
    struct load l = {.count = strtoul(argv[3], NULL, 10)};
    size_t links = strtoul(argv[2], NULL, 10);
    read_requests(&l);
    l.took_us = calloc(l.count, sizeof(*l.took_us));
    struct link *all = calloc(links, sizeof(*all));
    int poll = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < links; i++) {
        all[i].fd = answer_connect(argv[1]);
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = &all[i]};
        if (epoll_ctl(poll, EPOLL_CTL_ADD, all[i].fd, &e)) die("epoll_ctl");
    }
    int64_t began = now_ns();
    for (size_t i = 0; i < links; i++) start_next(&l, &all[i]);
    while (l.done < l.count) {
        struct epoll_event events[EVENTS];
        int n = epoll_wait(poll, events, EVENTS, 10000);
        if (n <= 0) die("no answer within 10 s");
        for (int i = 0; i < n; i++) on_readable(&l, events[i].data.ptr);
    }
    report(&l, now_ns() - began);
    return 0;
}
