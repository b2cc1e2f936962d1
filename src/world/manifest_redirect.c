// SPDX-License-Identifier: Apache-2.0
#include "base/buf.h"
#include "oauth/redirect.h"
#include "oauth/scopes.h"
#include "world/manifest.h"

// {"oauth_config":{"redirect_urls":[...]}} with one more; the list is replaced as a whole.
static struct str patch_text(struct str lines, struct str url, struct arena *arena)
{
    struct buf b;
    struct json j;
    buf_init(&b, LIMIT_BODY);
    json_init(&j, &b);
    json_open(&j, NULL);
    json_open(&j, "oauth_config");
    json_open_array(&j, "redirect_urls");
    while (lines.n) json_str(&j, NULL, str_cut(&lines, '\n'));
    json_str(&j, NULL, url);
    json_close_array(&j);
    json_close(&j);
    json_close(&j);
    struct str text = b.failed ? (struct str){NULL, 0} : arena_str(arena, buf_view(&b));
    buf_release(&b);
    return text;
}

static enum status merge(const struct app *app, struct str patch, struct arena *arena, struct str *out)
{
    const struct node *tree, *merged;
    struct yaml_problem problem;
    TRY(manifest_tree(patch, arena, &tree, &problem));
    TRY(manifest_merge(app->manifest, tree, arena, &merged));
    return manifest_text(merged, arena, out);
}

enum status manifest_add_redirect(struct app *app, struct str url, enum http_redirects http, struct arena *arena,
                                  const char **why)
{
    struct manifest_check checked;
    struct str text;
    if (lines_has(app->redirect_urls, url)) return E_CONFLICT;
    *why = redirect_config_problem(url, app->flags & APP_PKCE, http);
    if (*why) return E_INVALID;
    struct str patch = patch_text(app->redirect_urls, url, arena);
    if (!patch.n) return E_LIMIT;
    TRY(merge(app, patch, arena, &text));
    manifest_check(text, http, arena, &checked);
    const struct field_problem *wrong = manifest_binding(checked.problems.first, app->flags);
    if (wrong) {
        *why = "the manifest would not be valid";
        return E_INVALID;
    }
    manifest_apply(&checked.manifest, arena, app);
    return arena->failed ? E_LIMIT : OK;
}
