#include "ingest/policy/statement_name.h"

static const char *ordinal_ending(uint32_t number)
{
    static const char *const endings[] = {"th", "st", "nd", "rd"};
    return number % 10 < 4 && number / 10 % 10 != 1 ? endings[number % 10] : "th";
}

void statement_name_append(struct text *text, const char *sid, uint32_t position)
{
    if (sid[0] != '\0')
        text_format(text, "statement \"%s\"", sid);
    else
        text_format(text, "%u%s statement", position + 1, ordinal_ending(position + 1));
}
