// SPDX-License-Identifier: Apache-2.0
// Client credentials of a call: where they may stand, which count, whether they are right (oauth.v2.access.md 3, 5).
// Pure.
#pragma once

#include "oauth/credential.h"
#include "oauth/errors.h"
#include "oauth/why.h"

// What the call brought. Empty = absent (p may be NULL).
struct client_input {
    bool basic;                            // a usable Basic header was there
    struct str basic_id, basic_secret;     // raw
    struct str decoded_id, decoded_secret; // form-decoded once; equal to raw when nothing changes
    struct str arg_id, arg_secret;
    struct str body_type; // for the hint only
    size_t body_size;
};

// Decodes an Authorization header (oauth.v2.access.md 3.2 rules 1, 2, 5). Sets basic = false when it counts as absent.
void client_parse_basic(struct str authorization, struct arena *arena, struct client_input *in);
// The client id that counts, trimmed (envelope.md 2); empty when there is none: step 6a.
struct str client_id_of(const struct client_input *in);
// The id to look up when the first is unknown (form-decoded Basic id), empty when there is no second try.
struct str client_second_id(const struct client_input *in);
// Accepted without a look-up? contract formats.md 2: ^[A-Za-z0-9._-]{1,64}$
bool client_id_valid(struct str id);

struct client_check {
    const struct client_input *in;
    const struct app *app; // found by client_id_of() or client_second_id(), NULL = unknown
    bool second;           // it was found by the second
    bool public_ok;        // this call may do without a secret when the app is public (has verifier; desktop refresh)
    bool openid;           // openid.connect.token: a public client without any proof is an invalid_client
    int64_t now;
    bool has_secret; // out: a secret was given (and right when W_OK)
};

// Steps 6c and 7: W_INVALID_CLIENT_ID, W_BAD_CLIENT_SECRET, W_INVALID_CLIENT or W_OK. Takes the same time for an
// unknown client.
enum wire_err client_decide(struct client_check *c, struct arena *arena, struct why *why);
