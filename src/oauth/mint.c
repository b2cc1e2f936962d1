// SPDX-License-Identifier: Apache-2.0
#include "oauth/mint.h"

#include "oauth/config.h"
#include "oauth/redirect.h"
#include "oauth/scopes.h"

// token-rotation.md 1: refresh tokens of PKCE apps end after 30 days.
static const int64_t refresh_life_ms = INT64_C(30) * 24 * 3600 * 1000;

struct minting {
    const struct app *app;
    const struct settings *settings;
    int64_t now;
    struct arena *arena;
    struct mint_names names;
    struct id owner, user; // user: who authorized
    int64_t code;          // locator of the code, 0 when the pair continues a line
    int64_t parent;        // locator of the refresh token that was used, 0 when none was
    int64_t migrated;      // locator of the token that was swapped, 0 when none was
    bool desktop;          // the callback went to a desktop redirect (authorize.md 5)
    bool classic;          // the code came from the classic page
};

// One kind of grant: what was asked, what the authorization has already, what the new strings are made from.
struct minting_kind {
    enum token_kind kind;
    struct id subject;
    struct str asked;
    const struct install *had;
    bool rotating;
    int64_t id, refresh_id;
    const struct secret_text *secret, *refresh_secret;
};

// legacy.md 3: `identify` is added to every classic grant.
static struct str user_scopes_of(const struct code *code, struct arena *arena)
{
    return code->endpoint == EP_V1 ? scopes_union(STR("identify"), code->user_scopes, arena) : code->user_scopes;
}

struct str mint_bot_scopes(const struct code *code)
{
    if (code->endpoint != EP_V1) return code->bot_scopes;
    return scopes_has(code->user_scopes, STR("bot")) ? STR("bot") : (struct str){0};
}

// token-rotation.md 1. oauth.access has no members for a refresh token, so its tokens never rotate.
static bool rotates(const struct minting *m, enum token_kind kind)
{
    if (m->classic) return false;
    return m->app->flags & APP_ROTATION || (kind == TOKEN_USER && m->desktop);
}

// authorize.md 9: scopes belong to the authorization and only grow; one that has ended starts anew, under the number
// it was left with.
static void mint_install(const struct minting *m, const struct minting_kind *k, struct granted *out)
{
    struct str had = k->had ? k->had->scopes : (struct str){0};
    out->scope = scopes_union(had, k->asked, m->arena);
    out->install = (struct install){
        .app = m->app->id,
        .owner = m->owner,
        .subject = k->subject,
        .epoch = k->had ? k->had->epoch : 1,
        .scopes = scopes_missing(had, k->asked, m->arena),
        .live = {k->rotating ? k->id : 0, 0},
        .created = m->now,
        .updated = m->now,
        .installer = m->user,
    };
    out->merge = k->rotating || !str_empty(out->install.scopes);
}

static void mint_access(const struct minting *m, const struct minting_kind *k, struct granted *out)
{
    static const enum cred_kind kinds[2][2] = {{CRED_USER, CRED_ROT_USER}, {CRED_BOT, CRED_ROT_BOT}};
    int64_t life = k->rotating ? m->settings->access_token_ttl : 0;
    out->expires_in = life;
    out->token = (struct token){
        .id = k->id,
        .kind = k->kind,
        .app = m->app->id,
        .owner = m->owner,
        .user = m->user,
        .epoch = out->install.epoch,
        .issued = m->now,
        .expires = k->rotating ? m->now + life * 1000 : 0,
        .code = m->code,
    };
    out->access_token = credential_mint(kinds[k->kind == TOKEN_BOT][k->rotating], k->id, &m->names, k->secret, m->arena,
                                        &out->token.hash);
}

static void mint_refresh(const struct minting *m, const struct minting_kind *k, struct granted *out)
{
    const struct token *token = &out->token;
    bool public_client = m->app->flags & APP_PKCE;
    out->refresh = (struct refresh){
        .id = k->refresh_id,
        .kind = token->kind,
        .app = token->app,
        .owner = token->owner,
        .user = token->user,
        .epoch = token->epoch,
        .access = token->id,
        .parent = m->parent,
        .issued = token->issued,
        .migrated = m->migrated,
        .expires = public_client ? m->now + refresh_life_ms : 0,
        .desktop = m->desktop,
    };
    out->refresh_token =
        credential_mint(CRED_REFRESH, k->refresh_id, &m->names, k->refresh_secret, m->arena, &out->refresh.hash);
}

// oauth.v2.access.md 9.3: a new token, or pair, for each kind that was granted.
static void mint_kind(const struct minting *m, const struct minting_kind *k, struct granted *out)
{
    if (str_empty(k->asked)) return;
    mint_install(m, k, out);
    mint_access(m, k, out);
    if (k->rotating) mint_refresh(m, k, out);
}

// oauth.v2.access.md 9.4: one webhook for each exchange that was granted one, in the channel picked at consent. It
// hangs on the authorization that got the scope.
static void mint_webhook(struct minting *m, const struct channel *channel, const struct exchange_mint *mint,
                         struct str bot_scopes, struct str user_scopes, struct exchange_plan *plan)
{
    bool for_bot = scopes_has(bot_scopes, STR("incoming-webhook"));
    if (!channel || (!for_bot && !scopes_has(user_scopes, STR("incoming-webhook")))) return;
    m->names.team = id_str(&channel->workspace);
    plan->webhook = true;
    plan->webhook_row = (struct webhook){
        .id = mint->webhook_id,
        .app = m->app->id,
        .workspace = channel->workspace,
        .channel = channel->id,
        .owner = m->owner,
        .epoch = for_bot ? plan->bot.install.epoch : plan->user.install.epoch,
        .created = m->now,
    };
    if (!for_bot) plan->webhook_row.subject = m->user;
    plan->webhook_path =
        credential_mint(CRED_WEBHOOK, mint->webhook_id, &m->names, &mint->webhook, m->arena, &plan->webhook_row.hash);
}

