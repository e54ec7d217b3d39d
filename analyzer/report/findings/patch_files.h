/*
 * patch_files: `findings --patches-dir`: each patch as a file of its own, the policy as the AWS CLI takes it
 * (file://NAME), and index.json, which says of each file what the notes of the patch say (patches.schema.json).
 *
 * A file is named ACCOUNT-NAME-FINDING-STYLE-FINGERPRINT.json after who has the policy. These words come from exports:
 * what is not a letter, a digit or one of . _ + = , @ - becomes _, and names that differ only in case get a number.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_FINDINGS_PATCH_FILES_H
#define ROLECHAIN_ANALYZER_REPORT_FINDINGS_PATCH_FILES_H

#include "analyzer/report/findings/finding_report.h"

/* NULL: the folder cannot be filled; an error was printed. */
struct patch_files *patch_files_new(const char *folder);

/* An elaborated finding of the report: keeps its patches, and adds "file" to their notes. Any number of times. */
void patch_files_take(struct patch_files *files, const struct finding_report *report, size_t index);

/* The path of index.json. Lives as long as the files. */
const char *patch_files_index(const struct patch_files *files);

/* Takes those of the report's findings that were not printed, and writes all. False: an error was printed. */
bool patch_files_write(struct patch_files *files, const struct finding_report *report, bool quiet);

void patch_files_free(struct patch_files *files);

#endif
