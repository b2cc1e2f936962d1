// SPDX-License-Identifier: Apache-2.0
#include "world/manifest.h"
#include "world/secrets.h"

static void write_lines(struct json *j, const char *key, struct str lines)
{
    json_open_array(j, key);
    while (lines.n) json_str(j, NULL, str_cut(&lines, '\n'));
    json_close_array(j);
}

static void write_flags(struct json *j, const char *key, unsigned flags, const struct words *words)
{
    json_open_array(j, key);
    for (size_t i = 0; i < words->n; i++)
        if (flags & words->first[i].value) json_str(j, NULL, str_of(words->first[i].name));
    json_close_array(j);
}

static void write_enterprise(const struct enterprise *e, struct json *j)
{
    json_str(j, "id", id_str(&e->id));
    json_str(j, "name", e->name);
    json_str(j, "domain", e->domain);
}

static void write_channels(const struct object *o, struct json *j)
{
    json_open_array(j, "channels");
    for (size_t i = 0; i < o->nchannels; i++) {
        json_open(j, NULL);
        json_str(j, "id", id_str(&o->channels[i].id));
        json_str(j, "name", o->channels[i].name);
        json_close(j);
    }
    json_close_array(j);
}

static void write_workspace(const struct object *o, struct json *j)
{
    const struct workspace *w = &o->workspace;
    json_str(j, "id", id_str(&w->id));
    json_str(j, "name", w->name);
    json_str(j, "domain", w->domain);
    if (!id_none(&w->enterprise)) json_str(j, "enterprise", id_str(&w->enterprise));
    if (o->channels) write_channels(o, j);
    write_flags(j, "flags", w->flags, &object_workspace_flags);
}

static const char *role_name(enum role role)
{
    size_t i = 0;
    while (i < object_roles.n - 1 && object_roles.first[i].value != role) i++;
    return object_roles.first[i].name;
}

static void write_user(const struct user *u, struct json *j)
{
    json_str(j, "id", id_str(&u->id));
    json_str(j, "workspace", id_str(&u->workspace));
    json_str(j, "name", u->name);
    json_str(j, "real_name", u->real_name);
    if (u->email.n) json_str(j, "email", u->email);
    json_bool(j, "email_verified", u->email_verified);
    json_str(j, "role", str_of(role_name(u->role)));
}

// Those just made or given, else those that are noted.
static void write_secrets(const struct object *o, struct secret_notes *notes, struct arena *arena, struct json *j)
{
    struct str client = o->client_secret, signing = o->signing_secret, noted_client, noted_signing;
    if (notes) {
        secret_notes_get(notes, id_str(&o->app.id), arena, &noted_client, &noted_signing);
        if (!client.n) client = noted_client;
        if (!signing.n) signing = noted_signing;
    }
    if (client.n) json_str(j, "client_secret", client);
    if (signing.n) json_str(j, "signing_secret", signing);
}

static void write_app(const struct object *o, struct secret_notes *notes, struct arena *arena, struct json *j)
{
    const struct app *a = &o->app;
    json_str(j, "id", id_str(&a->id));
    json_str(j, "client_id", a->client_id);
    write_secrets(o, notes, arena, j);
    json_str(j, "workspace", id_str(&a->workspace));
    json_bool(j, "distributed", a->flags & APP_DISTRIBUTED);
    json_bool(j, "classic", a->flags & APP_CLASSIC);
    write_lines(j, "published_scopes", a->published_scopes);
    write_lines(j, "allowed_ips", a->allowed_ips);
    write_flags(j, "flags", a->flags, &object_app_flags);
    manifest_write(a->manifest, j, "manifest");
}

void object_write(const struct object *o, struct secret_notes *notes, struct arena *arena, struct json *j,
                  const char *key)
{
    json_open(j, key);
    switch (o->kind) {
    case OBJECT_ENTERPRISE: write_enterprise(&o->enterprise, j); break;
    case OBJECT_WORKSPACE: write_workspace(o, j); break;
    case OBJECT_USER: write_user(&o->user, j); break;
    default: write_app(o, notes, arena, j); break;
    }
    json_close(j);
}
