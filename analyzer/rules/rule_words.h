/*
 * rule_words: splits a rules file into words, one statement after the other (rule_parser.h describes the separators).
 */
#ifndef ROLECHAIN_ANALYZER_RULES_RULE_WORDS_H
#define ROLECHAIN_ANALYZER_RULES_RULE_WORDS_H

#include "analyzer/rules/rule.h"
#include <stddef.h>

struct rule_word {
    const char *text; /* without quotes and trailing comma */
    struct rule_place place;
    bool comma;        /* followed by a comma */
    bool quoted, open; /* open: a quote that is not closed on its line */
};

/* The words of one statement; at least one. */
struct rule_words {
    struct rule_word *list;
    uint32_t count, room;
    struct rule_place end; /* after the last word */
};

/* Calls `each` for each statement; texts live in the arena, the rest during the call. */
typedef void (*rule_words_visit)(const struct rule_words *words, void *context);
void rule_words_read(const char *text, size_t length, struct arena *arena, rule_words_visit each, void *context);

#endif
