// SPDX-License-Identifier: Apache-2.0
// hallpass app redirect list|add|remove: the redirect URLs of an app, which stand in its manifest.
#include "base/limits.h"
#include "base/nearest.h"
#include "cli/command.h"

static int read_app(struct command_line *c, json_t **out)
{
    return admin_call(c, "GET", admin_path(c, "apps", c->arguments[0], ""), STR(""), out);
}

// The list as it stands in the app; NULL: it has none.
static json_t *urls_of(const json_t *app)
{
    return json_object_get(json_object_get(json_object_get(app, "manifest"), "oauth_config"), "redirect_urls");
}

static const char *url_at(const json_t *urls, size_t i)
{
    const char *url = json_string_value(json_array_get(urls, i));
    return url ? url : "";
}

// Its place in the list; the list's size when it is not in it.
static size_t find_url(const json_t *urls, struct str url)
{
    size_t i = 0;
    while (i < json_array_size(urls) && !str_is(url, url_at(urls, i))) i++;
    return i;
}

static json_t *copy_of(const json_t *urls)
{
    json_t *copy = json_array();
    for (size_t i = 0; i < json_array_size(urls); i++) json_array_append(copy, json_array_get(urls, i));
    return copy;
}

static void tell(const struct command_line *c, const json_t *app)
{
    const json_t *urls = urls_of(app);
    json_t *told = json_pack("{s:s, s:o}", "app", member_text(app, "id"), "redirect_urls", copy_of(urls));
    if (c->json) output_json(told);
    json_decref(told);
    for (size_t i = 0; !c->json && i < json_array_size(urls); i++) output_line(url_at(urls, i));
}

// Makes `urls`, which it takes over, the app's. A list of a manifest is replaced as a whole.
static int write_urls(struct command_line *c, json_t *urls)
{
    json_t *app, *patch = json_pack("{s:{s:{s:o}}}", "manifest", "oauth_config", "redirect_urls", urls);
    char *text = json_dumps(patch, JSON_COMPACT);
    json_decref(patch);
    int failed = admin_call(c, "PATCH", admin_path(c, "apps", c->arguments[0], ""), str_of(text), &app);
    free(text);
    if (failed) return failed;
    if (!c->quiet) tell(c, app);
    json_decref(app);
    return EXIT_DONE;
}

int c_app_redirect_list(struct command_line *c)
{
    json_t *app;
    int failed = read_app(c, &app);
    if (failed) return failed;
    tell(c, app);
    json_decref(app);
    return EXIT_DONE;
}

// One that is there already is no fault: what was asked for is so.
int c_app_redirect_add(struct command_line *c)
{
    json_t *app, *url = json_stringn(c->arguments[1].p, c->arguments[1].n);
    if (!url) return report_error(EXIT_USAGE, "the URL is not UTF-8", "", "");
    int failed = read_app(c, &app);
    if (failed) {
        json_decref(url);
        return failed;
    }
    json_t *urls = copy_of(urls_of(app));
    bool known = find_url(urls, c->arguments[1]) < json_array_size(urls);
    json_decref(app);
    if (known)
        json_decref(url);
    else
        json_array_append_new(urls, url);
    return write_urls(c, urls);
}

// The nearest URL that the app has goes along as a hint.
static int no_such_url(struct command_line *c, const json_t *urls)
{
    char what[300], why[300] = "", hint[160];
    size_t n = json_array_size(urls);
    const char **names = arena_alloc(&c->arena, (n + 1) * sizeof *names);
    for (size_t i = 0; names && i < n; i++) names[i] = url_at(urls, i);
    const char *nearest = names ? names_nearest((struct names){names, n, sizeof *names}, c->arguments[1]) : NULL;
    if (nearest) snprintf(why, sizeof why, "did you mean %.250s?", nearest);
    snprintf(what, sizeof what, "app %.64s has no redirect URL %.200s", c->arguments[0].p, c->arguments[1].p);
    snprintf(hint, sizeof hint, "hallpass app redirect list %.64s", c->arguments[0].p);
    return report_error(EXIT_NOT_FOUND, what, why, hint);
}

int c_app_redirect_remove(struct command_line *c)
{
    json_t *app;
    int failed = read_app(c, &app);
    if (failed) return failed;
    json_t *urls = copy_of(urls_of(app));
    size_t at = find_url(urls, c->arguments[1]);
    json_decref(app);
    if (at < json_array_size(urls)) {
        json_array_remove(urls, at);
        return write_urls(c, urls);
    }
    failed = no_such_url(c, urls);
    json_decref(urls);
    return failed;
}
