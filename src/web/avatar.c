// SPDX-License-Identifier: Apache-2.0
// Images of people and workspaces, for those who show them: a plain figure in a colour that comes from the id. Nobody
// is looked up, so every id has one and none is given away.
#include "crypto/digest.h"
#include "web/document.h"
#include "web/metadata.h"

enum { SIZE_MAX_PX = 1024, DEGREES = 360 };

// "U04R7GH2S1M-48.svg" behind the last slash.
static bool read_name(struct str name, struct str *id, uint64_t *size)
{
    if (!str_ends(name, STR(".svg"))) return false;
    struct str rest = str_upto(name, name.n - 4);
    *id = str_cut(&rest, '-');
    if (id->n < 2 || id->n >= LIMIT_ID) return false;
    for (size_t i = 0; i < id->n; i++)
        if (!ascii_alnum(id->p[i])) return false;
    return str_u64(rest, SIZE_MAX_PX, size) && *size > 0;
}

static unsigned hue_of(struct str id)
{
    uint8_t digest[SHA256_SIZE];
    sha256_one(id, digest);
    return (256u * digest[0] + digest[1]) % DEGREES;
}

static void draw(struct buf *b, bool person, unsigned size, unsigned hue)
{
    buf_printf(b, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" viewBox=\"0 0 64 64\">", size,
               size);
    buf_printf(b, "<rect width=\"64\" height=\"64\" fill=\"hsl(%u,45%%,45%%)\"/><g fill=\"#fff\">", hue);
    buf_z(b, person ? "<circle cx=\"32\" cy=\"25\" r=\"11\"/><path d=\"M11 58a21 18 0 0 1 42 0z\"/>"
                    : "<path d=\"M14 28h14v24h-14zM32 14h18v38h-18z\"/>");
    buf_z(b, "</g></svg>\n");
}

void metadata_avatar(struct world *w, struct http_request *req)
{
    struct str id, name = str_from(req->path, STR("/avatars/").n);
    uint64_t size;
    (void)w;
    if (!document_is_read(req)) return;
    if (!read_name(name, &id, &size)) {
        document_refuse(req, 404, "There is no such image.\n");
        return;
    }
    draw(&req->resp.body, id.p[0] == 'U' || id.p[0] == 'W', (unsigned)size, hue_of(id));
    document_send(req, "image/svg+xml", DOCUMENT_FOR_AN_HOUR);
}
