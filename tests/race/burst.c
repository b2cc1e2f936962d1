// SPDX-License-Identifier: Apache-2.0
// burst ADDRESS PATH < bodies: one connection for each line, a form; sends them all before any answer is read, then
// prints the body of each answer as a line, in the same order.
#include "answer.h"

enum { CLIENTS_MAX = 256, BODY_MAX = 2048, ANSWER_MAX = 8192 };

static void send_form(int fd, const char *address, const char *path, const char *body)
{
    char request[BODY_MAX + 512];
    int n = snprintf(request, sizeof(request),
                     "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                     "Content-Length: %zu\r\n\r\n%s",
                     path, address, strlen(body), body);
    if (n < 0 || (size_t)n >= sizeof(request) || write(fd, request, (size_t)n) != n) die("write");
}

static void print_answer(int fd)
{
    static char answer[ANSWER_MAX];
    const char *body = NULL;
    for (size_t n = 0; n < ANSWER_MAX - 1;) {
        ssize_t got = read(fd, answer + n, ANSWER_MAX - 1 - n);
        if (got <= 0) die("read");
        n += (size_t)got;
        answer[n] = 0;
        if (!answer_size(answer, n, &body)) continue;
        puts(body);
        return;
    }
    fprintf(stderr, "answer too long\n");
    exit(2);
}

int main(int argc, char **argv)
{
    static char bodies[CLIENTS_MAX][BODY_MAX];
    int fds[CLIENTS_MAX], clients = 0;
    if (argc != 3) {
        fprintf(stderr, "usage: burst ADDRESS PATH < bodies\n");
        return 2;
    }
    while (clients < CLIENTS_MAX && fgets(bodies[clients], BODY_MAX, stdin)) {
        bodies[clients][strcspn(bodies[clients], "\n")] = 0;
        fds[clients++] = answer_connect(argv[1]);
    }
    for (int i = 0; i < clients; i++) send_form(fds[i], argv[1], argv[2], bodies[i]);
    for (int i = 0; i < clients; i++) print_answer(fds[i]);
    return clients == 0;
}
