/*
 * The member "Policies" belongs to three calls: authorization details (policies with versions), iam list-policies
 * (without), and organizations list-policies / list-policies-for-target. Each element tells which. And "Policy":
 * organizations describe-policy, iam get-policy.
 */
#include "ingest/readers/authorization_details.h"
#include "ingest/readers/iam_shapes.h"
#include <string.h>

/* Indexes into managed_policies_kinds. */
enum { POLICIES, DESCRIBE_POLICY, LIST_OF_POLICIES, LIST_POLICIES, LIST_FOR_TARGET, IAM_LIST_POLICIES, GET_POLICY };

extern const struct export_kind managed_policies_kinds[];

static const struct iam_source from_list = {.standing = STANDING_LISTED};

/* A list of policies being read. */
struct policy_list {
    struct export_list list;
    const char *type;           /* type of Organizations' policies; NULL: unknown */
    bool organizations;         /* some belong to Organizations */
    bool managed;               /* some belong to IAM, with their versions */
    bool of_details;            /* they are beside users and roles */
    bool for_target, of_target; /* the call was list-policies-for-target; and its target is known */
};

static void read_one(struct export_reader *reader, struct policy_list *policies)
{
    struct iam_policy policy = {0};
    if (json_cursor_peek(&reader->cursor) == CURSOR_OBJECT)
        iam_read_policy_members(reader, &policy);
    else {
        export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0, "expected a policy");
        json_cursor_skip(&reader->cursor);
    }
    if (policy.id != NULL && policy.type != NULL) {
        export_organization_of(reader, policy.arn);
        policies->organizations = true;
        policies->type = policy.type;
        export_organization_policy(reader, policy.id, policy.type, policy.name, policy.aws_managed);
        if (policies->of_target)
            export_fact(reader, FACT_TARGET, policy.id, reader->argument, NULL, NULL);
    } else if (policy.has_versions) {
        policies->managed = true;
        iam_add_policy(reader, &policy, &from_list);
    } else if (policy.id != NULL || policy.type != NULL || policies->organizations || policies->type != NULL ||
               policies->for_target) {
        export_list_lose(reader, &policies->list, "an organization policy lacks Id or Type");
    } else if (policies->of_details && reader->cursor.error == NULL) {
        export_problem(reader, PROBLEM_ERROR, "missing-member", policies->list.line, policies->list.column,
                       "a policy has no PolicyVersionList");
    }
}

/* The requested type matters: a target has SCPs and RCPs. */
static void add_listing(struct export_reader *reader, const struct policy_list *policies, const char *call)
{
    struct text argument = {0};
    if (policies->type != NULL && (!policies->for_target || policies->of_target)) {
        text_format(&argument, "%s%s%s", policies->of_target ? reader->argument : "", policies->of_target ? " " : "",
                    policies->type);
        export_listing(reader, call, export_keep_text(reader, &argument), policies->list.lost);
    }
    if (policies->for_target && !policies->of_target)
        export_problem(reader, PROBLEM_WARNING, "target-unknown", 0, 0,
                       "the file does not say which target it is about; rename the file to "
                       "list-policies-for-target.TARGET-ID.POLICY-TYPE.json");
}

static void read_policies(struct export_reader *reader, const char *member)
{
    struct batch *batch = reader->batch;
    struct policy_list policies = {.type = reader->filter[0] != '\0' ? reader->filter : NULL,
                                   .for_target =
                                       strcmp(reader->call, managed_policies_kinds[LIST_FOR_TARGET].name) == 0};
    const struct export_kind *kind = &managed_policies_kinds[IAM_LIST_POLICIES];
    bool alone = batch->kind == &managed_policies_kinds[POLICIES];
    (void)member;
    policies.of_details = batch->kind == &authorization_details_kinds[0];
    policies.of_target = policies.for_target && reader->argument[0] != '\0';
    if (!export_list_enter(reader, &policies.list))
        return;
    while (export_list_next(reader, &policies.list))
        read_one(reader, &policies);
    if (policies.managed) {
        kind = &authorization_details_kinds[0];
        batch->full_details = batch->full_details || alone;
    } else if (policies.organizations || policies.for_target ||
               (policies.type != NULL && strcmp(reader->call, managed_policies_kinds[LIST_POLICIES].name) == 0)) {
        kind = &managed_policies_kinds[policies.for_target ? LIST_FOR_TARGET : LIST_POLICIES];
        add_listing(reader, &policies, kind->name);
    }
    if (alone)
        batch->kind = kind;
}

