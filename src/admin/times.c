// SPDX-License-Identifier: Apache-2.0
#include "admin/times.h"

#include <time.h>

#define HUNDRED_YEARS INT64_C(3155760000000)

static const struct {
    const char *name;
    int64_t ms;
} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};

// How many digits, or bytes that are none, stand at the start.
static size_t run_length(struct str s, bool digits)
{
    size_t n = 0;
    while (n < s.n && ascii_digit(s.p[n]) == digits) n++;
    return n;
}

static struct str take(struct str *rest, bool digits)
{
    struct str part = str_upto(*rest, run_length(*rest, digits));
    *rest = str_from(*rest, part.n);
    return part;
}

static int64_t unit_ms(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (str_eq(str_of(units[i].name), name)) return units[i].ms;
    return 0;
}

enum status duration_parse(struct str text, int64_t *ms)
{
    bool back = text.n && text.p[0] == '-';
    struct str rest = str_from(text, back);
    int64_t sum = 0;
    if (!rest.n) return E_INVALID;
    while (rest.n) {
        uint64_t n = 0;
        if (!str_u64(take(&rest, true), HUNDRED_YEARS, &n)) return E_INVALID;
        int64_t unit = unit_ms(take(&rest, false));
        if (!unit || (int64_t)n > (HUNDRED_YEARS - sum) / unit) return E_INVALID;
        sum += (int64_t)n * unit;
    }
    *ms = back ? -sum : sum;
    return OK;
}

// Digits of fixed width, from `least` to `most`.
static bool read_field(struct str *rest, size_t width, int least, int most, int *out)
{
    uint64_t n;
    if (rest->n < width || !str_u64(str_upto(*rest, width), (uint64_t)most, &n) || (int)n < least) return false;
    *rest = str_from(*rest, width);
    *out = (int)n;
    return true;
}

static bool read_char(struct str *rest, const char *set)
{
    if (!rest->n || !rest->p[0] || !strchr(set, rest->p[0])) return false;
    *rest = str_from(*rest, 1);
    return true;
}

// The digits behind the point; the first three count.
static bool read_fraction(struct str *rest, int *ms)
{
    struct str digits = take(rest, true);
    for (size_t i = 0; i < 3; i++) *ms = 10 * *ms + (i < digits.n ? digits.p[i] - '0' : 0);
    return digits.n > 0;
}

// "Z" or "+02:00", in minutes.
static bool read_zone(struct str *rest, int *minutes)
{
    int h, m, sign = rest->n && rest->p[0] == '-' ? -1 : 1;
    *minutes = 0;
    if (read_char(rest, "Zz")) return true;
    if (!read_char(rest, "+-") || !read_field(rest, 2, 0, 23, &h)) return false;
    if (!read_char(rest, ":") || !read_field(rest, 2, 0, 59, &m)) return false;
    *minutes = sign * (60 * h + m);
    return true;
}

static bool read_date(struct str *rest, struct tm *tm)
{
    int year, month;
    if (!read_field(rest, 4, 1970, 9999, &year) || !read_char(rest, "-")) return false;
    if (!read_field(rest, 2, 1, 12, &month) || !read_char(rest, "-")) return false;
    tm->tm_year = year - 1900;
    tm->tm_mon = month - 1;
    return read_field(rest, 2, 1, 31, &tm->tm_mday);
}

static bool read_clock(struct str *rest, struct tm *tm)
{
    if (!read_field(rest, 2, 0, 23, &tm->tm_hour) || !read_char(rest, ":")) return false;
    return read_field(rest, 2, 0, 59, &tm->tm_min) && read_char(rest, ":") && read_field(rest, 2, 0, 59, &tm->tm_sec);
}

enum status moment_parse(struct str text, int64_t *ms)
{
    struct tm tm = {0};
    int fraction = 0, zone;
    if (!read_date(&text, &tm) || !read_char(&text, "Tt ") || !read_clock(&text, &tm)) return E_INVALID;
    if (read_char(&text, ".") && !read_fraction(&text, &fraction)) return E_INVALID;
    if (!read_zone(&text, &zone) || text.n) return E_INVALID;
    int day = tm.tm_mday;
    int64_t seconds = timegm(&tm); // makes 31 April the 1st of May
    if (tm.tm_mday != day) return E_INVALID;
    int64_t moment = (seconds - (int64_t)zone * 60) * 1000 + fraction;
    if (moment < 0) return E_INVALID;
    *ms = moment;
    return OK;
}

void moment_write(int64_t ms, char out[MOMENT_SIZE])
{
    struct tm tm;
    time_t seconds = (time_t)(ms / 1000);
    gmtime_r(&seconds, &tm);
    size_t n = strftime(out, MOMENT_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
    if (ms % 1000) n += (size_t)snprintf(out + n, MOMENT_SIZE - n, ".%03d", (int)(ms % 1000));
    snprintf(out + n, MOMENT_SIZE - n, "Z");
}
