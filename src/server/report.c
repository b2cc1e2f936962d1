// SPDX-License-Identifier: Apache-2.0
#include "server/report.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int report_problem(const char *file, const struct object_problem *p)
{
    char line[960], place[32] = "", nearest[96] = "";
    if (p->line) snprintf(place, sizeof place, ":%u:%u", p->line, p->column);
    if (p->nearest[0]) snprintf(nearest, sizeof nearest, "; did you mean %s?", p->nearest);
    snprintf(line, sizeof line, "%.300s%s: %s%s%s%s", file, place, p->key, p->key[0] ? ": " : "", p->text, nearest);
    report_line("", line);
    return EXIT_CONFIG;
}

static bool read_all(int fd, struct buf *out)
{
    for (;;) {
        char *p = buf_reserve(out, 16 * 1024);
        if (!p) return false;
        ssize_t n = read(fd, p, 16 * 1024);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n == 0;
        out->n += (size_t)n;
    }
}

bool read_file(const char *path, struct buf *out, char why[160])
{
    buf_init(out, LIMIT_SEED_FILE);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    bool good = fd >= 0 && read_all(fd, out);
    if (!good) snprintf(why, 160, "%s", out->failed ? "the file is larger than 4 MiB" : strerror(errno));
    if (fd >= 0) close(fd);
    if (!good) buf_release(out);
    return good;
}
