#include "analyzer/command_line/styled.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* A mark is this byte and the style as a digit. Printable text has no such byte. */
#define MARK '\001'
/* Stands for a non-breaking space; printable text does not contain it either. */
#define JOIN '\002'

static const char *const codes[] = {
    [STYLE_PLAIN] = "",       [STYLE_BOLD] = "\033[1m",  [STYLE_GOOD] = "\033[32m",    [STYLE_MAYBE] = "\033[33m",
    [STYLE_BAD] = "\033[31m", [STYLE_FAINT] = "\033[2m", [STYLE_GRAVE] = "\033[1;33m", [STYLE_WORST] = "\033[1;31m",
};

const char *styled_code(enum line_style style)
{
    return codes[style];
}

void styled_add(struct styled *styled, enum line_style style, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    styled_add_arguments(styled, style, format, arguments);
    va_end(arguments);
}

void styled_add_arguments(struct styled *styled, enum line_style style, const char *format, va_list arguments)
{
    struct text raw = {0};
    text_append_arguments(&raw, format, arguments);
    if (raw.length > 0) {
        text_append_char(&styled->text, MARK);
        text_append_char(&styled->text, (char)('0' + style));
        text_append_printable(&styled->text, raw.data);
    }
    text_free(&raw);
}

void styled_join(struct styled *styled)
{
    text_append_char(&styled->text, JOIN);
}

size_t styled_columns(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0, size; i < length; i += size) {
        uint32_t code;
        if (text[i] == MARK) {
            size = 2;
            continue;
        }
        size = text_decode(text + i, &code);
        int columns = size > 0 && text[i] != JOIN ? wcwidth((wchar_t)code) : 1;
        count += columns > 0 ? (size_t)columns : columns < 0;
        size = size > 0 ? size : 1;
    }
    return count;
}

/* The state while one sentence is printed. */
struct laying {
    struct output *output;
    size_t width, column, begin; /* width 0: no edge; begin: column of the line's first word */
    enum line_style style;       /* for the next character */
};

static void set_style(struct laying *laying, enum line_style style)
{
    if (laying->output->colour && style != laying->style) {
        if (laying->style != STYLE_PLAIN)
            fputs("\033[0m", laying->output->stream);
        fputs(codes[style], laying->output->stream);
    }
    laying->style = style;
}

static void put_spaces(struct laying *laying, size_t count)
{
    fprintf(laying->output->stream, "%*s", (int)count, "");
    laying->column += count;
}

/* Prints a word with the marks in it. */
static void put_word(struct laying *laying, const char *word, size_t length)
{
    for (size_t i = 0; i < length;) {
        if (word[i] == MARK) {
            set_style(laying, (enum line_style)(word[i + 1] - '0'));
            i += 2;
            continue;
        }
        if (word[i] == JOIN) {
            fputc(' ', laying->output->stream);
            i++;
            continue;
        }
        size_t plain = 1;
        while (i + plain < length && word[i + plain] != MARK && word[i + plain] != JOIN)
            plain++;
        fwrite(word + i, 1, plain, laying->output->stream);
        i += plain;
    }
    laying->column += styled_columns(word, length);
}

static void break_line(struct laying *laying, size_t rest)
{
    enum line_style style = laying->style;
    set_style(laying, STYLE_PLAIN);
    fputc('\n', laying->output->stream);
    laying->column = 0;
    put_spaces(laying, rest);
    laying->begin = rest;
    set_style(laying, style);
}

/* Further to the right, a tag no longer looks like a part of its line. */
#define TAG_EDGE 120
/* For text that is wider than a line, such as a path. */
#define OVERLONG_INDENT 4
/* Longer tags are paths, which are read from their beginning. */
#define LABEL 40

static void put_tag(struct laying *laying, const char *tag, size_t rest)
{
    size_t columns = styled_columns(tag, strlen(tag)), end = laying->column + 2 + columns;
    size_t edge = laying->width < TAG_EDGE ? laying->width : TAG_EDGE;
    if (laying->width == 0 || (end > edge && end <= laying->width)) {
        put_spaces(laying, 2);
    } else if (end <= edge) {
        put_spaces(laying, edge - columns - laying->column);
    } else {
        size_t most = columns <= laying->width ? laying->width - columns : OVERLONG_INDENT;
        if (columns <= LABEL && columns <= edge)
            most = rest = edge - columns;
        break_line(laying, rest < most ? rest : most);
    }
    set_style(laying, STYLE_FAINT);
    put_word(laying, tag, strlen(tag));
}

/* Breaks lines between words; runs of spaces are kept. */
static void put_words(struct laying *laying, const char *words, size_t rest)
{
    size_t spaces = 0;
    while (*words != '\0') {
        size_t length = strcspn(words, " "), columns = styled_columns(words, length);
        if (laying->width > 0 && laying->column > laying->begin && laying->column + spaces + columns > laying->width) {
            break_line(laying, rest);
            spaces = 0;
        }
        put_spaces(laying, spaces);
        put_word(laying, words, length);
        words += length;
        spaces = strspn(words, " ");
        words += spaces;
    }
}

void styled_print(struct styled *styled, struct output *output, int first, int rest, const char *tag)
{
    struct laying laying = {.output = output, .width = output->width > 40 ? (size_t)output->width : 0};
    struct text printable = {0};
    const char *word = styled->text.data != NULL ? styled->text.data : "";
    if (tag != NULL)
        text_append_printable(&printable, tag);
    put_spaces(&laying, (size_t)first);
    laying.begin = (size_t)first;
    put_words(&laying, word, (size_t)rest);
    set_style(&laying, STYLE_PLAIN);
    if (printable.length > 0)
        put_tag(&laying, printable.data, (size_t)rest);
    set_style(&laying, STYLE_PLAIN);
    fputc('\n', output->stream);
    text_free(&printable);
    text_free(&styled->text);
}

const char *styled_sign(const struct output *output, enum styled_sign sign)
{
    static const struct {
        const char *utf8, *ascii;
    } signs[] = {
        [SIGN_YES] = {"✓ ", ""},           [SIGN_MAYBE] = {"┄ ", ""}, [SIGN_NO] = {"✗ ", ""},
        [SIGN_CRITICAL] = {"◆ ", ""},      [SIGN_HIGH] = {"▲ ", ""},  [SIGN_MEDIUM] = {"● ", ""},
        [SIGN_LOW] = {"○ ", ""},           [SIGN_INFO] = {"· ", ""},  [SIGN_ARROW] = {"─▶", "->"},
        [SIGN_ARROW_MAYBE] = {"┄▶", "~>"},
    };
    return output->utf8 ? signs[sign].utf8 : signs[sign].ascii;
}
