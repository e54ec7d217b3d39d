/*
 * picture: what to draw of the edges, whatever the format. Which nodes and edges are shown, which are drawn together,
 * what stands in the labels; how it looks is for dot.c.
 *
 * A picture that people can read has some dozens of nodes, and a layout that ends has some hundreds, so:
 *   - principals without any edge are not drawn; neither are edges into roles that anyone may assume, apart from
 *     anyone's; nor a role's edge to itself; a session that a trust policy names is drawn as its role; an account that
 *     is exported is drawn as those of its principals that can use what it was trusted with;
 *   - principals of one account with the same callers, roles and conditions are drawn as one (from three on, or from
 * two on in a large picture), and so are services and the roles that only services assume;
 *   - above `maximum_nodes`, roles of one name in several accounts become one, then roles that lead nowhere, then
 *     callers that nobody becomes, then whole accounts.
 * Everything left out or drawn together is said in the caption.
 *
 * All texts are valid UTF-8 without control characters, whatever stands in the policies; line breaks in labels and
 * tooltips are '\n'.
 */
#ifndef ROLECHAIN_ANALYZER_PICTURE_PICTURE_H
#define ROLECHAIN_ANALYZER_PICTURE_PICTURE_H

#include "graph/edges/edges.h"
#include "ingest/support/arena.h"

#define PICTURE_MAXIMUM_NODES 300
#define PICTURE_OUTSIDE UINT32_MAX

enum picture_shape {
    PICTURE_USER,
    PICTURE_ROLE,
    PICTURE_SERVICE,
    PICTURE_PROVIDER, /* SAML or web identity */
    PICTURE_ACCOUNT,
    PICTURE_ANYONE,
    PICTURE_SHAPES,
};

/* Why a node or edge deserves a look. */
enum picture_accent { ACCENT_NONE, ACCENT_EXTERNAL, ACCENT_PUBLIC };

struct picture_node {
    const char *id; /* unique and stable: the ARN, "service:…", "account:…", …; "N × first" of several */
    const char *label, *tooltip;
    enum picture_shape shape;
    enum picture_accent accent;
    bool administrator; /* all of its members are, see picture_options */
    bool exported;      /* false: known from policies only */
    bool focused;
    uint32_t members; /* 1, or how many are drawn as this one */
    uint32_t cluster; /* index, or PICTURE_OUTSIDE */
};

/* An account. */
struct picture_cluster {
    const char *id, *label;
    enum picture_accent accent;
};

struct picture_edge {
    uint32_t from, to;
    bool conditional;  /* none of the edges drawn as this one is unconditional */
    bool control;      /* all of them are control over IAM rather than sts:AssumeRole */
    bool chained;      /* one of them begins where another edge ends, or ends where another begins, whether or not it
                          is in focus; if the conditions of both can hold together is not asked */
    const char *label; /* short condition; "" */
    const char *tooltip;
    enum picture_accent accent;
};

struct picture {
    struct arena arena;
    struct picture_node *nodes;
    struct picture_cluster *clusters;
    struct picture_edge *edges;
    uint32_t node_count, cluster_count, edge_count;
    const char *title;
    struct picture_caption {
        const char *sentence;
        bool too_large; /* says what was drawn as one since the picture was too large to draw whole */
    } caption[16];
    uint32_t caption_count;
};

struct picture_options {
    const uint32_t *focus; /* nodes of the edges; count 0: everything */
    uint32_t focus_count;
    uint32_t hops;              /* around the focus, forwards and backwards */
    bool accounts;              /* one node an account */
    uint32_t maximum_nodes;     /* 0: PICTURE_MAXIMUM_NODES */
    const bool *administrators; /* by principal of the model; NULL: nobody */
};

struct picture *picture_new(const struct edges *edges, const struct picture_options *options);
void picture_free(struct picture *picture);

#endif
