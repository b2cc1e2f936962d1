// SPDX-License-Identifier: Apache-2.0
#include "web/browser.h"

#include "world/rate.h"

enum { SWEEP = 4 }; // for each row that comes, so many of the oldest may go

// Browsers of one address that may come without a session: each makes the store keep a row for days.
static const struct rate_limit stranger_limit = {600, 600};

// security.md S29: where TLS is, the browser itself holds the cookie to this host and to encrypted connections.
static bool encrypted(const struct world *w)
{
    return str_starts(w->public_url, STR("https://"));
}

static struct str cookie_name(const struct world *w)
{
    return encrypted(w) ? STR("__Host-hallpass") : STR("hallpass");
}

bool browser_cookie(const struct world *w, const struct http_request *req, struct credential *out)
{
    struct str name = cookie_name(w);
    for (size_t i = 0; i < req->nfields; i++) {
        struct str rest = req->fields[i].value;
        if (!str_ieq(req->fields[i].name, STR("Cookie"))) continue;
        while (rest.p) {
            struct str value = str_trim(str_cut(&rest, ';'));
            if (str_eq(str_cut(&value, '='), name)) return credential_parse_session(value, out);
        }
    }
    return false;
}

void browser_cookie_set(const struct world *w, struct http_request *req, struct str text)
{
    struct str name = cookie_name(w);
    http_header(req, "Set-Cookie",
                arena_printf(req->arena, "%.*s=%.*s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s", STR_FMT(name),
                             STR_FMT(text), SESSION_LIFE_MS / 1000, encrypted(w) ? "; Secure" : ""));
}

bool browser_same_site(const struct http_request *req)
{
    struct str fetch = http_field(req, "Sec-Fetch-Site"), origin = http_field(req, "Origin");
    if (fetch.p && !str_eq(fetch, STR("same-origin")) && !str_eq(fetch, STR("none"))) return false;
    // Our own pages are sent with no-referrer, which makes a browser say "null" here.
    if (!origin.p || str_eq(origin, STR("null"))) return true;
    return str_ieq(str_from(origin, str_find_str(origin, STR("://")) + 3), http_field(req, "Host"));
}

static struct str mint(struct world *w, struct http_request *req, enum cred_kind kind, int64_t id, struct hash *hash)
{
    const struct mint_names names = {.stem = STR("")};
    struct secret_text secret;
    world_secret(w, &secret);
    return credential_mint(kind, id, &names, &secret, req->arena, hash);
}

static void write_sweep(struct op *op, enum write_kind kind, int64_t before)
{
    struct write *w = op_write(op, kind);
    w->id = SWEEP;
    w->at = before;
}

static enum wire_err decide_handout(struct op *op)
{
    struct handout *h = op->ctx;
    if (!h->session) {
        op_write(op, ADD_SESSION)->row = &h->fresh;
        write_sweep(op, SWEEP_SESSIONS, op->now);
    } else if (op->now - h->session->used >= SESSION_TOUCH_MS) {
        struct write *touch = op_write(op, TOUCH_SESSION);
        touch->id = h->session->id;
        touch->at = op->now;
    }
    op_write(op, ADD_FORM)->row = &h->form;
    write_sweep(op, SWEEP_FORMS, op->now - FORM_KEPT_MS);
    return W_OK;
}

static const struct op_type op_handout = {.name = "hand_out", .decide = decide_handout};

static void draw_session(struct handout *h, struct http_request *req)
{
    int64_t now = req->now, id = locator_next(&h->world->locators, locator_shard(str_of(req->id)), now);
    h->fresh = (struct session){.id = id, .epoch = 1, .used = now, .created = now, .expires = now + SESSION_LIFE_MS};
    h->cookie = mint(h->world, req, CRED_SESSION, id, &h->fresh.hash);
    browser_cookie_set(h->world, req, h->cookie);
}

// Strangers of one address come too fast for what they make the store keep.
static bool too_many(const struct handout *h, const struct http_request *req)
{
    if (h->session || world_settings(h->world)->rate_off) return false;
    return rate_take(h->world->rate, "pages.stranger", req->peer, (struct str){NULL, 0}, stranger_limit, req->now) > 0;
}

void handout_run(struct handout *h, struct http_request *req, void (*resume)(struct http_request *req))
{
    if (too_many(h, req)) {
        h->op = (struct op){.outcome = OP_FAULT, .fault = E_BUSY};
        resume(req);
        return;
    }
    if (!h->session) draw_session(h, req);
    const struct session *session = h->session ? h->session : &h->fresh;
    // What a form brings about is of its place, so its own id tells the shard of what is issued.
    unsigned shard = id_none(&h->form.place) ? locator_shard_of(session->id) : locator_shard(id_str(&h->form.place));
    h->form.id = locator_next(&h->world->locators, shard, req->now);
    h->token = mint(h->world, req, CRED_FORM, h->form.id, &h->form.hash);
    h->form.session = session->id;
    h->form.epoch = session->epoch;
    h->form.created = req->now;
    h->form.expires = req->now + FORM_LIFE_MS;
    h->op = (struct op){.type = &op_handout, .arena = req->arena, .ctx = h, .now = req->now};
    world_run(h->world, req, &h->op, resume);
}

void renewal_draw(struct world *w, struct http_request *req, const struct credential *cookie, struct renewal *out)
{
    *out = (struct renewal){.row = {.id = cookie->id}};
    out->cookie = mint(w, req, CRED_SESSION, cookie->id, &out->row.hash);
}

void renewal_fill(struct renewal *r, const struct session *old, struct str people, int64_t now)
{
    struct hash hash = r->row.hash;
    r->row = *old;
    r->row.hash = hash;
    r->row.epoch = old->epoch + 1;
    r->row.people = people;
    r->row.used = now;
}
