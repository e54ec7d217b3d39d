#include "ingest/policy/policy_inside.h"

#include "ingest/policy/policy_duplicates.h"
#include "ingest/support/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare_sids(const void *a, const void *b)
{
    return strcmp((*(const struct policy_statement *const *)a)->sid, (*(const struct policy_statement *const *)b)->sid);
}

static void check_sids(struct policy_reader *reader)
{
    struct policy *policy = reader->policy;
    size_t count = policy->statement_count;
    if (reader->kind == POLICY_TRUST || count < 2)
        return;
    const struct policy_statement **order = memory_get(count * sizeof *order);
    for (size_t i = 0; i < count; i++)
        order[i] = &policy->statements[i];
    qsort(order, count, sizeof *order, compare_sids);
    for (size_t i = 1; i < count; i++)
        if (order[i]->sid[0] != '\0' && strcmp(order[i]->sid, order[i - 1]->sid) == 0) {
            reader->position = (int)(order[i] - policy->statements);
            policy_report(reader, PROBLEM_WARNING, GRAMMAR_DUPLICATE_SID, "/Sid", WORDS_SID_TWICE, NULL);
        }
    free(order);
}

static void read_statements(struct policy_reader *reader, const struct policy_json *statements)
{
    struct policy *policy = reader->policy;
    reader->single = statements->type != POLICY_JSON_ARRAY;
    size_t count = reader->single ? 1 : statements->count;
    policy->statements = arena_allocate_array(reader->arena, count, sizeof *policy->statements);
    policy->statement_count = count;
    const struct policy_json *statement = reader->single ? statements : statements->first;
    for (size_t i = 0; i < count; i++, statement = statement->next) {
        reader->position = (int)i;
        policy_read_statement(reader, statement, &policy->statements[i]);
    }
    check_sids(reader);
}

static void check_members(struct policy_reader *reader, const struct policy_json *root)
{
    char pointer[160];
    for (const struct policy_json *member = root->first; member != NULL; member = member->next) {
        if (member->repeated) {
            snprintf(pointer, sizeof pointer, "/%.*s", (int)(member->name_length % 128), member->name);
            policy_report(reader, PROBLEM_ERROR, GRAMMAR_DUPLICATE_JSON_KEY, pointer, WORDS_MEMBER_OF_DOCUMENT_TWICE,
                          NULL);
            reader->policy->broken = "a member of the document occurs more than once";
        } else if (!policy_json_is_named(member, "Version") && !policy_json_is_named(member, "Id") &&
                   !policy_json_is_named(member, "Statement")) {
            snprintf(pointer, sizeof pointer, "/%.128s", member->name);
            policy_report(reader, PROBLEM_ERROR, GRAMMAR_UNKNOWN_ELEMENT, pointer, WORDS_NO_SUCH_ELEMENT, NULL);
        }
    }
}

static void read_version(struct policy_reader *reader, const struct policy_json *version)
{
    struct policy *policy = reader->policy;
    if (version == NULL)
        policy_report(reader, PROBLEM_NOTE, GRAMMAR_MISSING_VERSION, "", WORDS_VERSION_MISSING, NULL);
    else if (version->type == POLICY_JSON_TEXT)
        policy->version = arena_copy_text(reader->arena, version->text, version->length);
    else
        policy->version = "?";
    if (version != NULL && strcmp(policy->version, "2012-10-17") != 0 && strcmp(policy->version, "2008-10-17") != 0) {
        reader->invalid_version = true;
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_INVALID_VERSION, "/Version", WORDS_VERSION_EXPECTED, NULL);
    }
}

static void read_document(struct policy_reader *reader, const struct policy_json *root, size_t length)
{
    reader->position = -1;
    const struct policy_json *statements = policy_json_member(root, "Statement", strlen("Statement"));
    check_members(reader, root);
    read_version(reader, policy_json_member(root, "Version", strlen("Version")));
    if (statements == NULL) {
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_MISSING_STATEMENT, "", WORDS_NO_STATEMENT, NULL);
        return;
    }
    if (statements->type == POLICY_JSON_ARRAY && statements->count == 0)
        policy_report(reader, PROBLEM_ERROR, GRAMMAR_EMPTY_STATEMENT, "/Statement", WORDS_STATEMENTS_EMPTY, NULL);
    if (reader->policy->broken == NULL)
        read_statements(reader, statements);
    reader->position = -1;
    if (reader->kind == POLICY_TRUST && length > 4096)
        policy_report(reader, PROBLEM_WARNING, GRAMMAR_SIZE_LIMIT, "", WORDS_OVER_THE_MOST, NULL);
    else if (reader->kind == POLICY_TRUST && length > 2048)
        policy_report(reader, PROBLEM_NOTE, GRAMMAR_SIZE_LIMIT, "", WORDS_OVER_THE_QUOTA, NULL);
}

static void refuse_document(struct policy_reader *reader, const char *why)
{
    policy_report(reader, PROBLEM_ERROR, GRAMMAR_INVALID_JSON, "", WORDS_NOT_A_POLICY, POLICY_FACTS_OF(why));
    reader->policy->broken = arena_copy_text(reader->arena, why, strlen(why));
}

/* The tree of a document that does not have the usual shape; NULL: it is refused. */
static struct policy_json *read_odd(struct policy_reader *reader, const char *text, size_t length)
{
    struct policy_json *tree = NULL;
    json_error_t error;
    size_t flags = JSON_REJECT_DUPLICATES;
    json_t *root = json_loadb(text, length, flags, &error);
    /* A document that contains the mark itself is treated as if it had duplicates. */
    reader->duplicates = memmem(text, length, "\\u001", 5) != NULL;
    if (root == NULL && json_error_code(&error) == json_error_numeric_overflow) {
        flags |= JSON_DECODE_INT_AS_REAL;
        root = json_loadb(text, length, flags, &error);
        policy_report(reader, PROBLEM_WARNING, GRAMMAR_NUMBER_OVERFLOW, "", WORDS_NUMBER_TOO_LARGE, NULL);
    }
    if (root == NULL && json_error_code(&error) == json_error_duplicate_key) {
        char *renamed = policy_rename_duplicates(text, length);
        reader->duplicates = true;
        /* Renamed members may hold large numbers that jansson did not reach before. */
        root = json_loads(renamed, flags | JSON_DECODE_INT_AS_REAL, &error);
        free(renamed);
    }
    if (root == NULL) {
        char why[JSON_ERROR_TEXT_LENGTH + 64];
        if (json_error_code(&error) == json_error_duplicate_key)
            policy_report(reader, PROBLEM_ERROR, GRAMMAR_DUPLICATE_JSON_KEY, "", WORDS_MEMBER_SPELT_TWICE, NULL);
        snprintf(why, sizeof why, "%s at line %d, column %d", error.text, error.line, error.column);
        refuse_document(reader, why);
    } else if (!json_is_object(root)) {
        refuse_document(reader, "expected a JSON object with Version and Statement");
    } else {
        tree = policy_json_convert(&reader->trees, root);
    }
    json_decref(root);
    return tree;
}

void policy_parse(struct arena *arena, const char *text, size_t length, enum policy_kind kind, struct policy *policy)
{
    struct policy_reader reader = {.arena = arena, .kind = kind, .policy = policy, .position = -1};
    *policy = (struct policy){.version = ""};
    const struct policy_json *root = policy_json_read(&reader.trees, text, length);
    if (root == NULL)
        root = read_odd(&reader, text, length);
    if (root != NULL)
        read_document(&reader, root, length);
    policy_hand_over_problems(&reader);
    arena_free(&reader.trees);
    text_free(&reader.body);
}
