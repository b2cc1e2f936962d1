// SPDX-License-Identifier: Apache-2.0
// What the public documents of this folder have in common: they are only read, by anybody, from any page.
#pragma once

#include "http/message.h"

#define DOCUMENT_JSON "application/json; charset=utf-8"
// Values of Cache-Control.
#define DOCUMENT_FOR_AN_HOUR "public, max-age=3600" // openid.md 5
#define DOCUMENT_ASK_AGAIN   "no-cache"             // may be kept, but is asked for again before it is used

// false: another verb than GET and HEAD; it was answered.
MUST_USE bool document_is_read(struct http_request *req);
// Answers 200 with the body that was written.
void document_send(struct http_request *req, const char *type, const char *caching);
// Answers with a line of text.
void document_refuse(struct http_request *req, int status, const char *text);
