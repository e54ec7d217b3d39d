#include "analyzer/findings/patches/patch_command.h"

#include "ingest/policy/arn.h"
#include "ingest/support/memory.h"
#include "ingest/support/text.h"
#include <stdio.h>
#include <string.h>

#define FILE_OPTION " --policy-document file://"
#define DOCUMENT FILE_OPTION "policy.json"

static void append_argument(struct text *text, const char *option, const char *value)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+=,.@_-:/";
    text_format(text, " --%s%c", option,
                value[0] == '-' ? '=' : ' '); /* otherwise the value would be taken for an option */
    if (value[0] != '\0' && value[strspn(value, safe)] == '\0') {
        text_append_string(text, value);
        return;
    }
    text_append_char(text, '\'');
    for (; *value != '\0'; value++)
        if (*value == '\'')
            text_append_string(text, "'\\''");
        else
            text_append_char(text, *value);
    text_append_char(text, '\'');
}

/* The command line's word for the kind of holder; NULL: there is no command for it, or nobody can change it in IAM. */
static const char *entity_of(const char *holder)
{
    struct arn arn;
    if (!arn_parse(holder, strlen(holder), &arn) || arn_is_reserved_role(holder))
        return NULL;
    return arn.kind == ARN_USER ? "user" : arn.kind == ARN_ROLE ? "role" : arn.kind == ARN_GROUP ? "group" : NULL;
}

/* "aws iam put-role-policy --role-name NAME --policy-name POLICY" */
static void append_inline(struct text *text, const struct policy_use *use, const char *verb, const char *entity)
{
    char option[16];
    snprintf(option, sizeof option, "%s-name", entity);
    text_format(text, "aws iam %s-%s-policy", verb, entity);
    append_argument(text, option, strrchr(use->holder, '/') + 1);
    append_argument(text, "policy-name", use->name);
}

char *patch_deletion_command(const struct policy_use *use)
{
    const char *entity = entity_of(use->holder);
    struct text text = {0};
    if (use->kind != USE_INLINE || entity == NULL)
        return NULL;
    append_inline(&text, use, "delete", entity);
    return text_release(&text);
}

char *patch_command(const struct policy_use *use)
{
    const char *entity = entity_of(use->holder), *slash = strrchr(use->holder, '/');
    struct text text = {0};
    if (use->kind == USE_TRUST && entity != NULL) {
        text_append_string(&text, "aws iam update-assume-role-policy");
        append_argument(&text, "role-name", slash + 1);
        text_append_string(&text, DOCUMENT);
    } else if (use->kind == USE_INLINE && entity != NULL) {
        append_inline(&text, use, "put", entity);
        text_append_string(&text, DOCUMENT);
    } else if ((use->kind == USE_MANAGED || use->kind == USE_BOUNDARY) && use->arn != NULL &&
               !arn_is_aws_managed_policy(use->arn)) {
        text_append_string(&text, "aws iam create-policy-version --set-as-default");
        append_argument(&text, "policy-arn", use->arn);
        text_append_string(&text, DOCUMENT);
    } else {
        return NULL;
    }
    return text_release(&text);
}

char *patch_command_with(const char *command, const char *file)
{
    return memory_print("%.*s" FILE_OPTION "%s", (int)(strlen(command) - strlen(DOCUMENT)), command, file);
}

char *patch_session_command(const char *role, unsigned seconds)
{
    const char *slash = strrchr(role, '/');
    struct text text = {0};
    text_append_string(&text, "aws iam update-role");
    append_argument(&text, "role-name", slash != NULL ? slash + 1 : role);
    text_format(&text, " --max-session-duration %u", seconds);
    return text_release(&text);
}