/* With small first letters, only in authorization details: other files have policies, too. */
static void read_small_policies(struct export_reader *reader, const char *member)
{
    if (reader->batch->kind != &authorization_details_kinds[0]) {
        json_cursor_skip(&reader->cursor);
        return;
    }
    export_recognise(reader, &authorization_details_kinds[0]);
    reader->small_letters = true;
    read_policies(reader, member);
    reader->small_letters = false;
}

static void read_element(struct export_reader *reader)
{
    iam_read_policy(reader, &from_list);
}

/* Reads the Content of the object that comes next; false if there is none. */
static bool read_content(struct export_reader *reader, enum policy_kind kind, struct batch_document *document)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true, found = false;
    size_t pointer = reader->pointer.length;
    if (!json_cursor_enter(cursor, CURSOR_OBJECT))
        return false;
    while (export_next_member(reader, &first)) {
        if (strcmp(reader->name.data, "Content") != 0 || json_cursor_peek(cursor) == CURSOR_NULL) {
            json_cursor_skip(cursor);
            continue;
        }
        found = true;
        export_point(reader, "Content");
        cursor->complaint = NULL;
        export_document(reader, kind, document);
        export_point_back(reader, pointer);
    }
    return found;
}

/* {"PolicySummary": {…}, "Content": "JSON text"}: organizations describe-policy. iam get-policy has neither. The type
 * of the policy may come after the Content, so the object is read twice. */
static void read_policy(struct export_reader *reader, const char *member)
{
    struct json_cursor *cursor = &reader->cursor, mark;
    struct iam_policy policy = {0};
    bool first = true;
    (void)member;
    json_cursor_peek(cursor);
    json_cursor_mark(cursor, &mark);
    if (!json_cursor_enter(cursor, CURSOR_OBJECT))
        return;
    while (export_next_member(reader, &first)) {
        if (strcmp(reader->name.data, "PolicySummary") == 0 && json_cursor_peek(cursor) == CURSOR_OBJECT)
            iam_read_policy_members(reader, &policy);
        else
            json_cursor_skip(cursor);
    }
    if (cursor->error != NULL)
        return;
    if (policy.id == NULL || policy.type == NULL) {
        json_cursor_forget(cursor);
        reader->batch->kind = &managed_policies_kinds[GET_POLICY];
        if (reader->batch->principals.count == 0 && reader->batch->facts.count == 0)
            reader->batch->refusal =
                "a managed policy has no document; export it again with aws iam get-account-authorization-details";
        return;
    }
    export_organization_of(reader, policy.arn);
    struct batch_fact *fact =
        export_organization_policy(reader, policy.id, policy.type, policy.name, policy.aws_managed);
    json_cursor_return(cursor, &mark);
    enum policy_kind kind = strcmp(policy.type, "RESOURCE_CONTROL_POLICY") == 0 ? POLICY_RCP : POLICY_SCP;
    if (!read_content(reader, kind, &fact->document))
        export_problem(reader, PROBLEM_ERROR, "missing-member", 0, 0, "a policy has no Content");
}

const struct export_kind managed_policies_kinds[] = {
    [POLICIES] = {.name = "policies",
                  .members = (const struct export_member[]){{"Policies", CURSOR_ARRAY, read_policies, false},
                                                            {"policies", CURSOR_ARRAY, read_small_policies, true},
                                                            {0}},
                  .rank = -1, /* authorization details and others contain Policies as well */
                  .own_names = true,
                  .may_be_details = true},
    [DESCRIBE_POLICY] = {.name = "describe-policy",
                         .members = (const struct export_member[]){{"Policy", CURSOR_OBJECT, read_policy, false}, {0}}},
    [LIST_OF_POLICIES] = {.name = "list-of-policies",
                          .elements =
                              (const struct export_element[]){{.members = {"PolicyVersionList"}, .read = read_element},
                                                              {0}},
                          .only_objects = true},
    [LIST_POLICIES] = {.name = "list-policies"},
    [LIST_FOR_TARGET] = {.name = "list-policies-for-target"},
    [IAM_LIST_POLICIES] = {.name = "iam list-policies"},
    [GET_POLICY] = {.name = "get-policy"},
    {0},
};
