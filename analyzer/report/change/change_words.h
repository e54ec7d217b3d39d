/*
 * change_words: the sentences about changes, shared by text and Markdown.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_CHANGE_CHANGE_WORDS_H
#define ROLECHAIN_ANALYZER_REPORT_CHANGE_CHANGE_WORDS_H

#include "analyzer/change/change.h"
#include "ingest/support/text.h"

/* "gained", "lost". */
const char *change_direction_word(enum change_direction direction);

/* The kind of a cause in JSON; for a Deny it also says what happened to it. */
const char *change_cause_word(const struct cause *cause);

/* All causes in one sentence without a full stop: "statement "Deployers" in the trust policy of role app-deploy in
 * 444455556666 (production) was added or changed". Appended. */
void change_append_causes(const struct change *change, const struct causes *causes, struct text *text);

/* The location of the first cause: "file:line"; nothing if unknown. Appended. */
void change_append_place(const struct causes *causes, struct text *text);

/* "4,000 pairs", "12 pairs, 3 to administrator roles, 2 from outside". Appended. */
void change_append_counts(uint64_t count, uint64_t administrators, uint64_t outsiders, struct text *text);

/* What happened to a thing: "role deploy in 111122223333 (production) was deleted". Appended. */
void change_append_thing(const struct change *change, const struct thing *thing, struct text *text);

/* That some accounts were not compared, which qualifies everything else; nothing if all were. Appended. */
void change_append_caution(const struct change *change, struct text *text);
/* "No access gained", qualified by what was compared. Appended. */
void change_append_none(const struct change *change, enum change_direction direction, struct text *text);

/* Why an account, or everything, was not compared, in a sentence without a full stop. Appended. */
void change_append_incomparable(const struct change *change, const struct incomparable *about, struct text *text);

/* The display name of a user, role, account or policy, given by ARN, number or id, from a state that has it.
 * Appended. */
void change_append_name(const struct change *change, const char *name, struct text *text);

/* For a pair that is allowed in both states: its conditions in the other state: "before if sts:ExternalId = "x7"".
 * Appended. */
void change_append_before(struct change *change, enum change_direction direction, const struct change_pair *pair,
                          struct text *text);

/* Sums over all pairs of the direction. */
struct change_totals {
    uint64_t count, administrators, outsiders;
};
struct change_totals change_total(const struct change *change, enum change_direction direction);

/* The chain to show for a member of the pair, as nodes of the state with more access; hop_count hops. The caller frees
 * it. */
struct hop *change_chain(const struct change *change, enum change_direction direction, const struct change_pair *pair,
                         uint32_t member);

/* "Opened there instead: ID (critical).": the most severe opened finding of the same resource, if it is at least as
 * severe as the closed one. */
void change_append_instead(const struct change *change, const struct finding *closed, struct text *text);

/* A report of the opened findings only: moves them to the front of the findings of NEW. */
struct finding_report;
void change_report_opened(struct change *change, struct finding_report *report);

#endif
