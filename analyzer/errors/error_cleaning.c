#include "analyzer/errors/error_cleaning.h"

#include <ctype.h>
#include <string.h>

struct replacement {
    const char *written, *meant;
};

/* How JSON (also nested in JSON), XML and programs escape a character, and what terminals draw around messages. */
static const struct replacement replacements[] = {
    {"\\\\n", " "},   {"\\\\t", " "},   {"\\\\\"", "\""}, {"\\n", " "},     {"\\r", " "},
    {"\\t", " "},     {"\\\"", "\""},   {"\\/", "/"},     {"\\u0026", "&"}, {"\\u0027", "'"},
    {"\\u003c", "<"}, {"\\u003e", ">"}, {"&quot;", "\""}, {"&#39;", "'"},   {"&apos;", "'"},
    {"&lt;", "<"},    {"&gt;", ">"},    {"&amp;", "&"},   {"│", " "},       {"╷", " "},
    {"╵", " "},       {"╭", " "},       {"╰", " "},       {"─", " "},       {"\xC2\xA0", " "}};

/* The length of the terminal control sequence that begins here; 0: there is none. */
static size_t control_sequence(const char *at, size_t length)
{
    size_t end = 2;
    if (length < 3 || at[0] != '\x1B' || at[1] != '[')
        return 0;
    while (end < length && (isdigit((unsigned char)at[end]) || at[end] == ';'))
        end++;
    return end < length ? end + 1 : end;
}

static const struct replacement *replacement_at(const char *at, size_t length)
{
    for (size_t i = 0; i < sizeof replacements / sizeof replacements[0]; i++) {
        size_t written = strlen(replacements[i].written);
        if (written <= length && memcmp(at, replacements[i].written, written) == 0)
            return &replacements[i];
    }
    return NULL;
}

static void append_letter(struct text *clean, char letter)
{
    bool space = isspace((unsigned char)letter) || letter == '\0';
    if (!space)
        text_append_char(clean, letter);
    else if (clean->length > 0 && clean->data[clean->length - 1] != ' ')
        text_append_char(clean, ' ');
}

void error_clean(struct text *clean, const char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t control = control_sequence(text + at, length - at);
        const struct replacement *replacement = replacement_at(text + at, length - at);
        if (control > 0) {
            at += control;
        } else if (replacement != NULL) {
            append_letter(clean, replacement->meant[0]);
            at += strlen(replacement->written);
        } else {
            append_letter(clean, text[at++]);
        }
    }
    if (clean->length > 0 && clean->data[clean->length - 1] == ' ')
        clean->data[--clean->length] = '\0';
}
