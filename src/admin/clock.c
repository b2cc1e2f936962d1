// SPDX-License-Identifier: Apache-2.0
#include "admin/body.h"
#include "admin/routes.h"
#include "admin/times.h"
#include "world/bell.h"
#include "world/rate.h"

// Locators count 63 bits of time from 2020 on (contract formats.md 3.1): 2020-01-01 to the end of 2088.
#define EARLIEST INT64_C(1577836800000)
#define LATEST   INT64_C(3755289600000)

struct move {
    struct given advance, set, freeze, reset;
};

static const struct field move_fields[] = {
    {"advance", field_duration, offsetof(struct move, advance), NULL, false},
    {"set", field_moment, offsetof(struct move, set), NULL, false},
    {"freeze", field_switch, offsetof(struct move, freeze), NULL, false},
    {"reset", field_switch, offsetof(struct move, reset), NULL, false},
};
static const struct fields move_table = FIELDS(move_fields);

int clock_get(struct admin_call *c)
{
    char now[MOMENT_SIZE];
    struct clock *clock = &c->world->clock;
    int64_t ms = clock_now(clock), wall = clock->wall();
    moment_write(ms, now);
    json_open(&c->json, NULL);
    json_str(&c->json, "now", str_of(now));
    json_int(&c->json, "now_ms", ms);
    json_int(&c->json, "offset_ms", ms - wall);
    json_bool(&c->json, "frozen", clock_is_frozen(clock));
    json_close(&c->json);
    return 200;
}

// Whatever order the members came in: reset, then stop, then move, then run on; so that {"set": T, "freeze": true}
// stands exactly at T.
static void apply(struct clock *clock, const struct move *m)
{
    if (m->reset.value) clock_reset(clock);
    if (m->freeze.value) clock_freeze(clock);
    if (m->set.given) clock_set(clock, m->set.value);
    if (m->advance.given) clock_advance(clock, m->advance.value);
    if (m->freeze.given && !m->freeze.value) clock_resume(clock);
}

int clock_post(struct admin_call *c)
{
    struct move m = {0};
    struct clock *clock = &c->world->clock;
    int failed = body_read(c, &move_table, &m);
    if (failed) return failed;
    if (!m.advance.given && !m.set.given && !m.freeze.given && !m.reset.given)
        return problem(c, P_MEMBER, "none of advance, set, freeze and reset is there");
    int64_t from = m.set.given ? m.set.value : m.reset.value ? clock->wall() : clock_now(clock);
    int64_t target = from + m.advance.value;
    if (target < EARLIEST || target >= LATEST) return problem(c, P_CLOCK_RANGE, "that is before 2020 or after 2088");
    int64_t before = clock_now(clock);
    if (target < before && world_settle(c->world, before))
        return problem(c, P_STORE, "what has expired could not be settled");
    apply(clock, &m);
    if (clock_now(clock) < before) rate_clear(c->world->rate); // else buckets stay empty until the old time comes again
    bell_ring(c->world->bell);                                 // what waits for a moment may be due now
    return clock_get(c);
}
