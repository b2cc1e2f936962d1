// SPDX-License-Identifier: Apache-2.0
// What all pages have in common: headers that keep them safe, the frame around their content, redirects.
#pragma once

#include "http/message.h"
#include "web/views.h"
#include "world/world.h"

// Cache, framing and referrer headers of an answer that is no page and loads nothing (security.md S14, S27, S28).
void page_headers(struct http_request *req);
// Where the forms of a page may lead. Browsers hold every redirect that follows a form's POST against form-action of
// the Content-Security-Policy, the app's own ones behind the callback too, wherever those lead: the consent page has
// none, or people would stay on it, without a word, with the app installed.
enum page_form { PAGE_FORM_NONE, PAGE_FORM_HERE, PAGE_FORM_TO_APP };
// Headers and status of an HTML page whose body is to be written; then http_reply().
void page_open(struct http_request *req, int status, enum page_form form);
// The frame of a page that nobody is signed in to. What points into *w stays as long as the world.
void page_frame(const struct world *w, const struct http_request *req, struct frame_view *out);
// A page with a heading and one paragraph. link: path behind the base path; empty: none.
void page_plain(struct world *w, struct http_request *req, int status, const struct plain_view *page);
// "405 Method not allowed", told as a page.
void page_bad_verb(struct world *w, struct http_request *req, const char *allow, const char *text);
// 302 (never 307 or 308: security.md S20), to the app.
void page_redirect(struct http_request *req, struct str location);
// 303, to a page of ours: path and query behind the base path. After a POST that changed something (security.md D10).
void page_see_other(struct world *w, struct http_request *req, struct str path);
// The path in front of all of ours in links; "" or "/path".
struct str page_base(const struct world *w);

// Letters and colour of whoever has that name and id.
struct face_view page_face(struct str name, struct str id, struct arena *arena);
// "23 November 2026"
struct str page_date(int64_t ms, struct arena *arena);
