#include "analyzer/rules/rule_words.h"

#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

/* Reads words of one statement after the other. */
struct reader {
    const char *at, *end;
    struct rule_place place;
    struct arena *arena;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f';
}

static void step(struct reader *reader)
{
    unsigned char byte = (unsigned char)*reader->at++;
    if (byte == '\n')
        reader->place = (struct rule_place){reader->place.line + 1, 1};
    else if (byte < 0x80 || byte >= 0xC0)
        reader->place.column++;
}

static void skip_comment(struct reader *reader)
{
    while (reader->at < reader->end && *reader->at != '\n')
        step(reader);
}

/* Moves to the next word of the statement; false: there are no more, and the reader is at the next statement. */
static bool next_word(struct reader *reader, bool first)
{
    while (reader->at < reader->end) {
        if (is_space(*reader->at))
            step(reader);
        else if (*reader->at == '#')
            skip_comment(reader);
        else
            return first || reader->place.column > 1;
    }
    return false;
}

static struct rule_word quoted_word(struct reader *reader)
{
    struct rule_word word = {.place = reader->place, .quoted = true};
    step(reader);
    const char *begin = reader->at;
    while (reader->at < reader->end && *reader->at != '"' && *reader->at != '\n')
        step(reader);
    word.open = reader->at == reader->end || *reader->at == '\n';
    word.text = arena_copy_text(reader->arena, begin, (size_t)(reader->at - begin));
    if (!word.open)
        step(reader);
    word.comma = reader->at < reader->end && *reader->at == ',';
    if (word.comma)
        step(reader);
    return word;
}

static struct rule_word plain_word(struct reader *reader)
{
    struct rule_word word = {.place = reader->place};
    const char *begin = reader->at;
    while (reader->at < reader->end && !is_space(*reader->at))
        step(reader);
    size_t length = (size_t)(reader->at - begin);
    word.comma = begin[length - 1] == ',';
    word.text = arena_copy_text(reader->arena, begin, length - word.comma);
    return word;
}

void rule_words_read(const char *text, size_t length, struct arena *arena, rule_words_visit each, void *context)
{
    struct reader reader = {text, text + length, {1, 1}, arena};
    struct rule_words words = {0};
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        reader.at += 3;
    while (next_word(&reader, true)) {
        words.count = 0;
        do
            ARRAY_ADD(words.list, words.count, words.room,
                      *reader.at == '"' ? quoted_word(&reader) : plain_word(&reader));
        while (next_word(&reader, false));
        const struct rule_word *last = &words.list[words.count - 1];
        words.end = (struct rule_place){last->place.line, last->place.column + (uint32_t)strlen(last->text)};
        each(&words, context);
    }
    free(words.list);
}
