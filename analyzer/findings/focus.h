/*
 * focus: the accounts, organizational units and roles to which --account, --ou and --role narrow the findings.
 *
 * Accounts and units add up; roles narrow the result. A finding belongs to the account it is about, and to each role
 * that it is about, that holds its policy, or that its chain passes.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FOCUS_H
#define ROLECHAIN_ANALYZER_FINDINGS_FOCUS_H

#include "analyzer/findings/findings.h"

struct finding_focus {
    bool *accounts; /* per account of the model; NULL: all */
    bool *roles;    /* per principal of the model; NULL: all */
};

/* An account by number, alias or name; a unit by id, name or path ("Workloads/Production", ids or names), including
 * everything below it; a role as in names.h, where a bare name means all roles with that name. False: one of them is
 * unknown or ambiguous; an error was printed. */
bool finding_focus_read(struct analysis *analysis, const struct command_line *line, struct finding_focus *focus);
void finding_focus_free(struct finding_focus *focus);

/* Whether the finding is within the focus. */
bool finding_focus_has(const struct finding_focus *focus, const struct model *model, const struct finding *finding);

#endif
