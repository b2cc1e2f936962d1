// SPDX-License-Identifier: Apache-2.0
// The parser on any bytes; and the writer, on any bytes, writes what the parser takes.
#include "codec/json.h"
#include "codec/jsonin.h"
#include "codec/utf8.h"
#include "fuzz.h"

static void check_parser(struct str text)
{
    struct json_problem problem;
    struct arena arena;
    struct args a = {0};
    json_t *value = NULL;
    enum status parsed = json_parse(text, &value, &problem);
    PROMISE(parsed == OK || (parsed == E_INVALID && problem.text[0] && !value));
    if (parsed == OK) PROMISE(utf8_valid(text));
    json_decref(value);
    arena_init(&arena, LIMIT_ARENA);
    enum status as_args = json_parse_args(text, &arena, &a);
    PROMISE((as_args == E_INVALID) == (parsed == E_INVALID));
    arena_release(&arena);
}

static void check_writer(struct str text)
{
    struct json j;
    struct buf out;
    json_t *value;
    buf_init(&out, 20 * text.n + 100);
    json_init(&j, &out);
    json_open_array(&j, NULL);
    json_str(&j, NULL, text);
    json_close_array(&j);
    PROMISE(!out.failed);
    bool nul = str_find(text, '\0') < text.n; // written as \u0000, which our parser refuses
    PROMISE(json_parse(buf_view(&out), &value, NULL) == (nul ? E_INVALID : OK));
    if (!nul) {
        const json_t *first = json_array_get(value, 0);
        struct str read = str_make(json_string_value(first), json_string_length(first));
        PROMISE(str_eq(read, text) == utf8_valid(text));
        json_decref(value);
    }
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = fuzz_input(data, size);
    check_parser(text);
    check_writer(text);
    return 0;
}
