/*
 * page: the HTML report: one file that reads nothing from elsewhere, with everything that it shows as JSON inside.
 *
 * The page is page.html with page.css and the scripts beside it, which the Makefile makes C strings of. A
 * Content-Security-Policy lets no script run but this one (by its hash) and nothing be fetched. What the JSON holds is
 * told in page_inside.h; who can become whom through several roles the page works out of the direct edges, as
 * chains_reach_backwards does, so nothing of the size of all pairs is written.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_PAGE_PAGE_H
#define ROLECHAIN_ANALYZER_REPORT_PAGE_PAGE_H

#include "analyzer/picture/view.h"
#include "analyzer/report/findings/finding_report.h"

/* So many users and roles are in a page at most, unless it is told otherwise. */
#define PAGE_PRINCIPALS 100000u

/* How much goes into a page. */
struct page_limits {
    uint32_t principals;      /* more: those that findings, administrators and outside callers touch */
    uint64_t bytes;           /* of the data: findings get the rest of it, the worst first */
    uint64_t documents;       /* bytes of trust policies; the first are those of roles that findings are about */
    size_t whole_findings;    /* so many have steps, patches and caveats */
    uint32_t settled;         /* roles for which it is asked whether the conditions of several hops can hold together */
    uint32_t settled_callers; /* of roles that so many can become at most */
    uint32_t changes;         /* of the list of changes that help most */
};

extern const struct page_limits page_limits;

/* The picture of the ways that matter; "" where there is none. malloc'ed. */
char *page_picture(struct view *view);

/* Writes the page. The findings of the report are those of the view, in the order in which they are to be fixed.
 * picture: an SVG of page_picture. */
void page_write(struct view *view, const struct finding_report *report, const struct page_limits *limits,
                const char *picture, FILE *stream);

#endif
