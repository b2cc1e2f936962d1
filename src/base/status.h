// SPDX-License-Identifier: Apache-2.0
// Our own faults. The contract's refusals are another type (oauth/errors.h), so that mixing the two does not compile.
#pragma once

enum status {
    OK = 0,
    E_NOTFOUND, // the thing asked for does not exist
    E_CONFLICT, // a conditional write lost, or a key exists already
    E_BUSY,     // somebody else holds it: try later, or not here
    E_IO,       // the medium failed; nothing may be acknowledged after it
    E_FULL,     // no space, or a write that can succeed later; nothing was written
    E_CORRUPT,  // stored bytes make no sense
    E_LIMIT,    // a stated maximum was reached
    E_INVALID,  // input that cannot be right
    E_UNKNOWN,  // the outcome is not known: it must be resolved, never guessed
};

// Name of a status for logs, never NULL. Any thread.
const char *status_name(enum status s);
