// SPDX-License-Identifier: Apache-2.0
// Which Host headers are believed (security.md S61): a name that an attacker points at this machine would let his page
// talk to us as one of our own (DNS rebinding). Pure.
#pragma once

#include "base/str.h"

// host: the header's value. listen: where the listener listens, "127.0.0.1:4481". Good are localhost and loopback
// addresses, what `listen` names, and, where that is no loopback address, any address: only names can be rebound.
bool admin_host_good(struct str host, struct str listen);
