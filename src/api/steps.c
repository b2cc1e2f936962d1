// SPDX-License-Identifier: Apache-2.0
// The generic refusals: verb, state of the server, content type, arguments. Each function is one step of dispatch.c.
#include "api/methods.h"
#include "codec/form.h"
#include "codec/jsonin.h"
#include "codec/multipart.h"
#include "codec/utf8.h"

#define REFUSE(c, error, ...)                                                                                          \
    do {                                                                                                               \
        why_set(&(c)->why, (c)->req->arena, __VA_ARGS__);                                                              \
        return error;                                                                                                  \
    } while (0)

// envelope.md 1: GET and POST for every method, HEAD like GET. OPTIONS never gets here.
enum wire_err step_verb(struct api_call *c)
{
    switch (c->req->verb) {
    case VERB_GET:
    case VERB_HEAD:
    case VERB_POST: return W_OK;
    default:
        REFUSE(c, W_INVALID_HTTP_METHOD, CAUSE_VERB, "%.*s was used; GET and POST work", STR_FMT(c->req->verb_name));
    }
}

enum wire_err step_method(struct api_call *c)
{
    if (c->name.n > LIMIT_METHOD_NAME)
        c->name = str_upto(c->name, LIMIT_METHOD_NAME);
    else
        c->method = api_method_find(c->name);
    if (c->method) {
        c->req->note.method = str_of(c->method->name);
        if (!(c->method->flags & M_RETIRED)) return W_OK;
        REFUSE(c, W_METHOD_DEPRECATED, CAUSE_METHOD_RETIRED, "%.*s was retired; nothing replaces it", STR_FMT(c->name));
    }
    REFUSE(c, W_UNKNOWN_METHOD, CAUSE_METHOD_UNKNOWN, "no method \"%.*s\" is served here", STR_FMT(c->name));
}

enum wire_err step_state(struct api_call *c)
{
    if (!c->world->maintenance) return W_OK;
    c->retry_after = 30;
    c->charged = true;
    REFUSE(c, W_SERVICE_UNAVAILABLE, CAUSE_MAINTENANCE, "maintenance mode is on (PUT /admin/v1/maintenance)");
}

// experience.md 6. Kinds that only change the answer are applied by reply.c.
static enum wire_err trip(struct api_call *c, struct str app_id)
{
    if (c->faulted || !faults_take(c->world->faults, c->name, app_id, &c->fault)) return W_OK;
    c->faulted = true;
    why_set(&c->why, c->req->arena, CAUSE_FAULT_INJECTED, "answered by fault %u: %s", c->fault.id, c->fault.text);
    switch (c->fault.kind) {
    case FAULT_ERROR: c->retry_after = 1; return c->fault.error;
    case FAULT_RATELIMITED: c->retry_after = (unsigned)c->fault.number; return W_RATELIMITED;
    case FAULT_STATUS:
    case FAULT_DROP: return W_FATAL_ERROR;
    default: return W_OK;
    }
}

enum wire_err step_fault(struct api_call *c)
{
    return trip(c, STR(""));
}

enum wire_err step_app_fault(struct api_call *c)
{
    return c->app ? trip(c, id_str(&c->app->id)) : W_OK;
}

// envelope.md 3 rows 1 to 5 and section 4.
enum wire_err step_type(struct api_call *c)
{
    struct http_request *req = c->req;
    if (req->body_cut)
        REFUSE(c, W_REQUEST_TIMEOUT, CAUSE_BODY_CUT, "only %zu bytes of the announced body came", req->body.n);
    if (req->verb != VERB_POST) return W_OK;
    media_parse(http_field(req, "Content-Type"), req->arena, &c->media);
    if (c->media.type == MEDIA_NONE) {
        if (req->body.n == 0) return W_OK;
        REFUSE(c, W_MISSING_POST_TYPE, CAUSE_POST_TYPE, "the body of %zu bytes has no Content-Type", req->body.n);
    }
    if (c->media.type == MEDIA_OTHER)
        REFUSE(c, W_INVALID_POST_TYPE, CAUSE_POST_TYPE, "the body is %.*s", STR_FMT(c->media.name));
    bool form = c->media.type == MEDIA_FORM || c->media.type == MEDIA_MULTIPART;
    c->warn_superfluous_charset = form && c->media.charset != CHARSET_NONE;
    c->warn_missing_charset = !form && c->media.charset == CHARSET_NONE;
    if (c->media.charset == CHARSET_OTHER)
        REFUSE(c, W_INVALID_CHARSET, CAUSE_CHARSET, "the charset is neither utf-8 nor iso-8859-1");
    return W_OK;
}

