// SPDX-License-Identifier: Apache-2.0
#include "deliver/sign.h"

#include "crypto/hmac.h"

// v0= and the HMAC of "v0:TIMESTAMP:BODY" under the app's signing secret, in hex.
static void put_signature(struct str secret, int64_t timestamp, struct str body, struct buf *head)
{
    uint8_t mac[SHA256_SIZE];
    struct buf text;
    enum { PREFIX_MAX = 32 };
    buf_init(&text, PREFIX_MAX + body.n);
    buf_printf(&text, "v0:%lld:", (long long)timestamp);
    buf_str(&text, body);
    hmac_sha256(secret, buf_view(&text), mac);
    buf_wipe(&text);
    buf_release(&text);
    buf_z(head, "X-Slack-Signature: v0=");
    buf_hex(head, mac, sizeof mac);
    buf_z(head, "\r\n");
}

void sign_headers(struct str secret, const struct call_marks *marks, struct str body, struct buf *head)
{
    buf_z(head, "Content-Type: application/json\r\n");
    buf_printf(head, "X-Slack-Request-Timestamp: %lld\r\n", (long long)marks->timestamp);
    put_signature(secret, marks->timestamp, body, head);
    if (marks->retry)
        buf_printf(head, "X-Slack-Retry-Num: %u\r\nX-Slack-Retry-Reason: %s\r\n", marks->retry, marks->reason);
}
