// SPDX-License-Identifier: Apache-2.0
// hallpass user password set|clear: with what a person signs in where hallpass keeps the accounts itself.
#include "cli/command.h"
#include "cli/secret.h"
#include "codec/json.h"

// Who it is, before anybody types a password for nobody.
static int find_user(struct command_line *c, json_t **out)
{
    return admin_call(c, "GET", admin_path(c, "users", c->arguments[0], ""), STR(""), out);
}

static int send_password(struct command_line *c, const struct secret *s)
{
    struct json j;
    struct buf body;
    buf_init(&body, 8 * sizeof s->bytes); // every byte may become an escape
    buf_reserve(&body, body.cap);         // growing would leave a copy behind
    json_init(&j, &body);
    json_open(&j, NULL);
    json_str(&j, "password", str_make(s->bytes, s->n));
    json_close(&j);
    int failed = admin_call(c, "PUT", admin_path(c, "users", c->arguments[0], "/password"), buf_view(&body), NULL);
    buf_wipe(&body);
    buf_release(&body);
    return failed;
}

static int ask_and_send(struct command_line *c, const json_t *user)
{
    struct secret secret;
    struct str prompt = arena_printf(&c->arena, "New password of %.64s: ", member_text(user, "id"));
    const char *why = secret_read(prompt.p, &secret);
    if (why)
        return report_error(EXIT_FAILED, "there is no password to set", why,
                            "type it twice, or give it as one line of standard input");
    int failed = send_password(c, &secret);
    secret_wipe(&secret);
    return failed;
}

static void tell(const struct command_line *c, const json_t *user, bool set)
{
    json_t *told = json_pack("{s:s, s:b}", "user", member_text(user, "id"), "password", set);
    if (c->json) output_json(told);
    json_decref(told);
    if (c->json) return;
    output_done(c, "%s (%s) %s; who was signed in is not any more", member_text(user, "name"), member_text(user, "id"),
                set ? "has a new password" : "has no password");
}

int c_user_password_set(struct command_line *c)
{
    json_t *user;
    int failed = find_user(c, &user);
    if (failed) return failed;
    failed = ask_and_send(c, user);
    if (!failed) tell(c, user, true);
    json_decref(user);
    return failed;
}

int c_user_password_clear(struct command_line *c)
{
    json_t *user;
    int failed = find_user(c, &user);
    if (failed) return failed;
    failed = admin_call(c, "DELETE", admin_path(c, "users", c->arguments[0], "/password"), STR(""), NULL);
    if (!failed) tell(c, user, false);
    json_decref(user);
    return failed;
}