static bool takes_json(const struct api_call *c)
{
    unsigned flags = c->method->flags;
    return (flags & M_JSON) || ((flags & M_JSON_SETTING) && c->settings->json_arguments);
}

static enum wire_err read_form(struct api_call *c)
{
    struct str body = c->req->body;
    // Row 8. Row 9: other methods, or arguments in the query, may come with an empty form.
    if (body.n == 0 && (c->method->flags & M_NEEDS_ARGS) && c->args.n == 0)
        REFUSE(c, W_INVALID_FORM_DATA, CAUSE_FORM_SYNTAX, "the form is empty and the query holds no argument");
    if (form_parse(body, ARG_BODY, c->req->arena, &c->args))
        REFUSE(c, W_INVALID_FORM_DATA, CAUSE_FORM_SYNTAX, "the form holds a %% without two hex digits");
    return W_OK;
}

static enum wire_err read_multipart(struct api_call *c)
{
    if (!c->media.boundary.p) REFUSE(c, W_INVALID_FORM_DATA, CAUSE_FORM_SYNTAX, "the Content-Type names no boundary");
    if (multipart_parse(c->req->body, c->media.boundary, c->req->arena, &c->args))
        REFUSE(c, W_INVALID_FORM_DATA, CAUSE_FORM_SYNTAX, "the parts cannot be read, or the last delimiter is missing");
    return W_OK;
}

static enum wire_err read_json(struct api_call *c)
{
    struct str body = c->req->body;
    if (body.n == 0) return W_OK; // row 10
    if (!takes_json(c)) {         // row 11
        why_set(&c->why, c->req->arena, CAUSE_JSON_IGNORED,
                "the JSON body of %zu bytes was not read; send a form, or turn json_arguments on", body.n);
        return W_OK;
    }
    if (c->media.charset == CHARSET_LATIN1) body = utf8_from_latin1(body, c->req->arena);
    switch (json_parse_args(body, c->req->arena, &c->args)) {
    case OK: return W_OK;
    case E_CONFLICT: REFUSE(c, W_JSON_NOT_OBJECT, CAUSE_JSON_SYNTAX, "the JSON body is no object");
    default: REFUSE(c, W_INVALID_JSON, CAUSE_JSON_SYNTAX, "the body is no JSON text");
    }
}

static void convert_latin1(struct api_call *c)
{
    for (size_t i = 0; i < c->args.n; i++) {
        struct arg *a = &c->args.v[i];
        if (a->source != ARG_BODY) continue;
        a->name = utf8_from_latin1(a->name, c->req->arena);
        a->value = utf8_from_latin1(a->value, c->req->arena);
    }
}

// envelope.md 3 rows 6 to 14: the arguments of query and body, merged.
enum wire_err step_body(struct api_call *c)
{
    enum wire_err error = W_OK;
    if (form_parse(c->req->query, ARG_QUERY, c->req->arena, &c->args))
        REFUSE(c, W_INVALID_FORM_DATA, CAUSE_FORM_SYNTAX, "the query holds a %% without two hex digits");
    switch (c->media.type) {
    case MEDIA_FORM: error = read_form(c); break;
    case MEDIA_MULTIPART: error = read_multipart(c); break;
    case MEDIA_JSON: error = read_json(c); break;
    default: break; // row 14: text/plain is not read
    }
    if (!error && c->media.charset == CHARSET_LATIN1 && c->media.type != MEDIA_JSON) convert_latin1(c);
    return error;
}

