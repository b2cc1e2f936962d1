// SPDX-License-Identifier: Apache-2.0
// Signed events to apps (contract other-methods.md 10, 11): one thread that takes due rows of the store one by one,
// posts each to the app that subscribed to it, and has the store forget it or try again later. An event is delivered
// at least once: a row goes only after the app has answered. What is due the admin clock decides; what an app may take
// is real time.
#pragma once

#include "world/world.h"

struct deliver_config {
    struct world *world;   // its store, clock, bell and deliveries; must outlive the thread
    int64_t (*wall)(void); // real time in ms, for time stamps; also where the world's clock is another
    bool anywhere;         // also http, and addresses that are not of the public internet (security.md S43)
    int64_t timeout_ms;    // for one attempt; 0: the three seconds that apps know
};

struct deliver;

// Starts the thread. E_IO: it cannot be started, or the certificate authorities cannot be read.
MUST_USE enum status deliver_start(const struct deliver_config *config, struct deliver **out);
// Breaks off what is under way, which does not count as an attempt, and ends the thread. NULL is fine.
void deliver_stop(struct deliver *d);
