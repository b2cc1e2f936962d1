// SPDX-License-Identifier: Apache-2.0
// A library that is preloaded to make the disk fail. Use, for any program that is linked dynamically:
//
//     HALLPASS_SHIM=/path/of/control HALLPASS_SHIM_DIR=/data/folder LD_PRELOAD=.../libshim.so hallpass ...
//
// The control file may be written at any time (write another file and rename it over, so that no half line is seen); it
// is read again at each call. It holds one line, or nothing for a disk that works:
//
//     CALL ERRNO SKIP COUNT [SUFFIX]
//
// CALL    write (write, pwrite, ftruncate, fallocate) or sync (fsync, fdatasync)
// ERRNO   EIO, ENOSPC, EDQUOT, EROFS or short (half of the bytes are written, then ENOSPC)
// SKIP    calls that still work, COUNT calls that then fail, 0 = all of them. A line that differs from the one before
//         starts the count anew; append a comment word after SUFFIX to repeat one.
// SUFFIX  only files whose path ends so, such as -wal; * for all
//
// Only calls on files below HALLPASS_SHIM_DIR (an absolute path) count. With sanitizers of gcc, add
// ASAN_OPTIONS=verify_asan_link_order=0.
#undef _FILE_OFFSET_BITS // else pwrite is another name for pwrite64, and both are wanted here
#undef _FORTIFY_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LINE = 256 };

struct rule {
    char line[LINE]; // as read, to notice a new one
    char call[16], error[16], suffix[64];
    unsigned long skip, count, seen;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct rule rule;

static const struct {
    const char *name;
    int number;
} errors[] = {{"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EROFS", EROFS}, {"short", ENOSPC}};

static bool read_line(char line[LINE])
{
    const char *path = getenv("HALLPASS_SHIM");
    int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return false;
    long n = syscall(SYS_read, fd, line, LINE - 1);
    syscall(SYS_close, fd);
    line[n > 0 ? n : 0] = '\0';
    return n > 0;
}

static bool watched(int fd)
{
    char link[64], path[4096];
    const char *dir = getenv("HALLPASS_SHIM_DIR");
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (!dir || n <= 0) return false;
    path[n] = '\0';
    size_t suffix = strlen(rule.suffix);
    bool ends = rule.suffix[0] == '*' || ((size_t)n >= suffix && strcmp(path + (size_t)n - suffix, rule.suffix) == 0);
    return ends && strncmp(path, dir, strlen(dir)) == 0;
}

static void load_rule(const char *line)
{
    if (strcmp(line, rule.line) == 0) return;
    rule = (struct rule){.suffix = "*"};
    snprintf(rule.line, sizeof rule.line, "%s", line);
    sscanf(line, "%15s %15s %lu %lu %63s", rule.call, rule.error, &rule.skip, &rule.count, rule.suffix);
}

// The error this call must meet, 0 = none. *cut: some bytes are written before.
static int verdict(const char *call, int fd, bool *cut)
{
    char line[LINE];
    int saved = errno, error = 0;
    if (!read_line(line)) line[0] = '\0';
    pthread_mutex_lock(&lock);
    load_rule(line);
    if (strcmp(call, rule.call) == 0 && watched(fd)) {
        unsigned long n = rule.seen++;
        bool hit = n >= rule.skip && (rule.count == 0 || n < rule.skip + rule.count);
        for (size_t i = 0; hit && i < sizeof errors / sizeof errors[0]; i++) {
            if (strcmp(errors[i].name, rule.error) == 0) error = errors[i].number;
        }
        *cut = strcmp(rule.error, "short") == 0;
    }
    pthread_mutex_unlock(&lock);
    errno = saved;
    return error;
}

static ssize_t fail(int error)
{
    errno = error;
    return -1;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int fsync(int fd)
{
    bool cut = false;
    int error = verdict("sync", fd, &cut);
    return error ? (int)fail(error) : NEXT(fsync)(fd);
}

int fdatasync(int fd)
{
    bool cut = false;
    int error = verdict("sync", fd, &cut);
    return error ? (int)fail(error) : NEXT(fdatasync)(fd);
}

ssize_t write(int fd, const void *p, size_t n)
{
    bool cut = false;
    int error = verdict("write", fd, &cut);
    if (error && cut && n > 1) return NEXT(write)(fd, p, n / 2);
    return error ? fail(error) : NEXT(write)(fd, p, n);
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
    bool cut = false;
    int error = verdict("write", fd, &cut);
    if (error && cut && n > 1) return NEXT(pwrite)(fd, p, n / 2, at);
    return error ? fail(error) : NEXT(pwrite)(fd, p, n, at);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
    return pwrite(fd, p, n, (off_t)at);
}

int ftruncate(int fd, off_t size)
{
    bool cut = false;
    int error = verdict("write", fd, &cut);
    return error ? (int)fail(error) : NEXT(ftruncate)(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
    return ftruncate(fd, (off_t)size);
}

int posix_fallocate(int fd, off_t at, off_t n)
{
    bool cut = false;
    int error = verdict("write", fd, &cut);
    return error ? error : NEXT(posix_fallocate)(fd, at, n);
}

int posix_fallocate64(int fd, off64_t at, off64_t n)
{
    return posix_fallocate(fd, (off_t)at, (off_t)n);
}
