/*
 * suppressions: the ignore file (.rolechainignore): findings that somebody has reviewed and accepts, with the reason.
 *
 *   # a comment
 *   trust-public arn:aws:iam::555566667777:role/demo-* until 2027-01-31 because the workshop needs it
 *   policy-grammar/missing-version 444455556666 because the template is not ours
 *   c521a6a6856743cb60ba094dc3df916a because ...
 *
 * One suppression per line: a finding's id, id/code or fingerprint; then, unless it is for all, the resource (an ARN,
 * with * and ?) or the account number; then optionally the last day, in UTC; and always the reason. An expired
 * suppression hides nothing. A line that cannot be read makes the whole file an error, since there is no way to tell
 * what it was meant to hide.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_SUPPRESSIONS_H
#define ROLECHAIN_ANALYZER_FINDINGS_SUPPRESSIONS_H

#include "analyzer/findings/findings.h"

struct suppression {
    const char *what;     /* id, id/code or fingerprint */
    const char *resource; /* NULL: any */
    const char *until;    /* "2027-01-31"; NULL: forever */
    const char *reason;
    unsigned line;
    bool expired, used;
};

struct suppressions {
    const char *path;
    char *text; /* the contents of the file, cut into words */
    struct suppression *list;
    size_t count, room;
};

/* Reads the file ("-" is standard input). now decides what has expired. False: an error was printed. `path` must
 * outlive suppressions. */
bool suppressions_read(const char *path, double now, struct suppressions *suppressions);
void suppressions_free(struct suppressions *suppressions);

/* Whether a suppression that has not expired can match findings of the rule. */
bool suppressions_need(const struct suppressions *suppressions, const struct finding_rule *rule);

/* Sets finding->suppression of every finding that is hidden, and marks the suppressions used. */
void suppressions_apply(struct suppressions *suppressions, struct findings *findings);

/* Reports on stderr which have expired and which hide nothing. */
void suppressions_report(const struct suppressions *suppressions);

/* {"reason", "until", "line"}. New reference. */
json_t *suppression_json(const struct suppression *suppression);

#endif
