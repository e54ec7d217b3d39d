/*
 * page: the HTML report: one file that loads nothing from elsewhere, with all its data inside as JSON.
 *
 * The page consists of page.html, page.css and the scripts beside it, which the Makefile turns into C strings. A
 * Content-Security-Policy allows only this script (by its hash) and no requests. page_inside.h describes the JSON. The
 * page computes who can become whom through several roles from the direct edges, as chains_reach_backwards does, so
 * that nothing of the size of all pairs is written.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_PAGE_PAGE_H
#define ROLECHAIN_ANALYZER_REPORT_PAGE_PAGE_H

#include "analyzer/picture/view.h"
#include "analyzer/report/findings/finding_report.h"

/* The default for the greatest number of users and roles in a page. */
#define PAGE_PRINCIPALS 100000u

/* How much goes into a page. */
struct page_limits {
    uint32_t
        principals; /* if there are more: only those with findings, administrators, and those that outsiders can call */
    uint64_t bytes; /* of the data; findings get what remains, worst first */
    uint64_t documents;       /* bytes of trust policies; those of roles with findings come first */
    size_t whole_findings;    /* number of findings with steps, patches and caveats */
    uint32_t settled;         /* number of roles for which the conditions of several hops are checked together */
    uint32_t settled_callers; /* only roles that at most this many can become */
    uint32_t changes;         /* length of the list of most effective changes */
};

extern const struct page_limits page_limits;

/* The picture of the paths that matter; "" if there is none. malloc'ed. */
char *page_picture(struct view *view);

/* Writes the page. The findings of the report are those of the view, in the order in which to fix them. picture: an SVG
 * from page_picture. */
void page_write(struct view *view, const struct finding_report *report, const struct page_limits *limits,
                const char *picture, FILE *stream);

#endif
