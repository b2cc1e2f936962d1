// SPDX-License-Identifier: Apache-2.0
#include "web/assets.h"

#include "web/document.h"

void assets_style(struct world *w, struct http_request *req)
{
    (void)w;
    if (!document_is_read(req)) return;
    // Another version than the page's own, as when a page from before an upgrade is still open, must not be kept.
    struct str asked = str_from(req->query, str_find(req->query, '=') + 1);
    bool same = str_is(asked, assets_css_name);
    buf_bytes(&req->resp.body, assets_css, assets_css_size);
    document_send(req, "text/css; charset=utf-8", same ? "public, max-age=31536000, immutable" : DOCUMENT_ASK_AGAIN);
}
