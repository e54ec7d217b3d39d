#include "analyzer/findings/facts/subject_forms.h"

#include <ctype.h>
#include <string.h>

/* A part of a text between separators. */
struct form_part {
    const char *text;
    size_t length;
};

struct filling {
    char separator;
    struct text out;
    struct text *words;
};

/* The part at *at; *at moves past it and its separator. False: there is none. */
static bool next_part(const char **at, const char *end, char separator, struct form_part *part)
{
    if (*at == NULL)
        return false;
    const char *stop = memchr(*at, separator, (size_t)(end - *at));
    *part = (struct form_part){*at, (size_t)((stop != NULL ? stop : end) - *at)};
    *at = stop != NULL ? stop + 1 : NULL;
    return true;
}

static bool is_wild(char letter)
{
    return letter == '*' || letter == '?';
}

static bool has_wildcard(struct form_part part)
{
    for (size_t i = 0; i < part.length; i++)
        if (is_wild(part.text[i]))
            return true;
    return false;
}

static bool is_nothing_else(struct form_part part)
{
    for (size_t i = 0; i < part.length; i++)
        if (!is_wild(part.text[i]))
            return false;
    return part.length > 0;
}

static bool ends_wild(struct form_part part)
{
    return part.length > 0 && part.text[part.length - 1] == '*';
}

static bool is_word_letter(char letter)
{
    return isupper((unsigned char)letter) || letter == '_';
}

static bool stands_for_a_name(struct form_part part)
{
    for (size_t i = 0; i + 1 < part.length; i++)
        if (isupper((unsigned char)part.text[i]) && is_word_letter(part.text[i + 1]))
            return true;
    return has_wildcard(part);
}

static bool is_same(struct form_part a, struct form_part b)
{
    return a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
}

static bool is_listed(const struct text *words, struct form_part word)
{
    const char *at = words->data, *end = at != NULL ? at + words->length : NULL;
    struct form_part known;
    while (next_part(&at, end, ',', &known)) {
        if (known.length > 0 && known.text[0] == ' ')
            known = (struct form_part){known.text + 1, known.length - 1};
        if (is_same(known, word))
            return true;
    }
    return false;
}

/* Appends the form as text; its placeholders remain to be filled in. */
static void put_form(struct filling *filling, struct form_part form)
{
    text_append(&filling->out, form.text, form.length);
    for (size_t i = 0, length; i < form.length; i += length + 1) {
        for (length = 0; i + length < form.length && is_word_letter(form.text[i + length]);)
            length++;
        const struct form_part word = {form.text + i, length};
        if (length < 2 || is_listed(filling->words, word))
            continue;
        if (filling->words->length > 0)
            text_append_string(filling->words, ", ");
        text_append(filling->words, word.text, word.length);
    }
}

static void put_separator(struct filling *filling, char separator)
{
    if (filling->out.length > 0)
        text_append_char(&filling->out, separator);
}

/* "environment" stands before "ENVIRONMENT", "tags" before "TAG". */
static void put_name_of(struct filling *filling, struct form_part before)
{
    char name[64];
    size_t length = 0;
    for (size_t i = 0; i < before.length && length < sizeof name; i++)
        name[length++] = isalnum((unsigned char)before.text[i]) ? (char)toupper((unsigned char)before.text[i]) : '_';
    length -= length > 3 && name[length - 1] == 'S';
    put_form(filling, length > 1 ? (struct form_part){name, length} : (struct form_part){"NAME", 4});
}

/* One name with wildcards; `form` is empty if the form does not say what it is. */
static void put_name(struct filling *filling, struct form_part name, struct form_part form, struct form_part before)
{
    for (size_t i = 0; i < name.length; i++) {
        if (!is_wild(name.text[i])) {
            text_append_char(&filling->out, name.text[i]);
            continue;
        }
        size_t begin = i;
        while (i + 1 < name.length && is_wild(name.text[i + 1]))
            i++;
        if (i + 1 == name.length && begin > 0 &&
            (isalnum((unsigned char)name.text[begin - 1]) || name.text[begin - 1] == '}'))
            break; /* "org*" probably means "org" */
        if (form.length > 0)
            put_form(filling, form);
        else
            put_name_of(filling, before);
    }
}

/* One part between separators, of names with a slash between. */
static void put_part(struct filling *filling, struct form_part part, struct form_part form, struct form_part before)
{
    if (form.length > 0 && is_nothing_else(part)) {
        put_form(filling, form);
        return;
    }
    const char *at = part.text, *end = part.text + part.length, *form_at = form.length > 0 ? form.text : NULL;
    const char slash = filling->separator == '/' ? '\0' : '/';
    struct form_part name, like = {"", 0};
    for (bool first = true; next_part(&at, end, slash, &name); first = false) {
        bool more = form_at != NULL;
        if (more)
            next_part(&form_at, form.text + form.length, slash, &like);
        if (!first)
            text_append_char(&filling->out, slash);
        if (more && !has_wildcard(name) && !stands_for_a_name(like) && !is_same(name, like))
            form.length = 0; /* another kind of name: "refs/tags" where the form has "refs/heads" */
        if (form.length == 0)
            form_at = NULL;
        put_name(filling, name, form.length > 0 ? like : (struct form_part){"", 0}, before);
        before = name;
        if (at == NULL && ends_wild(name) && form_at != NULL) {
            text_append_char(&filling->out, slash);
            put_form(filling, (struct form_part){form_at, (size_t)(form.text + form.length - form_at)});
        }
    }
}

static void put_rest(struct filling *filling, const char *form)
{
    if (form == NULL)
        return;
    put_separator(filling, filling->separator);
    put_form(filling, (struct form_part){form, strlen(form)});
}

/* For a pattern that does not say how the subject begins: appends the form's first two parts, which are a word and a
 * name. Returns where the pattern goes on. */
static const char *put_beginning(struct filling *filling, const char *pattern, const char *form)
{
    const char *rest = strchr(pattern, filling->separator), *end = strchr(form, filling->separator);
    end = end != NULL ? strchr(end + 1, filling->separator) : NULL;
    put_form(filling, (struct form_part){form, end != NULL && rest != NULL ? (size_t)(end - form) : strlen(form)});
    return rest != NULL ? rest + 1 : NULL;
}

static void fill(struct filling *filling, const char *pattern, const char *form)
{
    const char *at = pattern, *end = pattern + strlen(pattern), *form_end = form + strlen(form), *form_at = form;
    bool exact = !has_wildcard((struct form_part){pattern, strlen(pattern)});
    struct form_part part, before = {"", 0};
    if (pattern[0] == '*' || pattern[0] == '\0') {
        at = put_beginning(filling, pattern, form);
        form_at = NULL;
    }
    while (next_part(&at, end, filling->separator, &part)) {
        struct form_part like = {"", 0};
        const char *here = form_at;
        if (form_at != NULL)
            next_part(&form_at, form_end, filling->separator, &like);
        if (here != NULL && !has_wildcard(part) && !stands_for_a_name(like) && !is_same(part, like)) {
            if (exact) {
                put_rest(filling, here);
                return;
            }
            form_at = NULL;
            like.length = 0;
        }
        put_separator(filling, filling->separator);
        put_part(filling, part, like, before);
        before = part;
        if (at == NULL && ends_wild(part))
            put_rest(filling, form_at);
    }
}

char *subject_fill(const char *form, char separator, const char *pattern, struct text *words)
{
    struct filling filling = {.separator = separator, .words = words};
    fill(&filling, pattern, form);
    return text_release(&filling.out);
}
