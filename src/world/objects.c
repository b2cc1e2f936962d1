// SPDX-License-Identifier: Apache-2.0
#include "world/objects.h"

#include "crypto/rng.h"
#include "oauth/client.h"
#include "oauth/credential.h"
#include "oauth/locator.h"
#include "oauth/scopes.h"
#include "world/manifest.h"

// Id and domain grammars: contract formats.md 1 and 6.
enum {
    ID_RANDOM = 9,
    DOMAIN_MAX = 21,
    NAME_MAX = 80,
    SECRET_MAX = 256,
    SECRET_HEX = 32,
    VERIFICATION_SIZE = 24,
    LIST_MAX = 1000
};

static bool ok_id(struct str s, const char *first)
{
    return s.n && strchr(first, s.p[0]) && str_all_in(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
}

static bool ok_app(struct str s)
{
    return ok_id(s, "A");
}

static bool ok_workspace(struct str s)
{
    return ok_id(s, "T");
}

static bool ok_enterprise(struct str s)
{
    return ok_id(s, "E");
}

static bool ok_user(struct str s)
{
    return ok_id(s, "UW");
}

static bool ok_channel(struct str s)
{
    return ok_id(s, "CG");
}

static bool ok_domain(struct str s)
{
    return str_all_in(s, "abcdefghijklmnopqrstuvwxyz0123456789-");
}

static bool ok_channel_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '#' || s.p[i] == ' ' || (unsigned char)s.p[i] < 0x20 || ascii_lower(s.p[i]) != s.p[i])
            return false;
    return true;
}

static bool ok_email(struct str s)
{
    size_t at = str_find(s, '@');
    struct str domain = str_from(s, at + 1);
    bool plain = true;
    for (size_t i = 0; i < s.n; i++) plain = plain && (unsigned char)s.p[i] > ' ' && s.p[i] != 0x7f;
    return plain && at > 0 && domain.n && str_find(domain, '@') == domain.n;
}

static bool ok_secret(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < 0x20 || s.p[i] > 0x7e) return false;
    return true;
}

static const struct text_rule app_id = {2, LIMIT_ID - 1, ok_app, "be an app id such as A05KQ2M7ZPD"};
static const struct text_rule workspace_id = {3, LIMIT_ID - 1, ok_workspace, "be a workspace id such as T04QX81RB9C"};
static const struct text_rule enterprise_id = {9, LIMIT_ID - 1, ok_enterprise, "be an org id such as E06NB3V2KLA"};
static const struct text_rule user_id = {3, LIMIT_ID - 1, ok_user, "be a user id such as U04R7GH2S1M"};
static const struct text_rule channel_id = {3, LIMIT_ID - 1, ok_channel, "be a channel id such as C04S8D2FJ5T"};
static const struct text_rule name_rule = {1, NAME_MAX, NULL, "be 1 to 80 characters"};
static const struct text_rule domain_rule = {1, DOMAIN_MAX, ok_domain, "be 1 to 21 of a-z, 0-9 and -"};
static const struct text_rule channel_rule = {1, NAME_MAX, ok_channel_name,
                                              "be a channel's name in lower case without #"};
static const struct text_rule email_rule = {3, 254, ok_email, "be an e-mail address"};
static const struct text_rule client_id_rule = {1, LIMIT_CLIENT_ID, client_id_valid,
                                                "be 1 to 64 of A-Z, a-z, 0-9, ., _ and -"};
static const struct text_rule secret_rule = {1, SECRET_MAX, ok_secret, "be 1 to 256 printable ASCII characters"};
static const struct text_rule address_rule = {2, 64, field_is_address,
                                              "be an IP address or a range such as 192.0.2.0/24"};
static const struct text_rule scope_rule = {1, 64, NULL, "be a scope"};

static const struct list_rule scopes_rule = {&scope_rule, LIMIT_SCOPES, false, field_known_scope};
static const struct list_rule addresses_rule = {&address_rule, LIST_MAX, false, NULL};

static const struct word workspace_words[] = {{"team_added_to_org", WS_MIGRATING},
                                              {"preview_feature_not_available", WS_PREVIEW_BLOCKED},
                                              {"apps_need_approval", WS_NEEDS_APPROVAL},
                                              {"ungranted", WS_UNGRANTED}};
static const struct word app_words[] = {{"preview_feature_not_available", APP_PREVIEW_BLOCKED}};
static const struct word role_words[] = {{"owner", ROLE_OWNER},   {"admin", ROLE_ADMIN},
                                         {"member", ROLE_MEMBER}, {"org_admin", ROLE_ORG_ADMIN},
                                         {"guest", ROLE_GUEST},   {"deactivated", ROLE_DEACTIVATED}};
const struct words object_workspace_flags = FIELDS(workspace_words);
const struct words object_app_flags = FIELDS(app_words);
const struct words object_roles = FIELDS(role_words);

// What a file says of an object, before defaults.
struct input {
    struct object o;
    bool distributed, classic;
    struct str client_id;
    const struct node *manifest, *channels; // NULL: the key is absent
};

