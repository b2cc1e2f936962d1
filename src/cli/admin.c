// SPDX-License-Identifier: Apache-2.0
#include "base/limits.h"
#include "cli/client.h"
#include "cli/command.h"
#include "codec/jsonin.h"

// RFC 3986 2.3: what may stand in a path as it is.
static bool is_unreserved(char c)
{
    return ascii_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

struct str admin_path(struct command_line *c, const char *objects, struct str id, const char *rest)
{
    enum { ID_SHOWN = 2 * LIMIT_ID, PATH_SIZE = 512 }; // a longer one stays unknown when it is cut
    char room[PATH_SIZE];
    struct buf path = {.p = room, .size = sizeof room, .cap = sizeof room};
    buf_printf(&path, "/admin/v1/%s/", objects);
    id = str_upto(id, ID_SHOWN);
    for (size_t i = 0; i < id.n; i++)
        buf_printf(&path, is_unreserved(id.p[i]) ? "%c" : "%%%02X", (unsigned char)id.p[i]);
    buf_z(&path, rest);
    return arena_str(&c->arena, buf_view(&path));
}

static int unreachable(const struct command_line *c, const char *why)
{
    char what[120];
    snprintf(what, sizeof what, "no hallpass answers at %.64s", c->admin.p);
    return report_error(EXIT_UNREACHABLE, what, why, "hallpass dev, or --admin ADDR:PORT of a server that runs");
}

const char *member_text(const json_t *object, const char *path)
{
    struct str rest = str_of(path);
    while (rest.p) {
        char key[64];
        bool fits = str_copy(key, sizeof key, str_cut(&rest, '.'));
        assert(fits); // paths are literals
        object = json_object_get(object, key);
    }
    const char *text = json_string_value(object);
    return text ? text : "";
}

// A problem document (RFC 9457) in our three lines.
static int refused(struct command_line *c, int status, const json_t *problem)
{
    char what[80];
    bool unknown = strcmp(member_text(problem, "cause"), "object_unknown") == 0;
    if (!member_text(problem, "cause")[0]) {
        snprintf(what, sizeof what, "it answered with status %d and no problem document", status);
        return unreachable(c, what);
    }
    if (!unknown)
        return report_error(EXIT_REFUSED, member_text(problem, "detail"), member_text(problem, "why"),
                            member_text(problem, "try"));
    snprintf(what, sizeof what, "hallpass %s list", c->row->words[0]);
    return report_error(EXIT_NOT_FOUND, member_text(problem, "detail"), member_text(problem, "why"), what);
}

static int judge(struct command_line *c, const struct client_answer *a, json_t **out)
{
    json_t *body = NULL;
    if (a->body.n && json_parse(a->body, &body, NULL)) return unreachable(c, "the answer is not JSON");
    bool good = a->status < 300;
    int failed = good ? EXIT_DONE : refused(c, a->status, body);
    if (good && out)
        *out = body;
    else
        json_decref(body);
    return failed;
}

int admin_call(struct command_line *c, const char *verb, struct str path, struct str body, json_t **out)
{
    char why[CLIENT_WHY_SIZE];
    struct client_answer answer;
    const struct client_request r = {.address = c->admin, .verb = verb, .path = path, .body = body};
    if (client_call(&r, &answer, why)) return unreachable(c, why);
    int failed = judge(c, &answer, out);
    client_answer_release(&answer);
    return failed;
}
