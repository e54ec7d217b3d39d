#include "analyzer/report/lines.h"

#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include "ingest/support/text.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void line_print(struct output *output, enum line_style style, const char *format, ...)
{
    struct text text = {0}, printable = {0};
    va_list arguments;
    va_start(arguments, format);
    text_append_arguments(&text, format, arguments);
    va_end(arguments);
    size_t before = strspn(format, "\n"), after = 0, size = strlen(format);
    while (after < size - before && format[size - 1 - after] == '\n')
        after++;
    text.data[text.length - after] = '\0';
    text_append_printable(&printable, text.data + before);
    bool coloured = output->colour && style != STYLE_PLAIN;
    fprintf(output->stream, "%.*s%s", (int)before, "\n\n\n", coloured ? styled_code(style) : "");
    fwrite(printable.data != NULL ? printable.data : "", 1, printable.length, output->stream);
    fprintf(output->stream, "%s%.*s", coloured ? "\033[0m" : "", (int)after, "\n\n\n");
    text_free(&text);
    text_free(&printable);
}

void line_head(struct output *output, const char *format, ...)
{
    struct styled line = {0};
    va_list arguments;
    va_start(arguments, format);
    styled_add_arguments(&line, STYLE_BOLD, format, arguments);
    va_end(arguments);
    styled_print(&line, output, 0, 2, NULL);
}

void line_item(struct output *output, int indent, const char *label, const char *text)
{
    struct styled styled = {0};
    styled_add(&styled, STYLE_PLAIN, "%s%s", label, text);
    styled_print(&styled, output, indent, indent, NULL);
}

void line_paragraph(struct output *output, int indent, const char *text)
{
    line_item(output, indent, "", text);
}

void line_json(struct output *output, int indent, const json_t *value)
{
    char *text = json_words(value, JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_ENCODE_ANY);
    for (char *at = text, *end; at != NULL; at = end != NULL ? end + 1 : NULL) {
        end = strchr(at, '\n');
        fprintf(output->stream, "%*s%.*s\n", indent, "", end != NULL ? (int)(end - at) : (int)strlen(at), at);
    }
    free(text);
}

void line_gaps(struct analysis *analysis, struct output *output)
{
    const struct gaps *gaps = analysis_gaps(analysis);
    if (gaps->count == 0 || output->quiet)
        return;
    line_print(output, STYLE_FAINT, "\nNot covered by this answer:\n");
    for (size_t i = 0; i < gaps->count; i++) {
        struct styled line = {0};
        styled_add(&line, STYLE_FAINT, "- %s", gaps->list[i].sentence);
        styled_print(&line, output, 2, 4, NULL);
    }
}
