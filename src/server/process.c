// SPDX-License-Identifier: Apache-2.0
#include "server/process.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/mem.h"

// The leak checker of AddressSanitizer has to attach to the process.
#if defined(__SANITIZE_ADDRESS__)
static const bool hide_memory = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
static const bool hide_memory = false;
#else
static const bool hide_memory = true;
#endif
#else
static const bool hide_memory = true;
#endif

static void stop_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGHUP);
}

void process_init(void)
{
    sigset_t set;
    struct rlimit files, none = {0, 0};
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    stop_signals(&set);
    sigaddset(&set, SIGUSR1); // process_attend's own
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    setrlimit(RLIMIT_CORE, &none);
    if (hide_memory) prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int process_wait(void)
{
    sigset_t set;
    int number = 0;
    stop_signals(&set);
    while (sigwait(&set, &number) != 0) {
    }
    return number;
}

struct task {
    void (*fn)(void *ctx);
    void *ctx;
    pthread_t waiter;
    _Atomic bool done;
};

static void *run_task(void *p)
{
    struct task *t = p;
    t->fn(t->ctx);
    t->done = true;
    pthread_kill(t->waiter, SIGUSR1);
    return NULL;
}

// true: the task has ended; false: a signal to stop came first.
static bool await(struct task *t)
{
    sigset_t set;
    int number;
    stop_signals(&set);
    sigaddset(&set, SIGUSR1);
    while (!t->done) {
        if (sigwait(&set, &number) == 0 && (number == SIGTERM || number == SIGINT) && !t->done) return false;
    }
    return true;
}

bool process_attend(void (*fn)(void *ctx), void *ctx)
{
    struct task *task = mem_alloc(sizeof *task);
    pthread_t thread;
    *task = (struct task){.fn = fn, .ctx = ctx, .waiter = pthread_self()};
    if (pthread_create(&thread, NULL, run_task, task) != 0) {
        fn(ctx);
    } else if (await(task)) {
        pthread_join(thread, NULL);
    } else {
        pthread_detach(thread); // the task still runs and keeps its memory
        return false;
    }
    mem_free(task);
    return true;
}
