#include "analyzer/command_line/formats.h"

#include "ingest/support/array.h"
#include "ingest/support/likeness.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Formats with suffixes other than their name; the first suffix of a format is the one to suggest. */
static const struct {
    const char *suffix, *format;
} suffixes[] = {{"txt", "text"},    {"md", "markdown"}, {"xml", "junit"}, {"gv", "dot"},
                {"mmd", "mermaid"}, {"htm", "html"},    {"html", "html"}};

/* Steps through the comma-separated formats. Returns the length of the next one; 0: there is none. */
static size_t next_format(const char **at, const char **format)
{
    *at += **at == ',';
    *format = *at;
    size_t length = strcspn(*at, ",");
    *at += length;
    return length;
}

static bool format_exists(const struct command *command, const char *name)
{
    const char *at = command->formats, *format;
    for (size_t length; (length = next_format(&at, &format)) > 0;)
        if (strlen(name) == length && memcmp(format, name, length) == 0)
            return true;
    return false;
}

/* The suffix after the last dot of the file's name; NULL: none. */
static const char *suffix_of(const char *file)
{
    const char *slash = strrchr(file, '/'), *base = slash != NULL ? slash + 1 : file;
    const char *dot = strrchr(base, '.');
    return dot != NULL && dot != base ? dot + 1 : NULL;
}

/* The command's format for this suffix; malloc'ed; NULL: it has none. */
static char *format_of_suffix(const struct command *command, const char *suffix)
{
    const char *at = command->formats, *format;
    for (size_t length; (length = next_format(&at, &format)) > 0;)
        if (strlen(suffix) == length && strncasecmp(format, suffix, length) == 0)
            return memory_text_part(format, length);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
        if (strcasecmp(suffixes[i].suffix, suffix) == 0 && format_exists(command, suffixes[i].format))
            return memory_text(suffixes[i].format);
    return NULL;
}

static void append_suffix(struct text *text, const char *format, size_t length)
{
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
        if (strncmp(suffixes[i].format, format, length) == 0 && suffixes[i].format[length] == '\0' &&
            strcmp(suffixes[i].format, "dot") != 0 && strcmp(suffixes[i].format, "html") != 0) {
            text_format(text, ".%s", suffixes[i].suffix);
            return;
        }
    text_format(text, ".%.*s", (int)length, format);
}

/* "text, json or csv", or their suffixes. */
static char *list_formats(const struct command *command, bool as_suffixes)
{
    struct text text = {0};
    const char *at = command->formats, *format;
    for (size_t length; (length = next_format(&at, &format)) > 0;) {
        text_append_string(&text, text.length == 0 ? "" : *at == '\0' ? " or " : ", ");
        if (as_suffixes)
            append_suffix(&text, format, length);
        else
            text_format(&text, "%.*s", (int)length, format);
    }
    return text_release(&text);
}

/* The format that was probably meant; malloc'ed; NULL: none is similar. */
static char *nearest_format(const struct command *command, const char *name)
{
    char *formats = memory_text(command->formats), *rest;
    const char **names = NULL;
    size_t count = 0, room = 0;
    for (char *format = strtok_r(formats, ",", &rest); format != NULL; format = strtok_r(NULL, ",", &rest))
        ARRAY_ADD(names, count, room, format);
    const char *near = nearest_name_close(name, names, count);
    char *kept = near != NULL ? memory_text(near) : NULL;
    free(names);
    free(formats);
    return kept;
}

char *format_choose(const struct command *command, const char *format, const char *file)
{
    const char *suffix = file != NULL ? suffix_of(file) : NULL;
    if (format == NULL && suffix == NULL)
        return memory_text_part(command->formats, strcspn(command->formats, ","));
    if (format != NULL && format_exists(command, format))
        return memory_text(format);
    char *chosen = format == NULL ? format_of_suffix(command, suffix) : NULL;
    if (chosen != NULL)
        return chosen;
    char *formats = list_formats(command, false), *files = list_formats(command, true);
    char *near = format != NULL ? nearest_format(command, format) : NULL;
    if (near != NULL)
        command_error("%s: no format \"%s\"; did you mean %s? Choose %s", command->name, format, near, formats);
    else if (format != NULL)
        command_error("%s: no format \"%s\"; choose %s", command->name, format, formats);
    else
        command_error("%s: %s: no format has the suffix .%s; end the name in %s, or choose --format %s", command->name,
                      file, suffix, files, formats);
    free(near);
    free(formats);
    free(files);
    return NULL;
}
