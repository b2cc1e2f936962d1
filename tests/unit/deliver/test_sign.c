// SPDX-License-Identifier: Apache-2.0
#include "deliver/sign.h"

#include "check.h"
#include "guard.h"

static void check_headers(const struct call_marks *marks, struct str body, const char *wanted)
{
    struct buf head;
    buf_init(&head, 1024);
    sign_headers(STR("fedcba9876543210fedcba9876543210"), marks, guard_str(body), &head);
    check_str(buf_view(&head), str_of(wanted));
    buf_release(&head);
}

static void test_the_first_attempt(void **state)
{
    (void)state;
    check_headers(&(struct call_marks){.timestamp = 1795564800}, STR("{\"type\":\"event_callback\"}"),
                  "Content-Type: application/json\r\n"
                  "X-Slack-Request-Timestamp: 1795564800\r\n"
                  "X-Slack-Signature: v0=4bfa8aaa610600517351871903c0a148e1128c75b3bbca7b873d5773341cea6e\r\n");
}

static void test_a_retry_tells_why(void **state)
{
    (void)state;
    check_headers(&(struct call_marks){.timestamp = 1795564861, .retry = 2, .reason = "http_timeout"}, STR(""),
                  "Content-Type: application/json\r\n"
                  "X-Slack-Request-Timestamp: 1795564861\r\n"
                  "X-Slack-Signature: v0=2e079e5372840fb16d0027f0ad85ddd0e57524715954d385ba66ff2d1748ac12\r\n"
                  "X-Slack-Retry-Num: 2\r\n"
                  "X-Slack-Retry-Reason: http_timeout\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_attempt),
        cmocka_unit_test(test_a_retry_tells_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
