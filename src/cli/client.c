// SPDX-License-Identifier: Apache-2.0
#include "cli/client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include "base/limits.h"

enum { CHUNK = 16 * 1024 };

struct place {
    struct sockaddr_storage sa;
    socklen_t n;
};

static bool place_v4(const char *host, uint16_t port, struct place *out)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)&out->sa;
    *v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
    out->n = sizeof *v4;
    return inet_pton(AF_INET, host, &v4->sin_addr) == 1;
}

static bool place_v6(const char *host, uint16_t port, struct place *out)
{
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&out->sa;
    *v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(port)};
    out->n = sizeof *v6;
    return inet_pton(AF_INET6, host, &v6->sin6_addr) == 1;
}

static bool place_of(struct str address, struct place *out)
{
    char host[INET6_ADDRSTRLEN];
    uint64_t port;
    size_t colon = address.n;
    while (colon && address.p[colon - 1] != ':') colon--;
    if (!colon || !str_u64(str_from(address, colon), UINT16_MAX, &port) || !port) return false;
    struct str name = str_upto(address, colon - 1);
    bool v6 = name.n > 1 && name.p[0] == '[' && name.p[name.n - 1] == ']';
    if (v6) name = str_upto(str_from(name, 1), name.n - 2);
    if (str_is(name, "localhost")) name = STR("127.0.0.1");
    if (!str_copy(host, sizeof host, name)) return false;
    return v6 ? place_v6(host, (uint16_t)port, out) : place_v4(host, (uint16_t)port, out);
}

bool client_address_good(struct str address)
{
    struct place place;
    return place_of(address, &place);
}

// A connection and when patience with it ends.
struct line {
    int fd;
    int64_t until; // ms, monotonic
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

// Until the socket is ready. false: the time is over, errno tells so.
static bool ready(const struct line *l, short events)
{
    for (;;) {
        struct pollfd p = {.fd = l->fd, .events = events};
        int64_t left = l->until - now_ms();
        int n = poll(&p, 1, left > 0 ? (int)left : 0);
        if (n > 0) return true;
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) errno = ETIMEDOUT;
        return false;
    }
}

static bool dial(struct line *l, const struct place *to)
{
    int failed = 0;
    socklen_t n = sizeof failed;
    l->fd = socket(to->sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (l->fd < 0) return false;
    if (connect(l->fd, (const struct sockaddr *)&to->sa, to->n) == 0) return true;
    if (errno != EINPROGRESS || !ready(l, POLLOUT)) return false;
    if (getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &failed, &n) == 0) errno = failed;
    return failed == 0;
}

static bool send_all(const struct line *l, struct str bytes)
{
    while (bytes.n) {
        ssize_t n = send(l->fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (n >= 0)
            bytes = str_from(bytes, (size_t)n);
        else if (errno != EINTR && (errno != EAGAIN || !ready(l, POLLOUT)))
            return false;
    }
    return true;
}

// false with to->failed: it is too large; else errno tells.
static bool read_all(const struct line *l, struct buf *to)
{
    for (;;) {
        char *p = buf_reserve(to, CHUNK);
        if (!p) return false;
        ssize_t n = recv(l->fd, p, CHUNK, 0);
        if (n == 0) return true;
        if (n > 0)
            to->n += (size_t)n;
        else if (errno != EINTR && (errno != EAGAIN || !ready(l, POLLIN)))
            return false;
    }
}

static bool send_request(const struct line *l, const struct client_request *r)
{
    struct buf head;
    buf_init(&head, LIMIT_HEAD);
    buf_printf(&head, "%s %.*s HTTP/1.1\r\nHost: %.*s\r\nX-Hallpass: 1\r\nAccept: application/json\r\n", r->verb,
               STR_FMT(r->path), STR_FMT(r->address));
    buf_z(&head, "Connection: close\r\n");
    if (r->body.n) buf_printf(&head, "Content-Type: application/json\r\nContent-Length: %zu\r\n", r->body.n);
    buf_z(&head, "\r\n");
    if (head.failed) errno = EMSGSIZE;
    bool sent = !head.failed && send_all(l, buf_view(&head)) && send_all(l, r->body);
    buf_release(&head);
    return sent;
}

// Header lines up to the empty one. false: a coding that is not read here, or a length that is none.
static bool read_fields(struct str head, bool *sized, uint64_t *length)
{
    *sized = false;
    while (head.n) {
        struct str value = str_cut(&head, '\n'), name = str_cut(&value, ':');
        if (str_ieq(name, STR("Transfer-Encoding"))) return false;
        if (!str_ieq(name, STR("Content-Length"))) continue;
        if (*sized || !str_u64(str_trim(value), LIMIT_RESPONSE, length)) return false;
        *sized = true;
    }
    return true;
}

enum status client_parse(struct str raw, int *status, struct str *body)
{
    const struct str version = STR("HTTP/1.1 ");
    uint64_t code, length;
    bool sized;
    size_t end = str_find_str(raw, STR("\r\n\r\n"));
    struct str head = str_upto(raw, end), rest = str_from(raw, end + 4);
    if (!str_starts(raw, version)) return E_INVALID;
    if (end == raw.n) return E_IO;
    struct str line = str_cut(&head, '\n');
    if (!str_u64(str_upto(str_from(line, version.n), 3), 599, &code) || code < 200) return E_INVALID;
    if (!read_fields(head, &sized, &length)) return E_INVALID;
    if (sized && rest.n < length) return E_IO;
    *status = (int)code;
    *body = sized ? str_upto(rest, length) : rest;
    return OK;
}

static enum status say(char why[CLIENT_WHY_SIZE], enum status status, const char *text)
{
    snprintf(why, CLIENT_WHY_SIZE, "%s", text);
    return status;
}

static enum status exchange(struct line *l, const struct client_request *r, struct client_answer *out, char *why)
{
    struct place place;
    if (!place_of(r->address, &place)) return say(why, E_INVALID, "it is no address");
    if (!dial(l, &place) || !send_request(l, r)) return say(why, E_IO, strerror(errno));
    if (!read_all(l, &out->raw))
        return out->raw.failed ? say(why, E_LIMIT, "the answer is too large") : say(why, E_IO, strerror(errno));
    enum status status = client_parse(buf_view(&out->raw), &out->status, &out->body);
    if (status == E_IO || !out->raw.n) return say(why, E_IO, "the connection was closed in the middle of the answer");
    return status ? say(why, status, "the answer is not HTTP as hallpass speaks it") : OK;
}

enum status client_call(const struct client_request *r, struct client_answer *out, char why[CLIENT_WHY_SIZE])
{
    struct client_answer answer = {0};
    struct line l = {.fd = -1, .until = now_ms() + CLIENT_PATIENCE_MS};
    buf_init(&answer.raw, LIMIT_HEAD + LIMIT_RESPONSE);
    enum status status = exchange(&l, r, &answer, why);
    if (l.fd >= 0) close(l.fd);
    if (status)
        client_answer_release(&answer);
    else
        *out = answer;
    return status;
}

void client_answer_release(struct client_answer *a)
{
    buf_release(&a->raw);
}
