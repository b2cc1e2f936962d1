// SPDX-License-Identifier: Apache-2.0
// The password of a person's account (operations.md 15): set and taken away here, never shown. Either signs the person
// out everywhere: who knew the old one must not stay in.
#include "admin/body.h"
#include "admin/routes.h"
#include "admin/rows.h"
#include "base/mem.h"
#include "world/hasher.h"

// A call that waits for its hash. In the arena, behind call->job.
struct setting {
    struct str password;
    struct hashed hashed;
};

// What is said of a wrong value does not repeat it.
static enum status read_password(const struct field_reader *r, const struct place *at, const struct field *f,
                                 void *member)
{
    (void)f;
    if (at->node->kind != NODE_SCALAR || !at->node->quoted) return field_fail(r, at, "must be a text");
    *(struct str *)member = at->node->text;
    return OK;
}

static const struct field setting_fields[] = {
    {"password", read_password, offsetof(struct setting, password), NULL, true},
};
static const struct fields setting_table = FIELDS(setting_fields);

// The tree that was read is of the arena, which is wiped after the answer; the JSON that it was made from is not.
static void wipe_json(struct admin_call *c)
{
    json_t *text = json_object_get(c->body, "password");
    if (json_is_string(text)) mem_wipe((char *)json_string_value(text), json_string_length(text));
}

static int unknown_user(struct admin_call *c)
{
    return problem(c, P_OBJECT_UNKNOWN, "none of the users has the id %.*s", STR_FMT(str_upto(c->id, 64)));
}

static int judge(struct admin_call *c, const struct user *user, struct str password)
{
    if (!user) return unknown_user(c);
    const struct str known[] = {user->name, user->real_name, user->email};
    const char *why = password_problem(password, known, ARRAY_LEN(known));
    return why ? problem_at(c, P_PASSWORD, &(struct problem_at){"password", NULL}, "%s", why) : 0;
}

static int check(struct admin_call *c, struct str password)
{
    struct lookup l = {0};
    if (c->id.n < LIMIT_ID) lookup_add(&l, WANT_USER, c->id);
    int failed = lookup_run(c, &l);
    if (!failed) failed = judge(c, op_row(&l.op, 0), password);
    op_release(&l.op);
    return failed;
}

// One operation, so that no sign-in comes between the password and the end of those before it.
struct change {
    struct str user;
    struct str phc; // empty: no password any more
    bool found;
    struct user signed_out;
    struct password password;
};

static void want_user(struct op *op, unsigned round)
{
    const struct change *ch = op->ctx;
    if (round == 0) op_want(op, WANT_USER, ch->user, str_of(NULL), str_of(NULL));
}

static enum wire_err decide_change(struct op *op)
{
    struct change *ch = op->ctx;
    const struct user *user = op_row(op, 0);
    ch->found = user;
    if (!user) return W_OK;
    ch->signed_out = *user;
    ch->signed_out.signed_out = op->now;
    ch->password = (struct password){.user = user->id, .phc = ch->phc, .set_at = op->now};
    op_write(op, PUT_USER)->row = &ch->signed_out;
    if (ch->phc.n)
        op_write(op, PUT_PASSWORD)->row = &ch->password;
    else
        op_write(op, DROP_PASSWORD)->key = ch->user;
    return W_OK;
}

// The clock is asked anew: since the call began, somebody may have signed in with the old password.
static int change(struct admin_call *c, struct str phc)
{
    static const struct op_type type = {.name = "password", .want = want_user, .decide = decide_change};
    struct change ch = {.user = c->id, .phc = phc};
    struct op op = {.type = &type, .arena = c->req->arena, .ctx = &ch, .now = clock_now(&c->world->clock)};
    if (c->id.n >= LIMIT_ID) return unknown_user(c);
    store_run(c->world->store, &op);
    op_release(&op);
    if (op.outcome != OP_DONE)
        return problem(c, P_STORE, "the store answered: %s", status_name(op.fault ? op.fault : E_UNKNOWN));
    return ch.found ? 204 : unknown_user(c);
}

static int busy(struct admin_call *c)
{
    return problem(c, P_HASHER_BUSY, "the password was not set");
}

static void hashed(struct http_request *req)
{
    struct admin_call *c = req->state;
    const struct setting *s = c->job;
    admin_send(c, s->hashed.status ? busy(c) : change(c, str_of(s->hashed.phc)));
}

int password_put(struct admin_call *c)
{
    struct setting *s = arena_alloc(c->req->arena, sizeof *s);
    int failed = body_read(c, &setting_table, s);
    wipe_json(c);
    if (!failed) failed = check(c, s->password);
    if (failed) return failed;
    c->job = s;
    return hasher_hash(c->world->hasher, c->req, s->password, hashed, &s->hashed) ? busy(c) : ADMIN_LATER;
}

int password_delete(struct admin_call *c)
{
    return change(c, STR(""));
}
