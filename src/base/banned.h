// SPDX-License-Identifier: Apache-2.0
// Functions that invite overruns or hidden failure do not compile (security.md 5).
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// W_OK is the contract's "no refusal" (oauth/errors.h). The header's own, for access(2), would silently stand for it;
// taken away here it cannot come back, as the header is read once.
#undef W_OK

// A macro under clang's fortified headers; a poisoned name may not be one.
#undef sprintf

#pragma GCC poison strcpy strncpy strcat strncat sprintf vsprintf strtok gets system popen