// Keeps the node for later: what it means depends on other members.
static enum status keep_node(const struct field_reader *r, const struct place *at, const struct field *f, void *member)
{
    (void)r, (void)f;
    *(const struct node **)member = at->node;
    return OK;
}

#define IN(member) offsetof(struct input, member)

static const struct field enterprise_fields[] = {
    {"id", field_id, IN(o.enterprise.id), &enterprise_id, false},
    {"name", field_text, IN(o.enterprise.name), &name_rule, true},
    {"domain", field_text, IN(o.enterprise.domain), &domain_rule, true},
};
static const struct field workspace_fields[] = {
    {"id", field_id, IN(o.workspace.id), &workspace_id, false},
    {"name", field_text, IN(o.workspace.name), &name_rule, true},
    {"domain", field_text, IN(o.workspace.domain), &domain_rule, true},
    {"enterprise", field_id, IN(o.workspace.enterprise), &enterprise_id, false},
    {"channels", keep_node, IN(channels), NULL, false},
    {"flags", field_flags, IN(o.workspace.flags), &object_workspace_flags, false},
};
static const struct field user_fields[] = {
    {"id", field_id, IN(o.user.id), &user_id, false},
    {"workspace", field_id, IN(o.user.workspace), &workspace_id, true},
    {"name", field_text, IN(o.user.name), &name_rule, true},
    {"real_name", field_text, IN(o.user.real_name), &name_rule, false},
    {"email", field_text, IN(o.user.email), &email_rule, false},
    {"email_verified", field_bool, IN(o.user.email_verified), NULL, false},
    {"role", field_word, IN(o.user.role), &object_roles, false},
};
static const struct field app_fields[] = {
    {"id", field_id, IN(o.app.id), &app_id, false},
    {"client_id", field_text, IN(client_id), &client_id_rule, false},
    {"client_secret", field_text, IN(o.client_secret), &secret_rule, false},
    {"signing_secret", field_text, IN(o.signing_secret), &secret_rule, false},
    {"workspace", field_id, IN(o.app.workspace), &workspace_id, true},
    {"distributed", field_bool, IN(distributed), NULL, false},
    {"classic", field_bool, IN(classic), NULL, false},
    {"published_scopes", field_lines, IN(o.app.published_scopes), &scopes_rule, false},
    {"allowed_ips", field_lines, IN(o.app.allowed_ips), &addresses_rule, false},
    {"flags", field_flags, IN(o.app.flags), &object_app_flags, false},
    {"manifest", keep_node, IN(manifest), NULL, true},
};
static const struct field channel_fields[] = {
    {"id", field_id, offsetof(struct channel, id), &channel_id, false},
    {"name", field_text, offsetof(struct channel, name), &channel_rule, true},
};
static const struct fields tables[OBJECT_KINDS] = {[OBJECT_ENTERPRISE] = FIELDS(enterprise_fields),
                                                   [OBJECT_WORKSPACE] = FIELDS(workspace_fields),
                                                   [OBJECT_USER] = FIELDS(user_fields),
                                                   [OBJECT_APP] = FIELDS(app_fields)};
static const struct fields channel_map = FIELDS(channel_fields);
static const char id_letters[OBJECT_KINDS] = {
    [OBJECT_ENTERPRISE] = 'E', [OBJECT_WORKSPACE] = 'T', [OBJECT_USER] = 'U', [OBJECT_APP] = 'A'};

