/*
 * rule_words: a file of rules as words, one statement after the other (rule_parser.h has what separates them).
 */
#ifndef ROLECHAIN_ANALYZER_RULES_RULE_WORDS_H
#define ROLECHAIN_ANALYZER_RULES_RULE_WORDS_H

#include "analyzer/rules/rule.h"
#include <stddef.h>

struct rule_word {
    const char *text; /* without quotes and comma */
    struct rule_place place;
    bool comma;        /* one stands behind it */
    bool quoted, open; /* open: a quote that is not closed on its line */
};

/* Of one statement; at least one. */
struct rule_words {
    struct rule_word *list;
    uint32_t count, room;
    struct rule_place end; /* behind the last one */
};

/* Calls `each` for each statement; texts live in the arena, the rest during the call. */
typedef void (*rule_words_visit)(const struct rule_words *words, void *context);
void rule_words_read(const char *text, size_t length, struct arena *arena, rule_words_visit each, void *context);

#endif
