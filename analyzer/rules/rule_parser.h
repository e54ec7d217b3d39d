/*
 * rule_parser: reads the language of rules. A statement begins at the left edge; lines below it that are indented
 * belong to it. A `#` before which there is white space, or nothing, begins a comment. Words are separated by white
 * space; a comma that ends a word joins selectors, one inside a word is part of a name, as IAM allows. Names with
 * spaces stand in double quotes.
 *
 *   define NAME = SELECTION
 *   never SELECTION -> SELECTION [unless DEMAND] [within N hops | direct] [control]
 *   only SELECTION -> SELECTION  [the same]
 *   must [some | surely] SELECTION -> SELECTION [within N hops | direct] [control]
 */
#ifndef ROLECHAIN_ANALYZER_RULES_RULE_PARSER_H
#define ROLECHAIN_ANALYZER_RULES_RULE_PARSER_H

#include "analyzer/rules/rule.h"
#include <stddef.h>

/* One for each statement that cannot be read. */
struct rule_error {
    struct rule_place place;
    const char *text; /* what was expected, what is there, what may have been meant; in the file's arena */
};

struct rule_errors {
    struct rule_error *list;
    uint32_t count, room;
};

/* Reads the text, of `length` bytes; *file must be zeroed but for its path. False: there are errors, which the caller
 * frees with rule_errors_free. Statements without error are in the file in any case. */
bool rules_parse(const char *text, size_t length, struct rule_file *file, struct rule_errors *errors);
void rule_errors_free(struct rule_errors *errors);

#endif