static struct mint_names names_of(const struct app *app, const struct settings *settings)
{
    return (struct mint_names){
        .client_id = app->client_id, .app = id_str(&app->id), .stem = str_of(settings->stems[0])};
}

void mint_plan(const struct exchange_args *args, const struct exchange_view *view, const struct exchange_mint *mint,
               struct arena *arena, struct exchange_plan *plan)
{
    const struct code *code = view->code;
    struct minting m = {
        .app = view->app,
        .settings = args->settings,
        .now = args->now,
        .arena = arena,
        .names = names_of(view->app, args->settings),
        .owner = id_none(&code->workspace) ? code->enterprise : code->workspace,
        .user = code->user,
        .code = code->id,
        .desktop = redirect_is_desktop(code->redirect_uri, view->app->flags & APP_PKCE),
        .classic = code->endpoint == EP_V1,
    };
    struct minting_kind bot = {
        .kind = TOKEN_BOT,
        .asked = mint_bot_scopes(code),
        .had = view->bot,
        .rotating = rotates(&m, TOKEN_BOT),
        .id = mint->bot_id,
        .refresh_id = mint->bot_refresh_id,
        .secret = &mint->bot,
        .refresh_secret = &mint->bot_refresh,
    };
    struct minting_kind user = {
        .kind = TOKEN_USER,
        .subject = code->user,
        .asked = user_scopes_of(code, arena),
        .had = view->person,
        .rotating = rotates(&m, TOKEN_USER),
        .id = mint->user_id,
        .refresh_id = mint->user_refresh_id,
        .secret = &mint->user,
        .refresh_secret = &mint->user_refresh,
    };
    plan->owner = m.owner;
    mint_kind(&m, &bot, &plan->bot);
    mint_kind(&m, &user, &plan->user);
    if (!str_empty(plan->bot.scope)) plan->bot_user = bot_user_id(&view->app->id, &m.owner);
    mint_webhook(&m, view->channel, mint, bot.asked, user.asked, plan);
}

// A pair of an authorization that is there already, with whatever scopes it has by now. Who installed it last is no
// business of a refresh.
static void mint_line(const struct minting *m, enum token_kind kind, const struct install *install,
                      const struct pair_mint *mint, struct granted *out)
{
    struct minting_kind k = {
        .kind = kind,
        .subject = install->subject,
        .asked = install->scopes,
        .had = install,
        .rotating = true,
        .id = mint->access_id,
        .refresh_id = mint->refresh_id,
        .secret = &mint->access,
        .refresh_secret = &mint->refresh,
    };
    mint_kind(m, &k, out);
    out->install.installer = install->installer;
    if (kind == TOKEN_CONFIG) out->merge = false;
}

// Configuration tokens are of no app and of no authorization; what an authorization would give them is the same for
// all.
static const struct app no_app;
static const struct install no_install = {.epoch = 1, .scopes = STR_INIT(CONFIG_SCOPES)};

// token-rotation.md 3, 4: a new pair on the line of the old one.
void mint_refreshed(const struct refresh_args *args, const struct refresh_view *view, const struct pair_mint *mint,
                    struct arena *arena, struct refresh_plan *plan)
{
    const struct refresh *old = view->refresh;
    const struct app *app = view->app ? view->app : &no_app;
    struct minting m = {
        .app = app,
        .settings = args->settings,
        .now = args->now,
        .arena = arena,
        .names = names_of(app, args->settings),
        .owner = old->owner,
        .user = old->user,
        .parent = old->id,
        .desktop = old->desktop,
    };
    mint_line(&m, old->kind, view->app ? view->install : &no_install, mint, &plan->granted);
    if (old->kind == TOKEN_BOT) plan->bot_user = bot_user_id(&old->app, &old->owner);
}

// token-rotation.md 5: the first pair of a line that did not rotate so far.
void mint_swapped(const struct swap_args *args, const struct swap_view *view, const struct pair_mint *mint,
                  struct arena *arena, struct swap_plan *plan)
{
    const struct token *old = view->token;
    struct minting m = {
        .app = view->app,
        .settings = args->settings,
        .now = args->now,
        .arena = arena,
        .names = names_of(view->app, args->settings),
        .owner = old->owner,
        .user = old->user,
        .migrated = old->id,
    };
    mint_line(&m, old->kind, view->install, mint, &plan->granted);
    if (old->kind == TOKEN_BOT) plan->bot_user = bot_user_id(&old->app, &old->owner);
}

// token-rotation.md 6.
void config_mint(const struct config_args *args, const struct pair_mint *mint, struct arena *arena, struct granted *out)
{
    struct minting m = {
        .app = &no_app,
        .settings = args->settings,
        .now = args->now,
        .arena = arena,
        .names = names_of(&no_app, args->settings),
        .owner = args->workspace,
        .user = args->user,
    };
    mint_line(&m, TOKEN_CONFIG, &no_install, mint, out);
}
