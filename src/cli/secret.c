// SPDX-License-Identifier: Apache-2.0
#include "cli/secret.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <termios.h>

#include "base/ct.h"
#include "base/mem.h"
#include "codec/utf8.h"

enum typed { TYPED, TYPED_NOTHING, TYPED_SIGNAL };

void secret_wipe(struct secret *s)
{
    mem_wipe(s, sizeof *s);
}

// One line of standard input, byte by byte, so that what is behind it stays there. signals: a signalfd, -1: none.
static enum typed read_line(int signals, struct secret *out)
{
    out->n = 0;
    for (;;) {
        char c;
        struct pollfd from[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
        if (poll(from, ARRAY_LEN(from), -1) < 0 && errno != EINTR) return TYPED_NOTHING;
        if (from[1].revents) return TYPED_SIGNAL;
        if (!from[0].revents) continue;
        ssize_t n = read(STDIN_FILENO, &c, 1);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return out->n ? TYPED : TYPED_NOTHING;
        if (c == '\n') return TYPED;
        if (out->n < sizeof out->bytes) out->bytes[out->n++] = c;
    }
}

// Echo off, line by line. false: standard input is no terminal any more.
static bool hide(struct termios *before)
{
    if (tcgetattr(STDIN_FILENO, before)) return false;
    struct termios hidden = *before;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    hidden.c_lflag |= ICANON | ECHONL;
    return tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
}

static sigset_t watched(void)
{
    sigset_t set;
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
    sigemptyset(&set);
    for (size_t i = 0; i < ARRAY_LEN(signals); i++) sigaddset(&set, signals[i]);
    return set;
}

// Signals are held back while the echo is off; one that comes does its work once it is on again. Who was stopped is
// asked anew.
static enum typed ask(const char *prompt, struct secret *out)
{
    sigset_t set = watched(), before;
    enum typed typed = TYPED_SIGNAL;
    int signals = signalfd(-1, &set, SFD_CLOEXEC);
    if (signals < 0) return TYPED_NOTHING;
    while (typed == TYPED_SIGNAL) {
        struct termios visible;
        sigprocmask(SIG_BLOCK, &set, &before);
        bool hidden = hide(&visible);
        if (hidden) fputs(prompt, stderr);
        typed = hidden ? read_line(signals, out) : TYPED_NOTHING;
        if (hidden) tcsetattr(STDIN_FILENO, TCSAFLUSH, &visible);
        if (hidden && typed != TYPED) fputc('\n', stderr);
        sigprocmask(SIG_SETMASK, &before, NULL);
    }
    close(signals);
    return typed;
}

static const char *ask_twice(const char *prompt, struct secret *out)
{
    struct secret again = {0};
    enum typed typed = ask(prompt, out);
    if (typed == TYPED && out->n) typed = ask("Again: ", &again);
    bool same = typed == TYPED && (!out->n || (again.n == out->n && ct_equal(again.bytes, out->bytes, out->n)));
    secret_wipe(&again);
    if (typed != TYPED) return "nothing was typed";
    return same ? NULL : "the two were not the same";
}

static const char *take_line(struct secret *out)
{
    if (read_line(-1, out) != TYPED) return "standard input was empty";
    if (out->n && out->bytes[out->n - 1] == '\r') out->n--;
    return NULL;
}

static const char *judge(const struct secret *s)
{
    static_assert(LIMIT_PASSWORD == 1024, "the sentence below says so");
    if (!s->n) return "the line was empty";
    if (s->n > LIMIT_PASSWORD) return "it is longer than 1024 bytes";
    return utf8_valid(str_make(s->bytes, s->n)) ? NULL : "it is not UTF-8";
}

const char *secret_read(const char *prompt, struct secret *out)
{
    const char *why = isatty(STDIN_FILENO) ? ask_twice(prompt, out) : take_line(out);
    if (!why) why = judge(out);
    if (why) secret_wipe(out);
    return why;
}
