// SPDX-License-Identifier: Apache-2.0
// POST /admin/v1/config-tokens: the first configuration token of a person in a workspace, which Slack's site hands out
// by hand; it goes on by tooling.tokens.rotate (contract token-rotation.md 6).
#include "admin/body.h"
#include "admin/routes.h"
#include "admin/rows.h"
#include "oauth/config.h"

static const struct text_rule id_rule = {1, LIMIT_ID - 1, NULL, "be an id such as U04R7GH2S1M"};

static const struct field owner_fields[] = {
    {"user", field_id, offsetof(struct config_args, user), &id_rule, true},
    {"workspace", field_id, offsetof(struct config_args, workspace), &id_rule, true},
};
static const struct fields owner_table = FIELDS(owner_fields);

#define WRONG(c, key, ...) problem_at(c, P_OBJECT_INVALID, &(struct problem_at){key, NULL}, __VA_ARGS__)

static int judge(struct admin_call *c, const struct lookup *l, const struct config_args *args)
{
    const struct user *user = op_row(&l->op, 0);
    if (!op_row(&l->op, 1)) return WRONG(c, "workspace", "there is no workspace %s", args->workspace.s);
    if (!user) return WRONG(c, "user", "there is no user %s", args->user.s);
    if (!id_eq(&user->workspace, &args->workspace))
        return WRONG(c, "user", "user %s is of workspace %s", user->id.s, user->workspace.s);
    if (user->role == ROLE_DEACTIVATED) return WRONG(c, "user", "the account of user %s is closed", user->id.s);
    return 0;
}

// Both must be there, and the person at home in the workspace.
static int check_owner(struct admin_call *c, const struct config_args *args)
{
    struct lookup l = {0};
    lookup_add(&l, WANT_USER, id_str(&args->user));
    lookup_add(&l, WANT_WORKSPACE, id_str(&args->workspace));
    int failed = lookup_run(c, &l);
    if (!failed) failed = judge(c, &l, args);
    op_release(&l.op);
    return failed;
}

static enum wire_err decide(struct op *op)
{
    const struct granted *pair = op->ctx;
    op_write(op, ADD_TOKEN)->row = &pair->token;
    op_write(op, ADD_REFRESH)->row = &pair->refresh;
    return W_OK;
}

static int store_pair(struct admin_call *c, struct granted *pair)
{
    static const struct op_type type = {.name = "config token", .decide = decide};
    struct op op = {.type = &type, .arena = c->req->arena, .ctx = pair, .now = c->req->now};
    store_run(c->world->store, &op);
    if (op.outcome == OP_DONE) return 0;
    return problem(c, P_STORE, "the token could not be stored: %s", status_name(op.fault));
}

static int answer(struct admin_call *c, const struct granted *pair)
{
    struct json *j = &c->json;
    json_open(j, NULL);
    json_str(j, "token", pair->access_token);
    json_str(j, "refresh_token", pair->refresh_token);
    json_str(j, "team_id", id_str(&pair->token.owner));
    json_str(j, "user_id", id_str(&pair->token.user));
    json_int(j, "iat", pair->token.issued / 1000);
    json_int(j, "exp", pair->token.expires / 1000);
    json_close(j);
    return 201;
}

int config_tokens_post(struct admin_call *c)
{
    struct config_args args = {.now = c->req->now, .settings = world_settings(c->world)};
    struct pair_mint mint;
    struct granted pair;
    int failed = body_read(c, &owner_table, &args);
    if (!failed) failed = check_owner(c, &args);
    if (failed) return failed;
    world_pair(c->world, locator_shard(id_str(&args.workspace)), c->req->now, &mint);
    config_mint(&args, &mint, c->req->arena, &pair);
    failed = store_pair(c, &pair);
    return failed ? failed : answer(c, &pair);
}
