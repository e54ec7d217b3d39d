/*
 * patch_files: `findings --patches-dir`: writes each patch to its own file, with the policy as the AWS CLI takes it
 * (file://NAME), and index.json with the notes of each patch (patches.schema.json).
 *
 * A file is named ACCOUNT-NAME-FINDING-STYLE-FINGERPRINT.json after the holder of the policy. These words come from
 * exports: characters other than letters, digits and . _ + = , @ - become _, and names that differ only in case get a
 * number.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_FINDINGS_PATCH_FILES_H
#define ROLECHAIN_ANALYZER_REPORT_FINDINGS_PATCH_FILES_H

#include "analyzer/report/findings/finding_report.h"

/* NULL: the folder cannot be used; an error was printed. */
struct patch_files *patch_files_new(const char *folder);

/* Keeps the patches of an elaborated finding of the report, and adds "file" to their notes. May be repeated. */
void patch_files_take(struct patch_files *files, const struct finding_report *report, size_t index);

/* The path of index.json. Lives as long as files. */
const char *patch_files_index(const struct patch_files *files);

/* Adds the findings of the report that were not printed, and writes everything. False: an error was printed. */
bool patch_files_write(struct patch_files *files, const struct finding_report *report, bool quiet);

void patch_files_free(struct patch_files *files);

#endif
