/* clang-format off */
/*
 * page_inside: shared by the files that write the JSON of a page.
 *
 * The JSON is one object. Lists that belong together have the same length: principals.name[7] is the name of user or
 * role 7. Nodes are numbered from 0: first the users and roles in the page, then the outside parties.
 *
 *   about       {"version", "organization", "loaded", "accounts", "units", "roles", "users", "principals_left_out", …}
 *   gaps        sentences: data missing from the export that answers depend on
 *   summary     numbers of the overview, as `administrators` and `chokepoints` count them
 *   changes     [{"words", "place", "principals", "sources"}]: the ranking of `chokepoints`
 *   accounts    {"id", "name", "unit", "partition", "exported"}
 *   principals  {"account", "flags", "path", "direct", "certain", "most", "outside", "assumes", "name", "used"}; flags:
 *               PAGE_ROLE …; direct … outside: for roles, see exposure.h; assumes: number of roles it can assume
 *               directly
 *   parties     [kind, text, words, account or -1, stands, assumes, outside, name]; words: with its account; stands:
 *               for a session the node of its role, else -1; outside: danger_is_outside
 *   groups      {"kinds": number of permission classes, profiles, local sets and role sets; "members": per group its
 *               nodes as differences, if edges have the group}
 *   edges       from (as a difference), to, condition (-1: none), repeated; groups are numbered after all nodes
 *   conditions  words
 *   refuted     role, [nodes], repeated: hops lead from these nodes to the role, but their conditions cannot hold
 *               together
 *   documents   {"text": trust policies, "of": per principal its document or -1, "file", "line"}
 *   administrators  [node, sure, "policy" or "control", reason, conditions]; the last two are indexes into reasons
 *   rules       [{"id", "title", "why", "fix", "reference"}]
 *   findings    see page_findings.c
 *   paths, files, reasons  texts that other parts refer to by index
 */
/* clang-format on */
#ifndef ROLECHAIN_ANALYZER_REPORT_PAGE_PAGE_INSIDE_H
#define ROLECHAIN_ANALYZER_REPORT_PAGE_PAGE_INSIDE_H

#include "analyzer/report/page/page.h"
#include "analyzer/report/page/page_json.h"
#include "graph/chains/exposure.h"
#include "ingest/support/intern.h"

enum page_flag {
    PAGE_ROLE = 1,
    PAGE_ADMINISTRATOR = 2,          /* certainly */
    PAGE_MAYBE_ADMINISTRATOR = 4,    /* under conditions */
    PAGE_LEADS_TO_ADMINISTRATOR = 8, /* can become an administrator */
    PAGE_SERVICE_LINKED = 16,
    PAGE_POLICIES_UNKNOWN = 32, /* its identity policies are not in the export */
    PAGE_TRUST_UNKNOWN = 64,
};

struct page {
    struct view *view;
    struct analysis *analysis;
    const struct model *model;
    const struct edges *edges;
    const struct finding_report *report;
    const struct page_limits *limits;
    struct page_json json;
    uint32_t *number;    /* per node: its number in the page; MODEL_NONE: left out */
    uint32_t *nodes;     /* per number in the page: the node of the edges */
    uint32_t principals; /* in the page; parties follow */
    uint32_t count;      /* number of nodes in the page */
    struct intern paths, files, reasons;
    struct exposure *exposure; /* per node of the edges; certain is at_most where it was checked, see page_limits */
    struct refuted {
        uint32_t role, *callers, count; /* as nodes of the edges */
    } * refuted;
    size_t listed; /* number of findings so far */
    uint32_t refuted_count, refuted_room;
};

/* Chooses what is in the page. */
void page_keep(struct page *page);

void page_write_accounts(struct page *page);
void page_write_principals(struct page *page);
void page_write_parties(struct page *page);
void page_write_groups(struct page *page);
void page_write_edges(struct page *page);
void page_write_refuted(struct page *page);
void page_write_documents(struct page *page);
void page_write_administrators(struct page *page);
void page_write_findings(struct page *page);
void page_write_overview(struct page *page);
void page_write_about(struct page *page); /* must be last: it says what was left out */
void page_write_texts(struct page *page, const char *name, const struct intern *texts);

/* Fills in page.exposure and page.refuted. */
void page_count_callers(struct page *page);

#endif
