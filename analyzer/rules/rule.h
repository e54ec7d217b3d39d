/*
 * rule: the contents of a rules file, statement by statement, as written: no name is looked up yet. Made by
 * rule_parser.h; sets and verdicts: rule_sets.h, rule_verdicts.h. The language is described in docs/rules.md.
 */
#ifndef ROLECHAIN_ANALYZER_RULES_RULE_H
#define ROLECHAIN_ANALYZER_RULES_RULE_H

#include "ingest/support/arena.h"
#include <stdbool.h>
#include <stdint.h>

#define RULE_NONE UINT32_MAX

enum selector_kind {
    SELECT_ANY,
    SELECT_ANYONE,
    SELECT_OUTSIDE,
    SELECT_ADMINISTRATORS, /* the words up to here stand alone */
    SELECT_ACCOUNT,
    SELECT_OU,
    SELECT_ROLE,
    SELECT_USER,
    SELECT_TAG,
    SELECT_SERVICE,
    SELECT_PROVIDER,
    SELECT_PERSON,
    SELECT_GROUP,
    SELECT_ORGANIZATION, /* the kinds up to here have a word in selector_words */
    SELECT_ARN,
    SELECT_DEFINED,
};

/* The words of the language, in the order of enum selector_kind; ends with NULL. */
extern const char *const selector_words[];

struct rule_place {
    uint32_t line, column; /* both from 1; columns count characters */
};

struct selector {
    enum selector_kind kind;
    const char *name;  /* the name after the word; "" if the word stands alone */
    const char *value; /* SELECT_TAG: the required value; else NULL */
    uint32_t defined;  /* for DEFINED, and for ROLE or USER of a defined set: index of the definition; else RULE_NONE */
    bool optional;
    uint32_t number; /* among all selectors of the file, from 0 */
    struct rule_place place;
};

/* The members of `list`, except those of `without`. */
struct selection {
    struct selector *list, *without;
    uint32_t count, room, without_count, without_room;
};

struct definition {
    const char *name;
    struct selection selection;
};

enum rule_kind { RULE_NEVER, RULE_ONLY, RULE_MUST, RULE_MUST_SOME, RULE_MUST_SURELY };

enum demand_kind { DEMAND_NONE, DEMAND_MFA, DEMAND_EXTERNAL_ID, DEMAND_KEY };

/* The condition that every path must have. */
struct demand {
    enum demand_kind kind;
    const char *key, *value; /* DEMAND_KEY: the value may contain * */
    struct rule_place place;
};

struct rule {
    enum rule_kind kind;
    struct selection from, to;
    struct demand unless;
    uint32_t max_hops; /* 0: any number */
    bool control;
    struct rule_place place;
    const char *text; /* as written, on one line and without comments */
};

struct rule_file {
    struct arena arena; /* for all texts */
    const char *path;   /* as given on the command line */
    struct definition *definitions;
    struct rule *rules;
    uint32_t definition_count, definition_room, rule_count, rule_room;
    uint32_t selector_count;
};

void rule_file_free(struct rule_file *file);

#endif
