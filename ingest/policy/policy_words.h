/*
 * policy_words: the sentences about problems of policies. A problem is stored as the id of a row of policy_words.def
 * and a few facts; the sentence is made when it is printed, so that it can be reworded without touching databases and
 * baselines.
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

/* The most facts a sentence may have; NULL or "" is absent. */
#define POLICY_FACTS 6
#define POLICY_FACTS_OF(...) ((const char *const[POLICY_FACTS]){__VA_ARGS__})

/* The row's id, for storage. */
const char *policy_words_id(enum policy_words words);

/* The facts as one text for storage, in the arena; "" if there are none (facts NULL, or all absent). */
const char *policy_words_pack(struct arena *arena, const char *const facts[POLICY_FACTS]);

/* Appends the sentence for a stored id and stored facts. former: in the wording of the previous version. An id that is
 * unknown (older databases stored whole sentences) is appended unchanged. */
void policy_words_append(struct text *text, const char *id, const char *facts, bool former);

#endif
