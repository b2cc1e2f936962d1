// SPDX-License-Identifier: Apache-2.0
// What http/ alone costs: every request gets the same 600 bytes of JSON. bench/http_floor.sh compares it with nginx.
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "http/loop.h"

enum { BODY_SIZE = 600 };

static int64_t wall(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void handler(void *ctx, struct http_request *req)
{
    req->resp.status = 200;
    http_header(req, "Content-Type", STR("application/json; charset=utf-8"));
    buf_bytes(&req->resp.body, ctx, BODY_SIZE);
    http_reply(req);
}

int main(int argc, char **argv)
{
    static char body[BODY_SIZE];
    memset(body, 'x', sizeof body);
    memcpy(body, "{\"a\":\"", 6);
    memcpy(body + BODY_SIZE - 2, "\"}", 2);
    signal(SIGPIPE, SIG_IGN);
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    struct http_config config = {
        .address = str_of(argc > 1 ? argv[1] : "127.0.0.1:0"), .wall = wall, .handler = handler, .ctx = body};
    struct http_server *server;
    char why[200];
    if (http_server_start(&config, &server, why, sizeof why)) {
        fprintf(stderr, "%s\n", why);
        return 1;
    }
    printf("%u\n", http_server_port(server));
    fflush(stdout);
    int sig;
    sigwait(&stop, &sig);
    http_server_stop(server, 1000);
    return 0;
}
