// SPDX-License-Identifier: Apache-2.0
#include "deliver/schedule.h"

bool schedule_next(unsigned failed, int64_t now, int64_t *due)
{
    static const int64_t waits_ms[RETRIES_MAX] = {0, 60 * 1000, 5 * 60 * 1000};
    if (failed > RETRIES_MAX) return false;
    *due = now + waits_ms[failed - 1];
    return true;
}

bool call_succeeded(const struct call_answer *a)
{
    return a->result == CALL_ANSWERED && a->status >= 200 && a->status < 300;
}

const char *call_reason(const struct call_answer *a)
{
    static const char *const reasons[CALL_RESULTS] = {
        [CALL_ANSWERED] = "http_error",         [CALL_TIMEOUT] = "http_timeout", [CALL_UNREACHED] = "connection_failed",
        [CALL_FORBIDDEN] = "connection_failed", [CALL_INSECURE] = "ssl_error",   [CALL_GARBAGE] = "unknown_error",
        [CALL_STOPPED] = "unknown_error",
    };
    bool redirected = a->result == CALL_ANSWERED && a->status >= 300 && a->status < 400;
    return redirected ? "too_many_redirects" : reasons[a->result]; // one is too many: none is followed
}
