// SPDX-License-Identifier: Apache-2.0
// Fault switches (experience.md 6): the next calls of a method end as told. Any thread.
#pragma once

#include "base/buf.h"
#include "base/status.h"
#include "oauth/errors.h"

enum fault_kind {
    FAULT_ERROR,       // error=CODE
    FAULT_STATUS,      // status=503
    FAULT_RATELIMITED, // ratelimited=SECONDS
    FAULT_DELAY,       // delay=MS
    FAULT_DROP,        // drop: close before any work
    FAULT_DROP_AFTER,  // drop-after: do the work, then close
    FAULT_TRUNCATE,    // truncate=BYTES of the answer's body
    FAULT_WRONG_TYPE,  // wrong-type: text/html instead of JSON
};

struct fault {
    unsigned id;
    enum fault_kind kind;
    enum wire_err error;      // FAULT_ERROR
    int64_t number;           // status, seconds, ms, bytes
    char text[48];            // kind as given, "error=fatal_error"
    char method[64], app[24]; // empty: every
    unsigned count;           // calls left, 0 = without end
    unsigned after;           // calls to let pass first
    double probability;       // 0 to 1
    uint64_t hits;
};

struct rng;
struct faults *faults_new(struct rng *rng);
void faults_free(struct faults *f);
// E_INVALID: *problem says why (unknown kind or error name, with the nearest); E_LIMIT: LIMIT_FAULTS are set.
MUST_USE enum status faults_add(struct faults *f, struct fault *fault, char problem[160]);
// Parses "error=fatal_error" and the like into kind, error, number and text.
MUST_USE enum status fault_parse(struct str text, struct fault *out, char problem[160]);
void faults_clear(struct faults *f);
// The switch that this call trips, if any; counts it. Cheap when none is set. app_id empty: those for no app in
// particular; else those for that app. A call asks twice: at its start, and again when its app is known.
bool faults_take(struct faults *f, struct str method, struct str app_id, struct fault *out);
void faults_write(struct faults *f, struct buf *out); // JSON array
