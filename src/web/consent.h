// SPDX-License-Identifier: Apache-2.0
// The consent page and the form that comes back from it (authorize.md 6). Internal to web/.
#pragma once

#include "web/visit.h"

// Shows what is asked for to the person that the visit has found.
void consent_show(struct visit *v);
// POST to an authorize endpoint.
void consent_post(struct visit *v);
