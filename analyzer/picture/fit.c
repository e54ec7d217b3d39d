#include "analyzer/picture/fit.h"

#include "analyzer/picture/family.h"
#include "ingest/support/text.h"
#include <stdint.h>
#include <string.h>

/* Widths of the characters from space to tilde, in thousandths of the font size. Source: Adobe's metrics of Helvetica.
 */
static const uint16_t widths[] = {
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,  278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,  611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,  556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,  500, 334, 260, 334, 584,
};
#define MARGIN 1.1
#define OTHER_WIDTH 600 /* for accented letters and the like */
#define WIDE_WIDTH 1000 /* for East Asian characters */
#define WIDE_FROM 0x1100u

static uint16_t character_width(uint32_t code)
{
    if (code >= ' ' && code <= '~')
        return widths[code - ' '];
    return code >= WIDE_FROM && code != 0x2026 && code != 0x2192 ? WIDE_WIDTH : OTHER_WIDTH;
}

/* How many bytes of the text fit; all: its length. */
static size_t fitting(const char *text, double size, double width)
{
    double used = 0;
    const char *at = text;
    while (*at != '\0') {
        uint32_t code = (unsigned char)*at;
        size_t length = text_decode(at, &code);
        used += character_width(code) * size * MARGIN / 1000;
        if (used > width)
            break;
        at += length > 0 ? length : 1;
    }
    return (size_t)(at - text);
}

double fit_width(const char *text, double size)
{
    double used = 0;
    while (*text != '\0') {
        uint32_t code = (unsigned char)*text;
        size_t length = text_decode(text, &code);
        used += character_width(code) * size * MARGIN / 1000;
        text += length > 0 ? length : 1;
    }
    return used;
}

static bool begins_character(char byte)
{
    return ((unsigned char)byte & 0xC0) != 0x80;
}

static const char *cut_middle(struct arena *arena, const char *text, double size, double width)
{
    double room = width - fit_width("…", size);
    size_t length = strlen(text), front = fitting(text, size, room * 0.55), back = length;
    double left = room - room * 0.55, used = 0;
    while (back > front) {
        size_t before = back - 1;
        while (before > front && !begins_character(text[before]))
            before--;
        uint32_t code = (unsigned char)text[before];
        text_decode(text + before, &code);
        used += character_width(code) * size * MARGIN / 1000;
        if (used > left)
            break;
        back = before;
    }
    struct text out = {0};
    text_append(&out, text, front);
    text_append_string(&out, "…");
    text_append_string(&out, text + back);
    return text_keep(&out, arena);
}

const char *fit_name(struct arena *arena, const char *text, double size, double width)
{
    struct text clean = {0};
    text_append_printable(&clean, text);
    const char *name = text_keep(&clean, arena);
    if (name[fitting(name, size, width)] == '\0')
        return name;
    const char *shorter = family_without_generated(arena, name);
    return shorter[fitting(shorter, size, width)] == '\0' ? shorter : cut_middle(arena, shorter, size, width);
}

const char *fit_sentence(struct arena *arena, const char *text, double size, double width)
{
    struct text clean = {0}, out = {0};
    text_append_printable(&clean, text);
    const char *sentence = text_keep(&clean, arena);
    if (sentence[fitting(sentence, size, width)] == '\0')
        return sentence;
    text_append(&out, sentence, fitting(sentence, size, width - fit_width("…", size)));
    text_append_string(&out, "…");
    return text_keep(&out, arena);
}
