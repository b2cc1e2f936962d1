// SPDX-License-Identifier: Apache-2.0
// Requests of members to install an app (apps_need_approval): listed, and decided on as the page of admins does.
#include "admin/body.h"
#include "admin/routes.h"
#include "admin/rows.h"

static const char *verdict_name(enum approval_verdict v)
{
    switch (v) {
    case VERDICT_NONE: return "waiting";
    case VERDICT_APPROVED: return "approved";
    case VERDICT_DENIED: break;
    }
    return "denied";
}

static void write_scopes(struct json *j, const char *key, struct str scopes)
{
    json_open_array(j, key);
    while (scopes.n) json_str(j, NULL, str_cut(&scopes, ','));
    json_close_array(j);
}

static void write_approval(void *ctx, const void *row)
{
    struct admin_call *c = ctx;
    struct json *j = &c->json;
    const struct approval *a = row;
    json_open(j, NULL);
    json_str(j, "id", arena_printf(c->req->arena, "%lld", (long long)a->id));
    json_str(j, "state", str_of(verdict_name(a->verdict)));
    json_str(j, "app", id_str(&a->app));
    json_str(j, "workspace", id_str(&a->workspace));
    json_str(j, "user", id_str(&a->user));
    write_scopes(j, "scopes", a->bot_scopes);
    write_scopes(j, "user_scopes", a->user_scopes);
    json_str(j, "message", a->message);
    json_int(j, "created", a->created);
    if (a->decided) json_int(j, "decided", a->decided);
    if (!id_none(&a->decider)) json_str(j, "decider", id_str(&a->decider)); // absent: it was decided here
    json_close(j);
}

int approvals_list(struct admin_call *c)
{
    json_open(&c->json, NULL);
    json_open_array(&c->json, "approvals");
    enum status status = store_list(c->world->store, LIST_APPROVALS, write_approval, c);
    if (status) return problem(c, P_STORE, "the store answered: %s", status_name(status));
    json_close_array(&c->json);
    json_close(&c->json);
    return 200;
}

struct deciding {
    int64_t id;
    enum approval_verdict verdict;
    struct approval row;
    bool unknown, late;
};

static void want(struct op *op, unsigned round)
{
    const struct deciding *d = op->ctx;
    if (round == 0) op_want_id(op, WANT_APPROVAL, d->id);
}

static enum wire_err decide(struct op *op)
{
    struct deciding *d = op->ctx;
    const struct approval *stored = op_row(op, 0);
    d->unknown = !stored;
    d->late = stored && stored->verdict != VERDICT_NONE;
    if (d->unknown) return W_OK;
    d->row = *stored;
    if (d->late) return W_OK;
    d->row.verdict = d->verdict;
    d->row.decided = op->now;
    op_write(op, DECIDE_APPROVAL)->row = &d->row;
    return W_OK;
}

static int decision(struct admin_call *c, enum approval_verdict verdict)
{
    static const struct op_type type = {.name = "decide approval", .want = want, .decide = decide};
    struct deciding d = {.verdict = verdict};
    struct op op = {.type = &type, .arena = c->req->arena, .ctx = &d, .now = c->req->now};
    uint64_t id = 0;
    if (str_u64(c->id, INT64_MAX, &id)) d.id = (int64_t)id;
    store_run(c->world->store, &op);
    op_release(&op);
    if (op.outcome != OP_DONE) return problem(c, P_STORE, "the store answered: %s", status_name(op.fault));
    if (d.unknown) return problem(c, P_OBJECT_UNKNOWN, "no request has the id %.*s", STR_FMT(str_upto(c->id, 64)));
    if (d.late) return problem(c, P_APPROVAL_DECIDED, "it was decided on already: %s", verdict_name(d.row.verdict));
    write_approval(c, &d.row);
    return 200;
}

int approvals_approve(struct admin_call *c)
{
    return decision(c, VERDICT_APPROVED);
}

int approvals_deny(struct admin_call *c)
{
    return decision(c, VERDICT_DENIED);
}
