#include "ingest/policy/operands.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool condition_parse_number(const char *text, double *number)
{
    const char *digits = *text == '-' || *text == '+' ? text + 1 : text;
    if (strspn(digits, "0123456789.eE+-") != strlen(digits) || !((*digits >= '0' && *digits <= '9') || *digits == '.'))
        return false;
    char *end = NULL;
    *number = strtod(text, &end);
    return *end == '\0' && isfinite(*number);
}

static bool parse_digits(const char **text, int count, int *number)
{
    int value = 0;
    for (int i = 0; i < count; i++, (*text)++) {
        if (**text < '0' || **text > '9')
            return false;
        value = value * 10 + (**text - '0');
    }
    *number = value;
    return true;
}

/* Days since 1970-01-01 of a Gregorian date; from Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms". */
static long days_from_civil(int year, int month, int day)
{
    year -= month <= 2;
    long era = (year >= 0 ? year : year - 399) / 400;
    long year_of_era = year - era * 400;
    long day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static bool parse_zone(const char *text, double *offset)
{
    *offset = 0;
    if (*text == '\0' || strcmp(text, "Z") == 0 || strcmp(text, "z") == 0)
        return true;
    if (*text != '+' && *text != '-')
        return false;
    double sign = *text++ == '+' ? 1 : -1;
    int hours = 0, minutes = 0;
    if (!parse_digits(&text, 2, &hours))
        return false;
    if (*text == ':')
        text++;
    if (!parse_digits(&text, 2, &minutes) || *text != '\0' || hours > 23 || minutes > 59)
        return false;
    *offset = sign * (hours * 3600.0 + minutes * 60.0);
    return true;
}

bool condition_parse_date(const char *text, double *epoch_seconds)
{
    const char *at = text;
    int year = 0, month = 1, day = 1, hour = 0, minute = 0;
    double second = 0, offset = 0;
    bool calendar = parse_digits(&at, 4, &year) && (*at == '\0' || *at == '-');
    if (!calendar)
        return condition_parse_number(text, epoch_seconds);
    if (*at == '-') {
        at++;
        if (!parse_digits(&at, 2, &month))
            return false;
        if (*at == '-') {
            at++;
            if (!parse_digits(&at, 2, &day))
                return false;
            if (*at == 'T' || *at == 't' || *at == ' ') {
                at++;
                if (!parse_digits(&at, 2, &hour) || *at++ != ':' || !parse_digits(&at, 2, &minute))
                    return false;
                if (*at == ':') {
                    int whole = 0;
                    at++;
                    if (!parse_digits(&at, 2, &whole))
                        return false;
                    second = whole;
                    if (*at == '.') {
                        double scale = 1;
                        for (at++; *at >= '0' && *at <= '9'; at++) {
                            scale /= 10;
                            second += scale * (*at - '0');
                        }
                    }
                }
            }
            if (!parse_zone(at, &offset))
                return false;
            at = "";
        }
    }
    if (*at != '\0' || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month) || hour > 24 ||
        minute > 59 || second > 60)
        return false;
    *epoch_seconds =
        (double)days_from_civil(year, month, day) * 86400.0 + hour * 3600.0 + minute * 60.0 + second - offset;
    return true;
}

bool condition_parse_network(const char *text, struct condition_network *network)
{
    char address[64];
    const char *slash = strchr(text, '/');
    size_t length = slash != NULL ? (size_t)(slash - text) : strlen(text);
    if (length == 0 || length >= sizeof address)
        return false;
    memcpy(address, text, length);
    address[length] = '\0';
    memset(network, 0, sizeof *network);
    network->v6 = strchr(address, ':') != NULL;
    if (inet_pton(network->v6 ? AF_INET6 : AF_INET, address, network->address) != 1)
        return false;
    network->bits = network->v6 ? 128 : 32;
    if (slash != NULL) {
        if (strspn(slash + 1, "0123456789") != strlen(slash + 1) || slash[1] == '\0' || strlen(slash + 1) > 3)
            return false;
        long bits = strtol(slash + 1, NULL, 10);
        if (bits > network->bits)
            return false;
        network->bits = (int)bits;
    }
    return true;
}
