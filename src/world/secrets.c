// SPDX-License-Identifier: Apache-2.0
#include "world/secrets.h"

#include <pthread.h>

#include "base/mem.h"

struct note {
    struct note *next;
    char *app, *client_secret, *signing_secret;
};

struct secret_notes {
    pthread_mutex_t lock;
    struct note *first;
};

struct secret_notes *secret_notes_new(void)
{
    struct secret_notes *n = mem_alloc(sizeof *n);
    pthread_mutex_init(&n->lock, NULL);
    return n;
}

static void free_text(char *z)
{
    if (z) mem_wipe(z, strlen(z));
    mem_free(z);
}

void secret_notes_clear(struct secret_notes *n)
{
    pthread_mutex_lock(&n->lock);
    while (n->first) {
        struct note *old = n->first;
        n->first = old->next;
        mem_free(old->app);
        free_text(old->client_secret);
        free_text(old->signing_secret);
        mem_free(old);
    }
    pthread_mutex_unlock(&n->lock);
}

void secret_notes_free(struct secret_notes *n)
{
    if (!n) return;
    secret_notes_clear(n);
    pthread_mutex_destroy(&n->lock);
    mem_free(n);
}

static struct note *find(struct secret_notes *n, struct str app_id)
{
    for (struct note *at = n->first; at; at = at->next)
        if (str_eq(str_of(at->app), app_id)) return at;
    return NULL;
}

static void replace(char **to, struct str s)
{
    if (s.n == 0) return;
    free_text(*to);
    *to = mem_strdup(s.p, s.n);
}

void secret_notes_set(struct secret_notes *n, struct str app_id, struct str client_secret, struct str signing_secret)
{
    pthread_mutex_lock(&n->lock);
    struct note *at = find(n, app_id);
    if (!at) {
        at = mem_alloc(sizeof *at);
        at->app = mem_strdup(app_id.p, app_id.n);
        at->next = n->first;
        n->first = at;
    }
    replace(&at->client_secret, client_secret);
    replace(&at->signing_secret, signing_secret);
    pthread_mutex_unlock(&n->lock);
}

void secret_notes_get(struct secret_notes *n, struct str app_id, struct arena *arena, struct str *client_secret,
                      struct str *signing_secret)
{
    pthread_mutex_lock(&n->lock);
    const struct note *at = find(n, app_id);
    *client_secret = at ? arena_str(arena, str_of(at->client_secret)) : (struct str){NULL, 0};
    *signing_secret = at ? arena_str(arena, str_of(at->signing_secret)) : (struct str){NULL, 0};
    pthread_mutex_unlock(&n->lock);
}
