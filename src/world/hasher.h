// SPDX-License-Identifier: Apache-2.0
// Passwords are hashed and verified here: each takes some tens of milliseconds and 19 MiB, so no loop and no store
// thread may do it. One thread, started by the first job, takes them one after the other.
//
//     job = arena_alloc(req->arena, sizeof *job);
//     if (hasher_verify(w->hasher, req, stored, typed, resume, job)) ... answer 503 now ...
//     resume(req): job->status, job->good
#pragma once

#include "crypto/password.h"
#include "crypto/rng.h"
#include "http/message.h"

struct hasher;

// What came of a job. To be kept in the request's arena: it is written on the hasher's thread.
struct hashed {
    enum status status; // E_CORRUPT: the stored form makes no sense; E_LIMIT: no memory, or the password is too long
    bool good;          // hasher_verify: it is the password
    char phc[PASSWORD_PHC_SIZE]; // hasher_hash: what is to be stored
};

// Salts are drawn from rng. The thread is started later.
struct hasher *hasher_new(struct rng *rng);
// Ends the thread. No request may wait any more: the listeners have been stopped.
void hasher_free(struct hasher *h);

// Both copy what they are given; the copy of the password is wiped when the job is done. Then resume(req) is called on
// the request's loop thread, never before they return, with *out filled. E_BUSY: LIMIT_HASHES jobs wait, or there can
// be no thread; resume is not called then. Loop thread of the request.

// password_verify(); an empty phc stands for nobody, which takes as long.
MUST_USE enum status hasher_verify(struct hasher *h, struct http_request *req, struct str phc, struct str password,
                                   void (*resume)(struct http_request *req), struct hashed *out);
// password_hash() under a new salt.
MUST_USE enum status hasher_hash(struct hasher *h, struct http_request *req, struct str password,
                                 void (*resume)(struct http_request *req), struct hashed *out);
