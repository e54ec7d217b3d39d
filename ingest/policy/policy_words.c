#include "ingest/policy/policy_words.h"

#include <string.h>

struct row {
    const char *id, *now, *former;
};

#define POLICY_WORDS(name, id, now, former) [WORDS_##name] = {id, now, former},
static const struct row rows[WORDS_OF_POLICIES] = {
#include "ingest/policy/policy_words.def"
};
#undef POLICY_WORDS

const char *policy_words_id(enum policy_words words)
{
    return rows[words].id;
}

static const struct row *find(const char *id)
{
    for (size_t i = 0; i < WORDS_OF_POLICIES; i++)
        if (strcmp(rows[i].id, id) == 0)
            return &rows[i];
    return NULL;
}

/* ---- facts: one per line, with line ends and backslashes escaped */

const char *policy_words_pack(struct arena *arena, const char *const facts[POLICY_FACTS])
{
    struct text packed = {0};
    size_t count = POLICY_FACTS;
    while (count > 0 && (facts == NULL || facts[count - 1] == NULL || facts[count - 1][0] == '\0'))
        count--;
    for (size_t i = 0; i < count; i++) {
        for (const char *at = facts[i] != NULL ? facts[i] : ""; *at != '\0'; at++)
            if (*at == '\n' || *at == '\\')
                text_append_string(&packed, *at == '\n' ? "\\n" : "\\\\");
            else
                text_append_char(&packed, *at);
        text_append_char(&packed, '\n');
    }
    return count > 0 ? text_keep(&packed, arena) : "";
}

/* Appends a fact. False: it is absent. */
static bool append_fact(struct text *text, const char *packed, size_t index)
{
    const char *at = packed;
    while (index > 0 && *at != '\0')
        index -= *at++ == '\n';
    bool there = *at != '\0' && *at != '\n';
    for (; *at != '\0' && *at != '\n'; at++) {
        bool escaped = *at == '\\' && at[1] != '\0';
        at += escaped;
        if (escaped && *at == 'n')
            text_append_char(text, '\n');
        else
            text_append_char(text, *at);
    }
    return there;
}

/* ---- sentences */

/* A sentence being built. */
struct saying {
    const char *facts;
    bool former;
    bool inner; /* it is part of another sentence, and has no parts itself */
    bool whole; /* all facts used are present */
};

static void append_row(struct text *text, const struct row *row, struct saying *saying);

/* Appends the part in braces; `words` points after the opening one. Returns what follows the closing one. */
static const char *append_braces(struct text *text, const char *words, struct saying *saying)
{
    bool part = *words == '=';
    struct text id = {0};
    words += part;
    size_t index = (size_t)(*words - '0');
    if (!part)
        saying->whole = append_fact(text, saying->facts, index) && saying->whole;
    else if (append_fact(&id, saying->facts, index) && (saying->inner || find(id.data) == NULL))
        text_append_string(text, id.data);
    else if (id.length > 0)
        append_row(text, find(id.data),
                   &(struct saying){.facts = saying->facts, .former = saying->former, .inner = true});
    text_free(&id);
    return words + 2;
}

/* Appends up to the character that ends the part. Returns its position. */
static const char *append_until(struct text *text, const char *words, char end, struct saying *saying)
{
    while (*words != end) {
        if (*words == '{' && (words[1] == '=' || (words[1] >= '0' && words[1] < '0' + POLICY_FACTS))) {
            words = append_braces(text, words + 1, saying);
        } else if (*words == '[') {
            struct text part = {0};
            struct saying own = *saying;
            own.whole = true;
            words = append_until(&part, words + 1, ']', &own) + 1;
            if (own.whole)
                text_append(text, part.data, part.length);
            text_free(&part);
        } else {
            text_append_char(text, *words++);
        }
    }
    return words;
}

static void append_row(struct text *text, const struct row *row, struct saying *saying)
{
    append_until(text, saying->former && row->former != NULL ? row->former : row->now, '\0', saying);
}

void policy_words_append(struct text *text, const char *id, const char *facts, bool former)
{
    const struct row *row = find(id);
    if (row != NULL)
        append_row(text, row, &(struct saying){.facts = facts, .former = former});
    else
        text_append_string(text, id);
}
