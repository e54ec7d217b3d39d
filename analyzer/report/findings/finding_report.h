/*
 * finding_report: what `findings` prints, in ONE table of formats. Each format is a file with one function.
 *
 *   text      for people: what has one cause as one entry (finding_groups.h), wrapped and coloured on a terminal
 *   json      everything; analyzer/report/schema/findings.schema.json describes it
 *   sarif     SARIF 2.1.0 as code scanning reads it
 *   csv       RFC 4180, a row a finding
 *   junit     a test a rule and account
 *   markdown  for a pull request, with a Mermaid picture
 *
 * Findings that the ignore file suppresses are counted in all of them, and listed where the format has a place for
 * them. Texts come from exports: each format escapes them for its readers.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_FINDINGS_FINDING_REPORT_H
#define ROLECHAIN_ANALYZER_REPORT_FINDINGS_FINDING_REPORT_H

#include "analyzer/findings/findings.h"

struct finding_report {
    struct analysis *analysis;
    struct findings
        *findings; /* first those that stand, then those suppressed, each in the order of findings_compute */
    size_t standing, suppressed;
    size_t known;    /* left out: the baseline holds them */
    size_t narrowed; /* left out: they are of other accounts, units and roles than those that were asked for */
    size_t cut;      /* left out: --top wants fewer */
    bool whole;      /* text and markdown: --top 0, each finding by itself */
    bool patches;    /* text: print narrowed policies */
    struct patch_files *files; /* of --patches-dir; NULL: not asked for */
    bool table;                /* text: trusts in whole accounts alone were asked for, a row each */
    enum severity fail_from;   /* junit: from here on a finding is a failed test */
};

struct finding_format {
    const char *name;
    void (*print)(const struct finding_report *report, struct output *output);
    bool brief;  /* see struct findings */
    bool lists;  /* likewise */
    bool silent; /* it has no place to say what was left out */
};

/* The names of the table's rows, as `struct command` lists them. */
#define FINDING_FORMATS "text,json,sarif,csv,junit,markdown"
const struct finding_format *finding_format_find(const char *name);

/* The finding with its places, for one that is only listed. */
struct finding *finding_report_place(const struct finding_report *report, size_t index);

/* The finding, elaborated; finding_release it when it is printed, since there can be very many. */
struct finding *finding_report_at(const struct finding_report *report, size_t index);

/* How many of those that stand have each severity. */
void finding_report_count(const struct finding_report *report, size_t counts[SEVERITY_CRITICAL + 1]);

/* "id" or "id/code". Lives in the findings' arena. */
const char *finding_report_id(const struct finding_report *report, const struct finding *finding);

void finding_text_print(const struct finding_report *report, struct output *output);
void finding_table_print(const struct finding_report *report, struct output *output); /* part of the text format */
void finding_json_print(const struct finding_report *report, struct output *output);
void finding_sarif_print(const struct finding_report *report, struct output *output);
void finding_csv_print(const struct finding_report *report, struct output *output);
void finding_junit_print(const struct finding_report *report, struct output *output);
void finding_markdown_print(const struct finding_report *report, struct output *output);

#endif