// contract formats.md 1: letter, 0, nine random characters.
void object_new_id(struct rng *rng, char letter, struct id *id)
{
    if (!id_none(id)) return;
    id->s[0] = letter;
    id->s[1] = '0';
    rng_text(rng, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", id->s + 2, ID_RANDOM);
    id->s[2 + ID_RANDOM] = '\0';
}

static struct str random_secret(const struct object_context *ctx)
{
    char hex[SECRET_HEX];
    rng_hex(ctx->rng, hex, sizeof hex / 2);
    return arena_str(ctx->arena, str_make(hex, sizeof hex));
}

// contract formats.md 2: two groups of ten digits, the first starts with 1.
static struct str random_client_id(const struct object_context *ctx)
{
    char digits[LOCATOR_HI_DIGITS + LOCATOR_LO_DIGITS - 1];
    rng_text(ctx->rng, "0123456789", digits, sizeof digits);
    return arena_printf(ctx->arena, "1%.*s.%.*s", LOCATOR_HI_DIGITS - 1, digits, LOCATOR_LO_DIGITS,
                        digits + LOCATOR_HI_DIGITS - 1);
}

static enum status read_channels(const struct field_reader *r, const struct place *up, struct input *in)
{
    struct place at = {.up = up, .node = in->channels, .name = STR("channels")};
    size_t n = 0;
    if (at.node->kind != NODE_LIST) return field_fail(r, &at, "must be a list");
    for (const struct node *c = at.node->first; c; c = c->next) n++;
    struct channel *channels = arena_alloc(r->ctx->arena, (n + 1) * sizeof *channels);
    if (!channels) return E_LIMIT;
    struct place item = {.up = &at, .node = at.node->first};
    for (; item.node; item.node = item.node->next, item.index++) {
        struct channel *c = &channels[item.index];
        TRY(fields_read(r, &item, &channel_map, false, c));
        object_new_id(r->ctx->rng, 'C', &c->id);
        c->workspace = in->o.workspace.id;
    }
    in->o.channels = channels;
    in->o.nchannels = n;
    return OK;
}

static void read_user(struct input *in)
{
    struct user *u = &in->o.user;
    if (str_empty(u->real_name)) u->real_name = u->name;
}

static void set_flag(unsigned *flags, unsigned flag, bool on)
{
    *flags = on ? *flags | flag : *flags & ~flag;
}

// contract formats.md 2
static struct str random_verification_token(const struct object_context *ctx)
{
    char text[VERIFICATION_SIZE];
    rng_text(ctx->rng, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", text, sizeof text);
    return arena_str(ctx->arena, str_make(text, sizeof text));
}

// Takes over the secrets that were named; the others stay as they are.
static void keep_secrets(const struct object_context *ctx, struct object *o)
{
    struct app *a = &o->app;
    if (!a->verification_token.n) a->verification_token = random_verification_token(ctx);
    if (o->client_secret.n) {
        a->secrets[0] = (struct client_secret){.created = ctx->now};
        client_secret_hash(a->client_id, o->client_secret, &a->secrets[0].hash);
        a->nsecrets = 1;
    }
    if (o->signing_secret.n) {
        a->signing_secret = o->signing_secret;
        signing_secret_hash(o->signing_secret, &a->signing_hash);
    }
}

void object_new_app(const struct object_context *ctx, struct object *o)
{
    struct app *a = &o->app;
    object_new_id(ctx->rng, 'A', &a->id);
    if (!a->client_id.n) a->client_id = random_client_id(ctx);
    if (!o->client_secret.n) o->client_secret = random_secret(ctx);
    if (!o->signing_secret.n) o->signing_secret = random_secret(ctx);
    keep_secrets(ctx, o);
}

static enum status read_app(const struct field_reader *r, const struct place *up, bool patch, struct input *in)
{
    struct app *a = &in->o.app;
    struct place id = {.up = up, .node = node_get(up->node, "client_id"), .name = STR("client_id")};
    if (patch && in->client_id.n && !str_eq(in->client_id, a->client_id))
        return field_fail(r, &id, "cannot be changed");
    if (!patch) a->client_id = in->client_id;
    set_flag(&a->flags, APP_DISTRIBUTED, in->distributed);
    set_flag(&a->flags, APP_CLASSIC, in->classic);
    struct place manifest = {.up = up, .node = in->manifest, .name = STR("manifest")};
    if (manifest.node) TRY(manifest_read(r, &manifest, a));
    if (patch)
        keep_secrets(r->ctx, &in->o);
    else
        object_new_app(r->ctx, &in->o);
    return OK;
}

static struct id *object_id(struct object *o)
{
    switch (o->kind) {
    case OBJECT_ENTERPRISE: return &o->enterprise.id;
    case OBJECT_WORKSPACE: return &o->workspace.id;
    case OBJECT_USER: return &o->user.id;
    default: return &o->app.id;
    }
}

// What an object is before a word of it was read.
static void input_init(struct input *in, enum object_kind kind, const struct object *base)
{
    *in = (struct input){.o = {.kind = kind}};
    if (!base) {
        if (kind == OBJECT_USER) in->o.user.email_verified = true;
        return;
    }
    in->o = *base;
    in->o.channels = NULL;
    in->o.nchannels = 0;
    in->o.client_secret = in->o.signing_secret = (struct str){NULL, 0};
    in->distributed = kind == OBJECT_APP && (base->app.flags & APP_DISTRIBUTED);
    in->classic = kind == OBJECT_APP && (base->app.flags & APP_CLASSIC);
}

static enum status read_input(const struct field_reader *r, const struct place *at, const struct object *base,
                              struct input *in)
{
    enum object_kind kind = in->o.kind;
    struct id *id = object_id(&in->o), before = *id;
    struct place place = {.up = at, .node = node_get(at->node, "id"), .name = STR("id")};
    TRY(fields_read(r, at, &tables[kind], base != NULL, in));
    if (base && !id_eq(id, &before)) return field_fail(r, &place, "cannot be changed");
    object_new_id(r->ctx->rng, id_letters[kind], id);
    if (kind == OBJECT_WORKSPACE && in->channels) TRY(read_channels(r, at, in));
    if (kind == OBJECT_USER) read_user(in);
    return kind == OBJECT_APP ? read_app(r, at, base != NULL, in) : OK;
}

enum status object_read(enum object_kind kind, const struct node *map, const struct object *base,
                        const struct object_context *ctx, struct object *o, struct object_problem *problem)
{
    struct field_reader r = {.ctx = ctx, .problem = problem};
    struct place at = {.node = map};
    struct input in;
    input_init(&in, kind, base);
    enum status status = read_input(&r, &at, base, &in);
    if (!status && ctx->arena->failed) status = E_LIMIT;
    if (status == E_LIMIT) return field_fail(&r, &at, "is too large");
    if (!status) *o = in.o;
    return status;
}
