/*
 * rule_parser: parses the language of rules. A statement begins at the left edge; indented lines below it belong to it.
 * A `#` at the beginning of a line or after white space begins a comment. Words are separated by white space; a comma
 * at the end of a word joins selectors, one inside a word is part of a name, as IAM allows. Names with spaces are put
 * in double quotes.
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

/* One error per statement that cannot be read. */
struct rule_error {
    struct rule_place place;
    const char *text; /* what was expected, what was found, what was probably meant; in the file's arena */
};

struct rule_errors {
    struct rule_error *list;
    uint32_t count, room;
};

/* Parses the text of `length` bytes; *file must be zeroed except for its path. False: there are errors; free them with
 * rule_errors_free. Statements without errors are in the file in either case. */
bool rules_parse(const char *text, size_t length, struct rule_file *file, struct rule_errors *errors);
void rule_errors_free(struct rule_errors *errors);

#endif
