// SPDX-License-Identifier: Apache-2.0
#include "web/metadata.h"

#include "codec/json.h"
#include "oauth/scopes.h"
#include "web/document.h"
#include "world/keys.h"

static void put_url(struct world *w, struct http_request *req, struct json *j, const char *key, const char *path)
{
    json_str(j, key, arena_printf(req->arena, "%.*s%s", STR_FMT(w->public_url), path));
}

static void put_method(struct world *w, struct http_request *req, struct json *j, const char *key, const char *method)
{
    json_str(j, key, arena_printf(req->arena, "%.*s%.*s%s", STR_FMT(w->public_url), STR_FMT(w->api_prefix), method));
}

// Words separated by blanks.
static void put_list(struct json *j, const char *key, struct str words)
{
    json_open_array(j, key);
    while (words.p) json_str(j, NULL, str_cut(&words, ' '));
    json_close_array(j);
}

void metadata_openid(struct world *w, struct http_request *req)
{
    struct json j;
    if (!document_is_read(req)) return;
    json_init(&j, &req->resp.body);
    json_open(&j, NULL);
    json_str(&j, "issuer", w->public_url);
    put_url(w, req, &j, "authorization_endpoint", "/openid/connect/authorize");
    put_method(w, req, &j, "token_endpoint", "openid.connect.token");
    put_method(w, req, &j, "userinfo_endpoint", "openid.connect.userInfo");
    put_url(w, req, &j, "jwks_uri", "/openid/connect/keys");
    put_list(&j, "scopes_supported", STR("openid profile email"));
    put_list(&j, "response_types_supported", STR("code"));
    put_list(&j, "response_modes_supported", STR("form_post"));
    put_list(&j, "grant_types_supported", STR("authorization_code"));
    put_list(&j, "subject_types_supported", STR("public"));
    put_list(&j, "id_token_signing_alg_values_supported", STR("RS256"));
    put_list(&j, "claims_supported", STR("sub auth_time iss"));
    json_bool(&j, "claims_parameter_supported", false);
    json_bool(&j, "request_parameter_supported", false);
    json_bool(&j, "request_uri_parameter_supported", true);
    put_list(&j, "token_endpoint_auth_methods_supported", STR("client_secret_post client_secret_basic"));
    if (world_settings(w)->discovery_pkce) put_list(&j, "code_challenge_methods_supported", STR("S256"));
    json_close(&j);
    document_send(req, DOCUMENT_JSON, DOCUMENT_FOR_AN_HOUR);
}

// Scopes that any user may grant to any app: those of the catalogue without a flag.
static void put_user_scopes(struct json *j)
{
    size_t n;
    const struct scope_row *rows = scope_rows(&n);
    json_open_array(j, "scopes_supported");
    for (size_t i = 0; i < n; i++)
        if (rows[i].types & SCOPE_USER && !rows[i].flags) json_str(j, NULL, rows[i].name);
    json_close_array(j);
}

void metadata_oauth(struct world *w, struct http_request *req)
{
    struct json j;
    if (!document_is_read(req)) return;
    json_init(&j, &req->resp.body);
    json_open(&j, NULL);
    json_str(&j, "issuer", w->public_url);
    put_url(w, req, &j, "authorization_endpoint", "/oauth/v2_user/authorize");
    put_method(w, req, &j, "token_endpoint", "oauth.v2.user.access");
    put_user_scopes(&j);
    put_list(&j, "response_types_supported", STR("code"));
    put_list(&j, "grant_types_supported", STR("authorization_code refresh_token"));
    put_list(&j, "code_challenge_methods_supported", STR("S256"));
    put_list(&j, "token_endpoint_auth_methods_supported", STR("client_secret_post none"));
    json_close(&j);
    document_send(req, DOCUMENT_JSON, DOCUMENT_FOR_AN_HOUR);
}

static void put_key(void *ctx, const struct key_view *key)
{
    struct json *j = ctx;
    json_open(j, NULL);
    json_str(j, "e", key->e);
    json_str(j, "n", key->n);
    json_str(j, "kty", STR("RSA"));
    json_str(j, "kid", key->kid);
    json_str(j, "alg", STR("RS256"));
    json_str(j, "use", STR("sig"));
    json_close(j);
}

static void send_keys(struct http_request *req)
{
    struct world *w = req->state;
    struct json j;
    const struct key *key = keys_take(w->keys);
    if (!key) {
        http_header(req, "Retry-After", STR("1"));
        document_refuse(req, 503, "There is no key yet, and none could be stored.\n");
        return;
    }
    keys_give(key);
    json_init(&j, &req->resp.body);
    json_open(&j, NULL);
    json_open_array(&j, "keys");
    keys_each(w->keys, put_key, &j);
    json_close_array(&j);
    json_close(&j);
    document_send(req, DOCUMENT_JSON, DOCUMENT_ASK_AGAIN); // a new key signs at once
}

void metadata_keys(struct world *w, struct http_request *req)
{
    if (!document_is_read(req)) return;
    req->state = w;
    if (!keys_wait(w->keys, req, send_keys)) send_keys(req);
}
