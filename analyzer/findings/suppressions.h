/*
 * suppressions: the ignore file (.rolechainignore): findings that somebody has looked at and accepts, with the reason.
 *
 *   # a comment
 *   trust-public arn:aws:iam::555566667777:role/demo-* until 2027-01-31 because the workshop needs it
 *   policy-grammar/missing-version 444455556666 because the template is not ours
 *   c521a6a6856743cb60ba094dc3df916a because ...
 *
 * One suppression a line: a finding's id, id/code or fingerprint; then, if it is not for all, the resource (an ARN,
 * with * and ?) or the number of the account; then perhaps the last day, in UTC; and always the reason. One that has
 * expired hides nothing any more. A file with a line that cannot be read is an error as a whole: what a line was meant
 * to hide cannot be guessed.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_SUPPRESSIONS_H
#define ROLECHAIN_ANALYZER_FINDINGS_SUPPRESSIONS_H

#include "analyzer/findings/findings.h"

struct suppression {
    const char *what;     /* id, id/code or fingerprint */
    const char *resource; /* NULL: any */
    const char *until;    /* "2027-01-31"; NULL: for ever */
    const char *reason;
    unsigned line;
    bool expired, used;
};

struct suppressions {
    const char *path;
    char *text; /* the file, cut into words */
    struct suppression *list;
    size_t count, room;
};

/* Reads the file ("-" is standard input); now says what has expired. False: an error was printed. `path` must outlive
 * it. */
bool suppressions_read(const char *path, double now, struct suppressions *suppressions);
void suppressions_free(struct suppressions *suppressions);

/* Whether one of them that has not expired can be about findings of the rule. */
bool suppressions_need(const struct suppressions *suppressions, const struct finding_rule *rule);

/* Sets finding->suppression of all that it hides, and marks what is used. */
void suppressions_apply(struct suppressions *suppressions, struct findings *findings);

/* Says on stderr which have expired and which hide nothing. */
void suppressions_report(const struct suppressions *suppressions);

/* {"reason", "until", "line"}. New reference. */
json_t *suppression_json(const struct suppression *suppression);

#endif
