// SPDX-License-Identifier: Apache-2.0
// The style sheet of the pages, compiled in. Its URL holds a name for its very text, so browsers may keep it for good.
#pragma once

#include "world/world.h"

extern const char assets_css[];
extern const size_t assets_css_size;
extern const char assets_css_name[]; // eight hex digits

// GET /assets/pages.css
void assets_style(struct world *w, struct http_request *req);
