#include "analyzer/report/escape.h"

#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Mermaid refuses pictures of more than 50,000 characters. */
#define MERMAID_LABEL 160

static char *printable(const char *string)
{
    struct text text = {0};
    text_append_printable(&text, string);
    return text_release(&text);
}

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

void text_append_xml(struct text *text, const char *string)
{
    char *clean = printable(string);
    for (const char *at = clean; *at != '\0'; at++)
        switch (*at) {
        case '&':
            text_append_string(text, "&amp;");
            break;
        case '<':
            text_append_string(text, "&lt;");
            break;
        case '>':
            text_append_string(text, "&gt;");
            break;
        case '"':
            text_append_string(text, "&quot;");
            break;
        default:
            /* U+FFFE and U+FFFF are characters of UTF-8, but not of XML. */
            if (starts_with(at, "\xEF\xBF\xBE") || starts_with(at, "\xEF\xBF\xBF")) {
                text_format(text, "\\u{FFF%c}", (unsigned char)at[2] == 0xBE ? 'E' : 'F');
                at += 2;
            } else {
                text_append_char(text, *at);
            }
        }
    free(clean);
}

void text_append_markdown(struct text *text, const char *string)
{
    static const char escaped[] = "\\`*_{}[]()!~$";
    char *clean = printable(string);
    for (const char *at = clean; *at != '\0'; at++) {
        if (*at == '<')
            text_append_string(text, "&lt;");
        else if (*at == '>')
            text_append_string(text, "&gt;");
        else if (*at == '&')
            text_append_string(text, "&amp;");
        else if (*at == '|')
            text_append_string(text, "&#124;");
        else if (*at == '@' || *at == '#')
            /* The empty comment keeps @name and #1 from being read as a mention and a reference. */
            text_format(text, "%s<!-- -->", *at == '@' ? "@" : "&#35;");
        else if (starts_with(at, "://"))
            text_append_string(text, "&#58;");
        else if (starts_with(at, "www.") || starts_with(at, "WWW."))
            text_append_string(text, *at == 'w' ? "&#119;" : "&#87;");
        else if (strchr(escaped, *at) != NULL)
            text_format(text, "\\%c", *at);
        else if (at == clean && (strchr("-+=", *at) != NULL || at[strspn(at, "0123456789")] == '.'))
            /* Characters that would begin a list or underline a heading. */
            text_format(text, "&#%d;", *at);
        else
            text_append_char(text, *at);
    }
    free(clean);
}

static void append_mermaid(struct text *text, const char *clean, size_t length)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,/_-:=";
    for (const char *at = clean; at < clean + length; at++)
        if (strchr(plain, *at) != NULL || (unsigned char)*at >= 0x80)
            text_append_char(text, *at);
        else
            text_format(text, "#%d;", *at);
}

void text_append_mermaid(struct text *text, const char *string)
{
    char *clean = printable(string);
    size_t length = strlen(clean), end = length;
    if (length > MERMAID_LABEL) {
        append_mermaid(text, clean, (size_t)text_prefix(clean, MERMAID_LABEL / 2));
        text_append_string(text, "…");
        end = MERMAID_LABEL / 2;
        while (((unsigned char)clean[length - end] & 0xC0) == 0x80)
            end--;
    }
    append_mermaid(text, clean + length - end, end);
    free(clean);
}

void text_append_json(struct text *text, const char *string)
{
    for (size_t length; *string != '\0'; string += length) {
        uint32_t code = 0;
        length = text_decode(string, &code);
        if (length == 0 || *string == '\n' || !text_is_treacherous(code)) {
            length = length == 0 ? 1 : length;
            text_append(text, string, length);
        } else if (code < 0x10000) {
            text_format(text, "\\u%04x", (unsigned)code);
        } else {
            code -= 0x10000;
            text_format(text, "\\u%04x\\u%04x", (unsigned)(0xD800 | code >> 10), (unsigned)(0xDC00 | (code & 0x3FF)));
        }
    }
}

/* Spreadsheets would take it for a number and show another one: an account ID without its zeros, or 1.23E+31. */
static bool is_misread_as_number(const char *string)
{
    size_t digits = strspn(string, "0123456789");
    const char *rest = string + digits;
    bool exponent = digits > 0 && (*rest == 'e' || *rest == 'E') && strspn(rest + 1, "0123456789") == strlen(rest + 1);
    return exponent || (*rest == '\0' && (digits > 11 || (digits > 1 && string[0] == '0')));
}

void text_append_csv(struct text *text, const char *string)
{
    if (is_misread_as_number(string)) {
        text_format(text, "\"=\"\"%s\"\"\"", string);
        return;
    }
    char *clean = printable(string);
    const char *at = clean;
    bool quoted = strpbrk(at, "\",") != NULL;
    text_append_string(text, quoted ? "\"" : "");
    text_append_string(text, *at != '\0' && strchr("=+-@", *at) != NULL ? "'" : "");
    for (size_t run; (run = strcspn(at, "\"")) > 0 || *at != '\0'; at += run) {
        text_append(text, at, run);
        if (run == 0) {
            text_append_string(text, "\"\"");
            run = 1;
        }
    }
    text_append_string(text, quoted ? "\"" : "");
    free(clean);
}

void text_append_uri(struct text *text, const char *string)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._~-";
    for (; *string != '\0'; string++)
        if (strchr(plain, *string) != NULL)
            text_append_char(text, *string);
        else
            text_format(text, "%%%02X", (unsigned char)*string);
}

void text_append_file_uri(struct text *text, const char *path)
{
    char *folder = path[0] == '/' ? getcwd(NULL, 0) : NULL;
    size_t length = folder != NULL ? strlen(folder) : 0;
    if (path[0] == '/' && folder == NULL)
        memory_check_errno();
    if (length > 1 && strncmp(path, folder, length) == 0 && path[length] == '/')
        path += length + 1;
    free(folder);
    while (starts_with(path, "./"))
        path += 2 + strspn(path + 2, "/");
    text_append_string(text, path[0] == '/' ? "file://" : "");
    text_append_uri(text, path);
}
