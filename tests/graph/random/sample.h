/*
 * sample: a random small world for one question: a caller, a role, and the relevant policies.
 *
 * It is kept in pieces, so that properties can change it (add a statement, split one, attach it elsewhere) and a
 * failure can be made small; as text it is a case of tests/graph/cases. Every string is a literal or belongs to the
 * test.
 */
#ifndef ROLECHAIN_TESTS_GRAPH_RANDOM_SAMPLE_H
#define ROLECHAIN_TESTS_GRAPH_RANDOM_SAMPLE_H

#include "ingest/support/text.h"
#include <stdbool.h>
#include <stdint.h>

/* splitmix64: the same numbers from the same seed on every machine. */
struct random {
    uint64_t state;
};
uint32_t random_below(struct random *random, uint32_t limit);
bool random_chance(struct random *random, uint32_t percent);

/* Who holds a statement. */
enum sample_place { PLACE_TRUST, PLACE_IDENTITY, PLACE_BOUNDARY, PLACE_SCP, PLACE_RCP, PLACE_COUNT };

/* How an identity statement reaches the caller; the last two only for users. */
enum sample_attachment { ATTACH_INLINE, ATTACH_MANAGED, ATTACH_GROUP_INLINE, ATTACH_GROUP_MANAGED, ATTACH_COUNT };

#define SAMPLE_LIST 4
struct sample_list {
    const char *items[SAMPLE_LIST];
    uint32_t count;
    bool negated; /* NotAction, NotResource, NotPrincipal */
};

struct sample_condition {
    const char *operator_name, *key;
    struct sample_list values;
};

struct sample_statement {
    enum sample_place place;
    bool allow;
    struct sample_list actions, resources, principals;
    struct sample_condition conditions[3];
    uint32_t condition_count;
    enum sample_attachment attachment;
    uint32_t policy;   /* one of three managed policies */
    const char *level; /* SCP, RCP */
};

#define SAMPLE_STATEMENTS 48
struct sample {
    bool caller_is_role, same_account, organization, bounded;
    const char *caller_tag, *role_tag; /* value of tag team; NULL: none */
    bool full_access_away;             /* FullAWSAccess is not attached to the caller's account */
    struct sample_statement statements[SAMPLE_STATEMENTS];
    uint32_t statement_count;
    const char *more[PLACE_COUNT][4]; /* statements as JSON */
    uint32_t more_count[PLACE_COUNT];
};

void sample_random(struct sample *sample, struct random *random);

/* Adds a statement somewhere. False if there is no room. */
bool sample_add(struct sample *sample, struct random *random, bool allow);

/* The same policies written differently: statements split, reordered, attached elsewhere. *reworded: a list of
 * condition values was split, so that residuals may use other words. */
void sample_rearrange(struct sample *sample, struct random *random, bool *reworded);

/* Leaves something out, in the step-th way. False: there are no more. */
bool sample_reduce(struct sample *sample, uint32_t step);

/* As a case, without questions. */
void sample_write(const struct sample *sample, struct text *text);

/* As written in a question, and as an ARN. */
const char *sample_caller(const struct sample *sample);
const char *sample_caller_arn(const struct sample *sample);
const char *sample_role(const struct sample *sample);
const char *sample_role_arn(const struct sample *sample);

/* A value that a request can have for the key; NULL: absent. False: the test does not fix this key. */
bool sample_request_value(const struct sample *sample, struct random *random, const char *key, const char **value);

#endif
