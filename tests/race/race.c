// SPDX-License-Identifier: Apache-2.0
// race ADDRESS CLIENTS CLIENT_ID CLIENT_SECRET < codes: for each code (one a line), CLIENTS connections send the
// exchange at once; exactly one may answer ok, all others invalid_code. Prints one TAP line per hundred codes.
#include "answer.h"

enum { CLIENTS_MAX = 256, LINE = 256, ANSWER_MAX = 8192, GROUP = 100 };

struct race {
    int fds[CLIENTS_MAX];
    int clients;
    const char *address, *id, *secret;
    unsigned codes, bad_codes; // of this group
};

// Sends one exchange on every connection before any answer is read.
static void send_all(const struct race *r, const char *code)
{
    char body[1024], request[2048];
    int size = snprintf(body, sizeof(body), "code=%s&client_id=%s&client_secret=%s", code, r->id, r->secret);
    int n = snprintf(request, sizeof(request),
                     "POST /api/oauth.v2.access HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded"
                     "\r\nContent-Length: %d\r\n\r\n%s",
                     r->address, size, body);
    for (int i = 0; i < r->clients; i++)
        if (write(r->fds[i], request, (size_t)n) != n) die("write");
}

// Reads one answer and leaves its body in `answer`.
static const char *read_answer(int fd, char answer[ANSWER_MAX])
{
    const char *body = NULL;
    for (size_t n = 0; n < ANSWER_MAX - 1;) {
        ssize_t got = read(fd, answer + n, ANSWER_MAX - 1 - n);
        if (got <= 0) die("read");
        n += (size_t)got;
        answer[n] = 0;
        if (answer_size(answer, n, &body)) return body;
    }
    fprintf(stderr, "answer too long\n");
    exit(2);
}

static void race_code(struct race *r, const char *code)
{
    static const char lost[] = "{\"ok\":false,\"error\":\"invalid_code\"}";
    int won = 0, other = 0;
    send_all(r, code);
    for (int i = 0; i < r->clients; i++) {
        char answer[ANSWER_MAX];
        const char *body = read_answer(r->fds[i], answer);
        if (!strncmp(body, "{\"ok\":true,", 11)) {
            won++;
        } else if (strcmp(body, lost)) {
            other++;
            printf("# %s\n", body);
        }
    }
    if (won != 1 || other) printf("# a code was won %d times, %d answers were neither\n", won, other);
    r->bad_codes += won != 1 || other;
    r->codes++;
}

static void report(struct race *r, unsigned upto)
{
    printf("%sok - %d clients, codes %u to %u: one winner each\n", r->bad_codes ? "not " : "", r->clients,
           upto - r->codes + 1, upto);
    fflush(stdout);
    r->codes = r->bad_codes = 0;
}

int main(int argc, char **argv)
{
    if (argc != 5 || atoi(argv[2]) < 2 || atoi(argv[2]) > CLIENTS_MAX) {
        fprintf(stderr, "usage: race ADDRESS CLIENTS CLIENT_ID CLIENT_SECRET < codes\n");
        return 2;
    }
    struct race r = {.address = argv[1], .clients = atoi(argv[2]), .id = argv[3], .secret = argv[4]};
    for (int i = 0; i < r.clients; i++) r.fds[i] = answer_connect(r.address);

    char line[LINE];
    unsigned codes = 0;
    while (fgets(line, sizeof(line), stdin)) {
        line[strcspn(line, "\n")] = 0;
        race_code(&r, line);
        if (++codes % GROUP == 0) report(&r, codes);
    }
    if (r.codes) report(&r, codes);
    return codes == 0;
}
