// SPDX-License-Identifier: Apache-2.0
// A call to somebody else's server (security.md S43): one POST, one answer, the connection closed. The URL was written
// by a stranger, so where it may lead is checked, on the addresses that are connected to and not on the name; nothing
// is followed, and all of it together has a deadline and a size. Blocks: for the delivery thread.
#pragma once

#include "base/str.h"

struct tls_trust;

enum call_result {
    CALL_ANSWERED,
    CALL_FORBIDDEN, // the URL is none, or leads where calls may not go
    CALL_UNREACHED, // no address, or nobody there
    CALL_INSECURE,  // TLS failed: certificate, name, protocol
    CALL_TIMEOUT,
    CALL_GARBAGE, // no HTTP, closed too early, or a head beyond LIMIT_CALL_ANSWER
    CALL_STOPPED, // `stop` became readable
    CALL_RESULTS
};

struct call {
    struct str url;
    struct str headers; // "Name: value\r\n" lines; Host, Content-Length, Connection, User-Agent are added
    struct str body;
    int64_t timeout_ms;      // for everything from the first look at the URL to the answer
    bool anywhere;           // also http, and addresses that are not of the public internet
    int stop;                // a descriptor; readable: come back at once
    struct tls_trust *trust; // for https
};

struct call_answer {
    enum call_result result;
    int status;       // CALL_ANSWERED
    bool no_retry;    // CALL_ANSWERED: the receiver asks not to be called again for this
    char detail[160]; // one sentence for people; empty when there is nothing to add
};

void client_post(const struct call *call, struct call_answer *out);
