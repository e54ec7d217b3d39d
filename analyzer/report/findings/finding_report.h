/*
 * finding_report: what `findings` prints, with ONE table of formats. Each format is a file with one function.
 *
 *   text      for people: one entry per cause (finding_groups.h), wrapped and coloured on a terminal
 *   json      everything; analyzer/report/schema/findings.schema.json describes it
 *   sarif     SARIF 2.1.0 for code scanning
 *   csv       RFC 4180, one row per finding
 *   junit     one test per rule and account
 *   markdown  for a pull request, with a Mermaid picture
 *
 * Every format counts the findings that the ignore file suppresses, and lists them if it has a place for them. Texts
 * come from exports: each format escapes them.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_FINDINGS_FINDING_REPORT_H
#define ROLECHAIN_ANALYZER_REPORT_FINDINGS_FINDING_REPORT_H

#include "analyzer/findings/findings.h"

struct finding_report {
    struct analysis *analysis;
    struct findings *findings; /* those that stand, then the suppressed ones, each as findings_compute sorts */
    size_t standing, suppressed;
    size_t known;              /* left out: in the baseline */
    size_t narrowed;           /* left out: in other accounts, units and roles than requested */
    size_t cut;                /* left out by --top */
    bool whole;                /* text and markdown: --top 0, no grouping */
    bool patches;              /* text: print narrowed policies */
    struct patch_files *files; /* for --patches-dir; NULL: not requested */
    bool table;                /* text: only whole-account trusts were requested, one row each */
    enum severity fail_from;   /* junit: from this severity on, a finding is a failed test */
};

struct finding_format {
    const char *name;
    void (*print)(const struct finding_report *report, struct output *output);
    bool brief;  /* see struct findings */
    bool lists;  /* see struct findings */
    bool silent; /* it has no place to say what was left out */
};

/* The names in the table, as `struct command` lists them. */
#define FINDING_FORMATS "text,json,sarif,csv,junit,markdown"
const struct finding_format *finding_format_find(const char *name);

/* The finding with files and lines filled in, for one that is only listed. */
struct finding *finding_report_place(const struct finding_report *report, size_t index);

/* The elaborated finding. Call finding_release after printing it, since there can be very many. */
struct finding *finding_report_at(const struct finding_report *report, size_t index);

/* The number of standing findings of each severity. */
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
