// SPDX-License-Identifier: Apache-2.0
#include "base/status.h"

const char *status_name(enum status s)
{
    switch (s) {
    case OK: return "ok";
    case E_NOTFOUND: return "not_found";
    case E_CONFLICT: return "conflict";
    case E_BUSY: return "busy";
    case E_IO: return "io";
    case E_FULL: return "full";
    case E_CORRUPT: return "corrupt";
    case E_LIMIT: return "limit";
    case E_INVALID: return "invalid";
    case E_UNKNOWN: return "unknown";
    }
    return "?";
}
