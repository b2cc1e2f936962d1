// SPDX-License-Identifier: Apache-2.0
// Test controls (experience.md 6): fault switches, settings, maintenance, reset.
#include "admin/body.h"
#include "admin/routes.h"
#include "world/faults.h"
#include "world/options.h"
#include "world/rate.h"

static void write_faults(struct admin_call *c)
{
    enum { ONE_FAULT = 512 };
    struct buf list;
    buf_init(&list, (size_t)LIMIT_FAULTS * ONE_FAULT);
    faults_write(c->world->faults, &list);
    json_open(&c->json, NULL);
    json_raw(&c->json, "faults", buf_view(&list));
    json_close(&c->json);
    buf_release(&list);
}

int faults_get(struct admin_call *c)
{
    write_faults(c);
    return 200;
}

struct fault_body {
    struct str kind, method, app;
    struct given count, after;
    double probability;
};

static bool is_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alnum(s.p[i]) && s.p[i] != '.' && s.p[i] != '_') return false;
    return s.n > 0;
}

static const struct text_rule kind_rule = {1, 47, NULL, "be a kind such as error=fatal_error or drop"};
static const struct text_rule method_rule = {1, 63, is_name, "be a method's name such as oauth.v2.access"};
static const struct text_rule app_rule = {1, LIMIT_ID - 1, is_name, "be an app id such as A05KQ2M7ZPD"};
static const struct number_rule count_rule = {1, 1000000}, after_rule = {0, 1000000};

static const struct field fault_fields[] = {
    {"kind", field_text, offsetof(struct fault_body, kind), &kind_rule, true},
    {"method", field_text, offsetof(struct fault_body, method), &method_rule, false},
    {"app", field_text, offsetof(struct fault_body, app), &app_rule, false},
    {"count", field_number, offsetof(struct fault_body, count), &count_rule, false},
    {"after", field_number, offsetof(struct fault_body, after), &after_rule, false},
    {"probability", field_chance, offsetof(struct fault_body, probability), NULL, false},
};
static const struct fields fault_table = FIELDS(fault_fields);

// Without a count the switch stays until it is removed, as `hallpass fault add` has it.
static void fill_fault(struct fault *f, const struct fault_body *b)
{
    bool fits = str_copy(f->method, sizeof f->method, b->method) && str_copy(f->app, sizeof f->app, b->app);
    assert(fits); // by the rules above
    f->count = (unsigned)b->count.value;
    f->after = (unsigned)b->after.value;
    f->probability = b->probability;
}

int faults_post(struct admin_call *c)
{
    char wrong[160];
    struct fault fault = {0};
    struct fault_body body = {.probability = 1};
    int failed = body_read(c, &fault_table, &body);
    if (failed) return failed;
    struct problem_at at = {"kind", NULL};
    if (fault_parse(body.kind, &fault, wrong)) return problem_at(c, P_FAULT, &at, "%s", wrong);
    fill_fault(&fault, &body);
    if (faults_add(c->world->faults, &fault, wrong)) return problem(c, P_FAULTS_FULL, "%s", wrong);
    json_open(&c->json, NULL);
    json_int(&c->json, "id", fault.id);
    json_str(&c->json, "kind", str_of(fault.text));
    json_close(&c->json);
    return 201;
}

int faults_delete(struct admin_call *c)
{
    faults_clear(c->world->faults);
    return 204;
}

int settings_get(struct admin_call *c)
{
    settings_write(world_settings(c->world), &c->req->resp.body);
    return 200;
}

// A setting's value as the text that settings_set takes; a list is one of words. p NULL: it is none.
static struct str setting_text(const struct node *n, struct arena *arena)
{
    struct str text = {NULL, 0};
    if (n->kind == NODE_SCALAR) return n->text;
    for (const struct node *i = n->kind == NODE_LIST ? n->first : NULL; i; i = i->next) {
        if (i->kind != NODE_SCALAR) return (struct str){NULL, 0};
        text = arena_printf(arena, "%.*s%s%.*s", STR_FMT(text), text.n ? " " : "", STR_FMT(i->text));
    }
    return text;
}

static int apply_setting(struct admin_call *c, const struct node *n, struct settings *s)
{
    char wrong[160] = "must be a text, a number or a list of texts";
    const struct settings *initial = settings_initial(c->world->settings);
    struct str text = setting_text(n, c->req->arena), *value = node_is_null(n) ? NULL : &text;
    if (value && !text.p) return problem_at(c, P_SETTING, &(struct problem_at){n->key.p, NULL}, "%s", wrong);
    enum status status = settings_set(s, n->key, value, initial, wrong);
    if (!status) return 0;
    struct problem_at at = {n->key.p, status == E_NOTFOUND ? wrong : NULL};
    if (status == E_NOTFOUND)
        return problem_at(c, P_SETTING, &at, "there is no setting \"%.*s\"", STR_FMT(str_upto(n->key, 64)));
    return problem_at(c, P_SETTING, &at, "%.*s %s", STR_FMT(str_upto(n->key, 64)), wrong);
}

// All of them or none.
int settings_patch(struct admin_call *c)
{
    const struct node *map;
    struct settings s = *world_settings(c->world);
    int failed = body_tree(c, &map);
    for (const struct node *n = failed ? NULL : map->first; n && !failed; n = n->next) failed = apply_setting(c, n, &s);
    if (failed) return failed;
    settings_replace(c->world->settings, &s);
    return settings_get(c);
}

int maintenance_get(struct admin_call *c)
{
    json_open(&c->json, NULL);
    json_bool(&c->json, "on", c->world->maintenance);
    json_close(&c->json);
    return 200;
}

int maintenance_put(struct admin_call *c)
{
    static const struct field on_field[] = {{"on", field_bool, 0, NULL, true}};
    static const struct fields table = FIELDS(on_field);
    bool on = false;
    int failed = body_read(c, &table, &on);
    if (failed) return failed;
    c->world->maintenance = on;
    return maintenance_get(c);
}

// The run-time state goes back first, so that the seed is stored at the time that is then.
int reset_post(struct admin_call *c)
{
    struct world *w = c->world;
    settings_replace(w->settings, settings_initial(w->settings));
    faults_clear(w->faults);
    clock_reset(&w->clock);
    rate_clear(w->rate);
    w->maintenance = false;
    enum status status = c->admin->reset(c->admin->ctx);
    if (status) return problem(c, P_STORE, "the seed could not be stored again: %s", status_name(status));
    return 204;
}
