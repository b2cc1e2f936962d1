// SPDX-License-Identifier: Apache-2.0
// JSON out: an append writer in the style of the recorded answers (contract envelope.md 5): compact, '/' as '\/',
// non-ASCII as \uXXXX, no newline at the end. Commas are its business, escaping too.
#pragma once

#include "base/buf.h"

enum { JSON_DEPTH_MAX = 32 };

struct json {
    struct buf *out;
    unsigned depth;
    bool first[JSON_DEPTH_MAX]; // no member written yet on this level
};

void json_init(struct json *j, struct buf *out);
// key is NULL for elements of an array and for the outermost value. Keys are ASCII without anything to escape. Nesting
// to JSON_DEPTH_MAX and beyond fails the buffer.
void json_open(struct json *j, const char *key);       // {
void json_close(struct json *j);                       // }
void json_open_array(struct json *j, const char *key); // [
void json_close_array(struct json *j);                 // ]
// Invalid UTF-8 is written as U+FFFD, one for each bad byte.
void json_str(struct json *j, const char *key, struct str s);
// A null where s.p is NULL.
void json_str_or_null(struct json *j, const char *key, struct str s);
void json_int(struct json *j, const char *key, int64_t v);
void json_bool(struct json *j, const char *key, bool v);
// A null. Not called json_null, because jansson has a function of that name.
void json_nil(struct json *j, const char *key);
// A value that is JSON already.
void json_raw(struct json *j, const char *key, struct str value);
// A key that came from outside: escaped like a string; the value follows with key NULL.
void json_key(struct json *j, struct str key);
// Writes s with quotes around it, escaped as above, with no comma: for headers and the like.
void json_escape(struct buf *out, struct str s);
