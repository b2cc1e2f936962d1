// SPDX-License-Identifier: Apache-2.0
#include "world/deliveries.h"

#include <pthread.h>

#include "base/mem.h"

struct deliveries {
    pthread_mutex_t lock;
    uint64_t last, counts[DELIVERY_RESULTS];
    struct delivery v[LIMIT_DELIVERIES]; // number n stands at n % LIMIT_DELIVERIES
};

struct deliveries *deliveries_new(void)
{
    struct deliveries *d = mem_alloc(sizeof *d);
    pthread_mutex_init(&d->lock, NULL);
    return d;
}

void deliveries_free(struct deliveries *d)
{
    if (!d) return;
    pthread_mutex_destroy(&d->lock);
    mem_free(d);
}

void deliveries_add(struct deliveries *d, const struct delivery *delivery)
{
    pthread_mutex_lock(&d->lock);
    d->v[++d->last % LIMIT_DELIVERIES] = *delivery;
    d->counts[delivery->result]++;
    pthread_mutex_unlock(&d->lock);
}

static uint64_t oldest(const struct deliveries *d)
{
    return d->last < LIMIT_DELIVERIES ? 1 : d->last - LIMIT_DELIVERIES + 1;
}

const char *deliveries_error(struct deliveries *d, int64_t event)
{
    const char *error = NULL;
    pthread_mutex_lock(&d->lock);
    for (uint64_t i = oldest(d); i <= d->last; i++)
        if (d->v[i % LIMIT_DELIVERIES].event == event) error = d->v[i % LIMIT_DELIVERIES].error;
    pthread_mutex_unlock(&d->lock);
    return error;
}

const char *delivery_result_name(enum delivery_result r)
{
    static const char *const names[DELIVERY_RESULTS] = {
        [DELIVERED] = "delivered", [DELIVERY_RETRIED] = "retried", [DELIVERY_GIVEN_UP] = "given_up"};
    return names[r];
}

static void write_one(const struct delivery *d, uint64_t number, struct json *j)
{
    json_open(j, NULL);
    json_int(j, "number", (int64_t)number);
    json_int(j, "time_ms", d->time);
    json_str(j, "event_id", str_of(d->name));
    json_str(j, "type", str_of(d->type));
    json_str(j, "app_id", id_str(&d->app));
    json_str(j, "owner", id_str(&d->owner));
    json_str(j, "url", str_of(d->url));
    json_int(j, "attempt", d->attempt);
    json_str(j, "result", str_of(delivery_result_name(d->result)));
    if (d->status) json_int(j, "status", d->status);
    if (d->error) json_str(j, "error", str_of(d->error));
    if (d->detail[0]) json_str(j, "detail", str_of(d->detail));
    if (d->result == DELIVERY_RETRIED) json_int(j, "next_ms", d->next);
    json_int(j, "us", d->us);
    json_close(j);
}

void deliveries_write(struct deliveries *d, struct json *j, const char *key)
{
    json_open_array(j, key);
    pthread_mutex_lock(&d->lock);
    for (uint64_t i = oldest(d); i <= d->last; i++) write_one(&d->v[i % LIMIT_DELIVERIES], i, j);
    pthread_mutex_unlock(&d->lock);
    json_close_array(j);
}

void deliveries_count(struct deliveries *d, uint64_t counts[DELIVERY_RESULTS])
{
    pthread_mutex_lock(&d->lock);
    memcpy(counts, d->counts, sizeof d->counts);
    pthread_mutex_unlock(&d->lock);
}
