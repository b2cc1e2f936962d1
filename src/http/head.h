// SPDX-License-Identifier: Apache-2.0
// The rules a request head must keep beyond what llhttp checks. Each answers 0 or the HTTP status of the refusal.
#pragma once

#include "http/parse.h"

// The request line, before llhttp sees it: one space between the parts, a token, a target, HTTP/1.0 or 1.1.
MUST_USE int head_check_line(struct str head);
// The fields, after llhttp split them; fills in verb, target, path, query and how the body is framed.
MUST_USE int head_check(struct http_parser *p, struct str head);
