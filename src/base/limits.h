// SPDX-License-Identifier: Apache-2.0
// Every maximum in one place (contract envelope.md 2, security.md S38). Bytes unless the name says otherwise.
#pragma once

enum {
    LIMIT_HEAD = 32 * 1024,            // request line and headers together; more: 431
    LIMIT_HEADERS = 128,               // header fields of one request; more: 431
    LIMIT_BODY = 1024 * 1024,          // request body; more: 413
    LIMIT_BODIES = 256 * 1024 * 1024,  // request bodies of the process that are being read; more: 503
    LIMIT_ARGS = 1000,                 // arguments of one call; more: invalid_arguments
    LIMIT_ARG_NAME = 128,              // longer: invalid_arg_name
    LIMIT_METHOD_NAME = 128,           // longer: unknown_method
    LIMIT_ARENA = 8 * 1024 * 1024,     // what one request may take in all
    LIMIT_RESPONSE = 4 * 1024 * 1024,  // body of an answer
    LIMIT_CONNECTIONS = 20000,         // open connections of the process
    LIMIT_PIPELINE_BYTES = 64 * 1024,  // unread input kept while an answer is under way
    LIMIT_CREDENTIAL = 512,            // longest code or token that is looked at (formats.md 3.3)
    LIMIT_CLIENT_ID = 64,              // formats.md 2
    LIMIT_STATE = 4096,                // authorize.md 7.3: more: invalid_state
    LIMIT_REDIRECT_URI = 2500,         // authorize.md 3.1
    LIMIT_REDIRECT_URLS = 1000,        // manifest.md 2
    LIMIT_SCOPES = 255,                // manifest.md 2; also names in one list of an authorize link
    LIMIT_SCOPE_LIST = 8 * 1024,       // such a list; all of the catalogue takes less than half
    LIMIT_NONCE = 1024,                // openid.md 1: what an id token will carry
    LIMIT_ID = 24,                     // object ids such as T04QX81RB9C, with the NUL
    LIMIT_CODE_ATTEMPTS = 10,          // oauth.v2.access.md 5: then the code is discarded
    LIMIT_JSON_DEPTH = 64,             // envelope.md 3
    LIMIT_SEED_FILE = 4 * 1024 * 1024, // seed and configuration files
    LIMIT_QUEUE = 65536,               // operations waiting for the store; more: 503
    LIMIT_BATCH = 256,                 // operations of one transaction
    LIMIT_JOURNAL = 1000,              // requests the journal remembers
    LIMIT_DELIVERIES = 256,            // attempts to deliver an event that are remembered
    LIMIT_CALL_ANSWER = 64 * 1024,     // answer to a call of ours (security.md S43)
    LIMIT_FAULTS = 256,                // fault switches set at one time
    LIMIT_PASSWORD = 1024,             // a password that somebody chooses
    LIMIT_HASHES = 64,                 // passwords waiting to be hashed or verified; more: 503
    LIMIT_SEARCH = 64,                 // what is typed to find somebody
    LIMIT_EMAIL = 254,                 // RFC 5321 4.5.3.1.3
    LIMIT_MESSAGE = 500,               // what a member tells the admins with a request
};

// Seconds a client may take (issue: headers 10 s, body 30 s, idle 75 s).
enum { TIMEOUT_HEAD_S = 10, TIMEOUT_BODY_S = 30, TIMEOUT_IDLE_S = 75 };
