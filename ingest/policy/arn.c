#include "ingest/policy/arn.h"

#include <string.h>

bool span_equals(struct span span, const char *string)
{
    return strlen(string) == span.length && memcmp(span.at, string, span.length) == 0;
}

bool span_same(struct span a, struct span b)
{
    return a.length == b.length && memcmp(a.at, b.at, a.length) == 0;
}

static bool begins(struct span span, const char *prefix)
{
    size_t length = strlen(prefix);
    return span.length > length && memcmp(span.at, prefix, length) == 0;
}

/* Splits the "path/name" after the resource type; the path keeps its slashes. */
static void split_path(struct span resource, size_t kind_length, struct arn *arn)
{
    struct span rest = {resource.at + kind_length, resource.length - kind_length};
    size_t name = rest.length;
    while (name > 0 && rest.at[name - 1] != '/')
        name--;
    arn->name = (struct span){rest.at + name, rest.length - name};
    /* The slash that ends the kind begins the path. */
    arn->path = (struct span){rest.at - 1, name + 1};
}

static const struct {
    const char *prefix; /* with the slash */
    enum arn_kind kind;
    bool path; /* otherwise everything after the prefix is the name */
} iam_kinds[] = {
    {"user/", ARN_USER, true},
    {"role/", ARN_ROLE, true},
    {"group/", ARN_GROUP, true},
    {"policy/", ARN_POLICY, true},
    {"instance-profile/", ARN_INSTANCE_PROFILE, true},
    {"saml-provider/", ARN_SAML_PROVIDER, false},
    {"oidc-provider/", ARN_OIDC_PROVIDER, false},
};

static void classify(struct arn *arn)
{
    if (span_equals(arn->service, "iam")) {
        if (span_equals(arn->resource, "root"))
            arn->kind = ARN_ACCOUNT_ROOT;
        for (size_t i = 0; i < sizeof iam_kinds / sizeof iam_kinds[0]; i++) {
            if (!begins(arn->resource, iam_kinds[i].prefix))
                continue;
            size_t length = strlen(iam_kinds[i].prefix);
            arn->kind = iam_kinds[i].kind;
            if (iam_kinds[i].path)
                split_path(arn->resource, length, arn);
            else
                arn->name = (struct span){arn->resource.at + length, arn->resource.length - length};
            if (arn->name.length == 0)
                arn->kind = ARN_OTHER;
        }
    } else if (span_equals(arn->service, "sts")) {
        static const char session[] = "assumed-role/", federated[] = "federated-user/";
        if (begins(arn->resource, federated)) {
            arn->kind = ARN_FEDERATED_USER;
            arn->name =
                (struct span){arn->resource.at + sizeof federated - 1, arn->resource.length - (sizeof federated - 1)};
        } else if (begins(arn->resource, session)) {
            struct span rest = {arn->resource.at + sizeof session - 1, arn->resource.length - (sizeof session - 1)};
            const char *slash = memchr(rest.at, '/', rest.length);
            if (slash == NULL || slash == rest.at || slash + 1 == rest.at + rest.length)
                return;
            arn->kind = ARN_ROLE_SESSION;
            arn->name = (struct span){rest.at, (size_t)(slash - rest.at)};
            arn->session = (struct span){slash + 1, rest.length - arn->name.length - 1};
        }
    }
}

bool arn_parse(const char *text, size_t length, struct arn *arn)
{
    struct span fields[6];
    const char *at = text, *end = text + length;
    for (int i = 0; i < 5; i++) {
        const char *colon = memchr(at, ':', (size_t)(end - at));
        if (colon == NULL)
            return false;
        fields[i] = (struct span){at, (size_t)(colon - at)};
        at = colon + 1;
    }
    fields[5] = (struct span){at, (size_t)(end - at)};
    *arn = (struct arn){.kind = ARN_OTHER,
                        .partition = fields[1],
                        .service = fields[2],
                        .region = fields[3],
                        .account = fields[4],
                        .resource = fields[5]};
    if (!span_equals(fields[0], "arn"))
        return false;
    classify(arn);
    return true;
}

bool arn_is_account_id(const char *text, size_t length)
{
    if (length != 12)
        return false;
    for (size_t i = 0; i < length; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

bool arn_is_unique_id(const char *text, size_t length)
{
    static const char *const prefixes[] = {"AIDA", "AROA", "AGPA", "ANPA", "AIPA",
                                           "ASCA", "APKA", "AKIA", "ASIA", "ANVA"};
    if (length < 16 || length > 128)
        return false;
    for (size_t i = 0; i < length; i++)
        if (!((text[i] >= 'A' && text[i] <= 'Z') || (text[i] >= '0' && text[i] <= '9')))
            return false;
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (memcmp(text, prefixes[i], 4) == 0)
            return true;
    return false;
}

bool arn_is_organization_id(const char *text, size_t length)
{
    if (length < 12 || length > 34 || text[0] != 'o' || text[1] != '-')
        return false;
    for (size_t i = 2; i < length; i++)
        if (!((text[i] >= 'a' && text[i] <= 'z') || (text[i] >= '0' && text[i] <= '9')))
            return false;
    return true;
}

const char *arn_aws_managed_policy(const char *arn)
{
    static const char mark[] = ":iam::aws:policy/";
    const char *at = arn != NULL ? strstr(arn, mark) : NULL;
    return at != NULL ? at + sizeof mark - 1 : NULL;
}

bool arn_is_aws_managed_policy(const char *arn)
{
    return arn_aws_managed_policy(arn) != NULL;
}

/* The path and name in a role's ARN; "" for another ARN. */
static const char *role_path(const char *arn)
{
    static const char mark[] = ":role/";
    const char *at = strstr(arn, mark);
    return at != NULL ? at + sizeof mark - 2 : "";
}

static bool is_under(const char *path, const char *folder)
{
    return strncmp(path, folder, strlen(folder)) == 0;
}

bool arn_path_is_service_linked(const char *path)
{
    return is_under(path, "/aws-service-role/");
}

bool arn_is_service_linked_role(const char *arn)
{
    return arn_path_is_service_linked(role_path(arn));
}

bool arn_path_is_reserved(const char *path)
{
    return is_under(path, "/aws-reserved/");
}

bool arn_is_reserved_role(const char *arn)
{
    return arn_path_is_reserved(role_path(arn));
}

bool arn_path_is_identity_center(const char *path)
{
    return is_under(path, "/aws-reserved/sso.amazonaws.com/");
}

bool arn_is_identity_center_provider(const char *name)
{
    return strncmp(name, "AWSSSO_", strlen("AWSSSO_")) == 0;
}
