// SPDX-License-Identifier: Apache-2.0
#include "world/hasher.h"

#include <pthread.h>
#include <signal.h>

#include "base/limits.h"
#include "base/mem.h"

struct job {
    struct job *next;
    struct http_request *req;
    struct hashed *out;
    bool verify;
    uint8_t salt[PASSWORD_SALT_SIZE]; // for a new form
    size_t phc_n, password_n;
    char phc[PASSWORD_PHC_SIZE]; // the form to be verified
    char password[];
};

struct hasher {
    struct rng *rng;
    pthread_mutex_t lock; // guards what follows; never held for long
    struct job *first, **end;
    unsigned waiting; // jobs in the list
    bool started, stopping;
    pthread_cond_t called; // there is a job, or it is over
    pthread_t thread;
};

struct hasher *hasher_new(struct rng *rng)
{
    struct hasher *h = mem_alloc(sizeof *h);
    h->rng = rng;
    h->end = &h->first;
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->called, NULL);
    return h;
}

void hasher_free(struct hasher *h)
{
    if (!h) return;
    pthread_mutex_lock(&h->lock);
    h->stopping = true;
    pthread_cond_signal(&h->called);
    pthread_mutex_unlock(&h->lock);
    if (h->started) pthread_join(h->thread, NULL);
    assert(!h->first);
    pthread_cond_destroy(&h->called);
    pthread_mutex_destroy(&h->lock);
    mem_free(h);
}

static void run(struct job *job)
{
    struct hashed result = {0};
    struct str password = str_make(job->password, job->password_n);
    if (job->verify)
        result.status = password_verify(str_make(job->phc, job->phc_n), password, &result.good);
    else
        result.status = password_hash(password, job->salt, result.phc);
    *job->out = result;
}

static void job_free(struct job *job)
{
    mem_wipe(job, sizeof *job + job->password_n);
    mem_free(job);
}

// Under the lock.
static struct job *take(struct hasher *h)
{
    struct job *job = h->first;
    h->first = job->next;
    if (!h->first) h->end = &h->first;
    h->waiting--;
    return job;
}

static void *hasher_main(void *ctx)
{
    struct hasher *h = ctx;
    pthread_mutex_lock(&h->lock);
    while (h->first || !h->stopping) {
        if (!h->first) {
            pthread_cond_wait(&h->called, &h->lock);
            continue;
        }
        struct job *job = take(h);
        pthread_mutex_unlock(&h->lock);
        run(job);
        struct http_request *req = job->req;
        job_free(job);
        http_post(req, req->resume); // after it the request may be gone
        pthread_mutex_lock(&h->lock);
    }
    pthread_mutex_unlock(&h->lock);
    return NULL;
}

// Signals are the main thread's. Under the lock.
static bool start(struct hasher *h)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    h->started = pthread_create(&h->thread, NULL, hasher_main, h) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return h->started;
}

// Takes the job over.
static enum status submit(struct hasher *h, struct job *job)
{
    pthread_mutex_lock(&h->lock);
    bool room = h->waiting < LIMIT_HASHES && (h->started || start(h));
    if (room) {
        *h->end = job;
        h->end = &job->next;
        h->waiting++;
        pthread_cond_signal(&h->called);
    }
    pthread_mutex_unlock(&h->lock);
    if (!room) job_free(job);
    return room ? OK : E_BUSY;
}

// What is longer than a password may be is cut to one byte more, which keeps it too long.
static struct job *job_new(struct http_request *req, struct str password, struct hashed *out)
{
    password = str_upto(password, LIMIT_PASSWORD + 1);
    struct job *job = mem_alloc(sizeof *job + password.n);
    job->req = req;
    job->out = out;
    job->password_n = password.n;
    if (password.n) memcpy(job->password, password.p, password.n);
    return job;
}

enum status hasher_verify(struct hasher *h, struct http_request *req, struct str phc, struct str password,
                          void (*resume)(struct http_request *req), struct hashed *out)
{
    struct job *job = job_new(req, password, out);
    job->verify = true;
    job->phc_n = str_upto(phc, sizeof job->phc).n; // one that fills it is no stored form
    if (job->phc_n) memcpy(job->phc, phc.p, job->phc_n);
    req->resume = resume;
    return submit(h, job);
}

enum status hasher_hash(struct hasher *h, struct http_request *req, struct str password,
                        void (*resume)(struct http_request *req), struct hashed *out)
{
    struct job *job = job_new(req, password, out);
    rng_fill(h->rng, job->salt, sizeof job->salt); // on this thread, where all that is random is drawn
    req->resume = resume;
    return submit(h, job);
}
