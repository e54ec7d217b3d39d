/*
 * policy_words: the sentences about problems of policies. A problem is stored as the id of a row of policy_words.def
 * and a few facts; the sentence is made where it is printed, so that it can be reworded while databases and baselines
 * stay.
 */
#ifndef ROLECHAIN_INGEST_POLICY_POLICY_WORDS_H
#define ROLECHAIN_INGEST_POLICY_POLICY_WORDS_H

#include "ingest/support/arena.h"
#include "ingest/support/text.h"
#include <stdbool.h>

#define POLICY_WORDS(name, id, now, former) WORDS_##name,
enum policy_words {
#include "ingest/policy/policy_words.def"
    WORDS_OF_POLICIES,
};
#undef POLICY_WORDS

/* Facts that a sentence may have; NULL or "" is absent. */
#define POLICY_FACTS 6
#define POLICY_FACTS_OF(...) ((const char *const[POLICY_FACTS]){__VA_ARGS__})

/* What is stored of the row: its id. */
const char *policy_words_id(enum policy_words words);

/* What is stored of the facts: one text in the arena, "" without any (facts NULL, or all absent). */
const char *policy_words_pack(struct arena *arena, const char *const facts[POLICY_FACTS]);

/* Appends the sentence to the text: of an id and facts as they are stored. former: as the version before said it. An id
 * that is none, as in databases of before, is appended as it is. */
void policy_words_append(struct text *text, const char *id, const char *facts, bool former);

#endif
