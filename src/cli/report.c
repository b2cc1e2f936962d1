// SPDX-License-Identifier: Apache-2.0
#include "cli/report.h"

void report_line(const char *label, const char *text)
{
    char line[960];
    size_t n = 0;
    if (!text || !*text) return;
    for (; *text && n < sizeof line - 1; text++) line[n++] = (unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text;
    fprintf(stderr, "%s%.*s\n", label, (int)n, line);
}

int report_error(enum exit_status status, const char *what, const char *why, const char *hint)
{
    report_line("error: ", what);
    report_line("why: ", why);
    report_line("try: ", hint);
    return (int)status;
}