static bool name_valid(struct str name)
{
    if (name.n > LIMIT_ARG_NAME) return false;
    for (size_t i = 0; i < name.n; i++)
        if (!ascii_alnum(name.p[i]) && name.p[i] != '_') return false;
    return true;
}

// name[] and name[7] and name[a][b], as PHP reads them.
static bool is_php_array(struct str name)
{
    return name.n > 2 && name.p[name.n - 1] == ']' && str_find(name, '[') > 0 && str_find(name, '[') < name.n;
}

// envelope.md 2: names count wherever they stand.
enum wire_err step_names(struct api_call *c)
{
    for (size_t i = 0; c->settings->array_arg_error && i < c->args.n; i++)
        if (is_php_array(c->args.v[i].name))
            REFUSE(c, W_INVALID_ARRAY_ARG, CAUSE_ARG_NAME, "argument %zu is an array", i + 1);
    for (size_t i = 0; i < c->args.n; i++)
        if (!name_valid(c->args.v[i].name))
            REFUSE(c, W_INVALID_ARG_NAME, CAUSE_ARG_NAME,
                   "the name \"%.*s\" holds something other than letters, digits and _",
                   STR_FMT(str_upto(c->args.v[i].name, LIMIT_ARG_NAME)));
    return W_OK;
}

static bool is_own_arg(const struct api_method *m, struct str name)
{
    if (m->flags & M_ANY_ARGS) return true;
    for (size_t i = 0; i < m->nargs; i++)
        if (str_is(name, m->args[i].name)) return true;
    return false;
}

// envelope.md 2: no NUL, valid UTF-8, no file, no JSON object or array where a text belongs.
static const char *value_problem(const struct api_call *c, const struct arg *a)
{
    if (a->file) return "is a file";
    if (a->composite && is_own_arg(c->method, a->name)) return "is a JSON object or array";
    if (str_find(a->value, '\0') < a->value.n) return "holds a NUL byte";
    if (!utf8_valid(a->value)) return "is not valid UTF-8";
    return NULL;
}

enum wire_err step_values(struct api_call *c)
{
    if (c->args.overflow) REFUSE(c, W_INVALID_ARGUMENTS, CAUSE_ARG_COUNT, "more than %d arguments came", LIMIT_ARGS);
    for (size_t i = 0; i < c->args.n; i++) {
        const char *problem = value_problem(c, &c->args.v[i]);
        if (!problem) continue;
        c->message = arena_printf(c->req->arena, "[ERROR] %.*s %s", STR_FMT(c->args.v[i].name), problem);
        REFUSE(c, W_INVALID_ARGUMENTS, CAUSE_ARG_VALUE, "%.*s %s", STR_FMT(c->args.v[i].name), problem);
    }
    return W_OK;
}

// envelope.md 2: a required argument that is missing or empty.
enum wire_err step_bind(struct api_call *c)
{
    for (size_t i = 0; i < c->method->nargs; i++) {
        const struct arg_spec *spec = &c->method->args[i];
        if (!(spec->flags & A_REQUIRED) || call_arg(c, spec->name).n) continue;
        c->message = arena_printf(c->req->arena, "[ERROR] missing required field: %s", spec->name);
        REFUSE(c, W_INVALID_ARGUMENTS, CAUSE_ARG_MISSING, "missing required field: %s", spec->name);
    }
    return W_OK;
}

enum wire_err call_flag(struct api_call *c, const char *name, bool *out)
{
    struct str value = call_arg(c, name);
    bool yes = str_eq(value, STR("1")) || str_ieq(value, STR("true"));
    if (!yes && value.n && !str_eq(value, STR("0")) && !str_ieq(value, STR("false"))) {
        c->message = arena_printf(c->req->arena, "[ERROR] %s is no boolean", name);
        REFUSE(c, W_INVALID_ARGUMENTS, CAUSE_ARG_VALUE, "%s is \"%.*s\"; 1, true, 0 and false work", name,
               STR_FMT(str_upto(value, 40)));
    }
    *out = yes;
    return W_OK;
}
