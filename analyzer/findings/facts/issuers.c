#include "analyzer/findings/facts/issuers.h"

#include "graph/policy/pattern.h"
#include "ingest/policy/form.h"
#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#define OTHER "any-other-name"
#define OTHER_ID "999999999"
#define OTHER_UUID "00000000-0000-4000-8000-000000000000"

/* ---- names in subjects */

#define NAME_OF(bytes) "\x02" bytes "\x02"
#define DIGITS NAME_OF("0-9")
#define UUID NAME_OF("0-9a-f-")
#define SLUG NAME_OF("0-9A-Za-z_-")
#define WORDS NAME_OF(" 0-9A-Za-z_-")  /* with blanks between them */
#define PATH NAME_OF("0-9A-Za-z._/-")  /* names with slashes between them */
#define DOTTED NAME_OF("0-9A-Za-z._-") /* one of them */
#define ANYTHING NAME_OF(" -~")
#define WITHOUT_COLON NAME_OF(" -9;-~")
/* Bytes that git allows in the name of a branch or tag: no blank, none of ~ ^ : ? * [ and no backslash. */
#define REF NAME_OF("!-)+-9;->@-Z]_-}")

/* Owners and repositories have their ids beside their names if immutable subjects are on;
 * https://github.blog/changelog/ (2026-04), repo:octocat@123456/my-repo@456789:… A colon in the name of an environment
 * is written %3A. */
#define GITHUB_IN(repository, id, context)                                                                             \
    "repo:" SLUG "/" repository context, "repo:" SLUG "@" DIGITS "/" repository "@" id context

/* GitHub gives an enterprise an issuer of its own if it wants one; the tokens are the same. */
#define GITHUB_TOKENS                                                                                                  \
    .subject = "sub", .audience = "aud", .tenants = "repositories of other owners", .opens = "repo:", .ends = '/',     \
    .before_id = '@', .any_subject = {GITHUB_IN(DOTTED, DIGITS, ":" ANYTHING)},                                        \
    .usual = {GITHUB_IN(DOTTED, DIGITS, ":ref:refs/heads/main")},                                                      \
    .form = "repo:OWNER/REPOSITORY:ref:refs/heads/BRANCH", .for_aws = "sts.amazonaws.com",                             \
    .advice = "Jobs in a protected environment have environment:NAME there in place of the branch.",                   \
    .others = {{"repository", OTHER "/" OTHER},                                                                        \
               {"repository_owner", OTHER},                                                                            \
               {"repository_id", OTHER_ID},                                                                            \
               {"repository_owner_id", OTHER_ID},                                                                      \
               {"enterprise", OTHER},                                                                                  \
               {"enterprise_id", OTHER_ID},                                                                            \
               {"job_workflow_ref", OTHER "/" OTHER "/.github/workflows/" OTHER ".yml@refs/heads/main"}},              \
    .inside = {"repository", "repository_id", "job_workflow_ref", "workflow_ref"},                                     \
    .probes = {                                                                                                        \
        {CODE_SUBJECT_ANY_PROJECT,                                                                                     \
         "any repository of the owner",                                                                                \
         {GITHUB_IN(OTHER, OTHER_ID, ":ref:refs/heads/" REF), GITHUB_IN(OTHER, OTHER_ID, ":ref:refs/tags/" REF),       \
          GITHUB_IN(OTHER, OTHER_ID, ":environment:" WITHOUT_COLON), GITHUB_IN(OTHER, OTHER_ID, ":pull_request"),      \
          GITHUB_IN(OTHER, OTHER_ID, ":" NAME_OF("a-z_") ":" NAME_OF(" -.0-9;-~"))},                                   \
         {{NULL, NULL}}},                                                                                              \
        {CODE_SUBJECT_PULL_REQUESTS,                                                                                   \
         "a pull request",                                                                                             \
         {GITHUB_IN(DOTTED, DIGITS, ":pull_request")},                                                                 \
         {{"ref", "refs/pull/1/merge"}}},                                                                              \
        {CODE_SUBJECT_ANY_REF,                                                                                         \
         "any branch",                                                                                                 \
         {GITHUB_IN(DOTTED, DIGITS, ":ref:refs/heads/" OTHER)},                                                        \
         {{"ref", "refs/heads/" OTHER}}},                                                                              \
        {CODE_SUBJECT_ANY_REF,                                                                                         \
         "any tag",                                                                                                    \
         {GITHUB_IN(DOTTED, DIGITS, ":ref:refs/tags/" OTHER)},                                                         \
         {{"ref", "refs/tags/" OTHER}}},                                                                               \
        {CODE_SUBJECT_ANY_REF,                                                                                         \
         "any environment (a workflow can make one up)",                                                               \
         {GITHUB_IN(DOTTED, DIGITS, ":environment:" OTHER)},                                                           \
         {{"environment", OTHER}, {"ref", "refs/heads/" OTHER}}}}

#define GITLAB_TOKENS                                                                                                  \
    .subject = "sub", .audience = "aud", .opens = "project_path:", .ends = '/',                                        \
    .any_subject = {"project_path:" DOTTED "/" PATH ":ref_type:branch:ref:" REF,                                       \
                    "project_path:" DOTTED "/" PATH ":ref_type:tag:ref:" REF},                                         \
    .usual = {"project_path:" DOTTED "/" PATH ":ref_type:branch:ref:main"},                                            \
    .form = "project_path:GROUP/PROJECT:ref_type:branch:ref:BRANCH", .inside = {"project_id", "project_path"},         \
    .probes = {{CODE_SUBJECT_ANY_PROJECT,                                                                              \
                "any project of the group",                                                                            \
                {"project_path:" PATH "/" OTHER ":ref_type:branch:ref:" REF,                                           \
                 "project_path:" PATH "/" OTHER ":ref_type:tag:ref:" REF},                                             \
                {{NULL, NULL}}},                                                                                       \
               {CODE_SUBJECT_ANY_REF,                                                                                  \
                "any branch, protected or not",                                                                        \
                {"project_path:" PATH ":ref_type:branch:ref:" OTHER},                                                  \
                {{"ref", OTHER}, {"ref_protected", "false"}}},                                                         \
               {CODE_SUBJECT_ANY_REF,                                                                                  \
                "any tag, protected or not",                                                                           \
                {"project_path:" PATH ":ref_type:tag:ref:" OTHER},                                                     \
                {{"ref", OTHER}, {"ref_protected", "false"}}}}

#define TERRAFORM_TOKENS                                                                                               \
    .subject = "sub", .audience = "aud", .opens = "organization:", .ends = ':',                                        \
    .any_subject = {"organization:" SLUG ":project:" WORDS ":workspace:" SLUG ":run_phase:plan",                       \
                    "organization:" SLUG ":project:" WORDS ":workspace:" SLUG ":run_phase:apply"},                     \
    .usual = {"organization:" SLUG ":project:" WORDS ":workspace:" SLUG ":run_phase:apply"},                           \
    .form = "organization:ORGANIZATION:project:PROJECT:workspace:WORKSPACE:run_phase:*",                               \
    .advice = "run_phase:apply in place of run_phase:* keeps plans out.", .for_aws = "aws.workload.identity",          \
    .others = {{"terraform_organization_id", "org-" OTHER},                                                            \
               {"terraform_organization_name", OTHER},                                                                 \
               {"terraform_workspace_id", "ws-" OTHER},                                                                \
               {"terraform_project_id", "prj-" OTHER}},                                                                \
    .inside = {"terraform_workspace_id", "terraform_project_id"},                                                      \
    .probes = {{CODE_SUBJECT_ANY_PROJECT,                                                                              \
                "any workspace of the organization",                                                                   \
                {"organization:" SLUG ":project:" OTHER ":workspace:" OTHER ":run_phase:plan",                         \
                 "organization:" SLUG ":project:" OTHER ":workspace:" OTHER ":run_phase:apply"},                       \
                {{"terraform_project_id", "prj-" OTHER}}},                                                             \
               {CODE_SUBJECT_ANY_PROJECT,                                                                              \
                "any workspace of the project",                                                                        \
                {"organization:" SLUG ":project:" WORDS ":workspace:" OTHER ":run_phase:plan",                         \
                 "organization:" SLUG ":project:" WORDS ":workspace:" OTHER ":run_phase:apply"},                       \
                {{NULL, NULL}}}}

/* A step has a key if its author gave it one. */
#define BUILDKITE_IN(pipeline, ref)                                                                                    \
    "organization:" SLUG ":pipeline:" pipeline ":ref:" ref ":commit:" SLUG ":step:",                                   \
        "organization:" SLUG ":pipeline:" pipeline ":ref:" ref ":commit:" SLUG ":step:" NAME_OF("0-9:A-Za-z_-")

#define BUILDKITE_TOKENS                                                                                               \
    .subject = "sub", .audience = "aud", .tenants = "pipelines of other organizations",                                \
    .opens = "organization:", .ends = ':', .any_subject = {BUILDKITE_IN(SLUG, REF)},                                   \
    .form = "organization:ORGANIZATION:pipeline:PIPELINE:ref:refs/heads/BRANCH:commit:*:step:*",                       \
    .for_aws = "sts.amazonaws.com",                                                                                    \
    .others = {{"organization_slug", OTHER},                                                                           \
               {"organization_id", OTHER_UUID},                                                                        \
               {"pipeline_id", OTHER_UUID},                                                                            \
               {"cluster_id", OTHER_UUID}},                                                                            \
    .inside = {"pipeline_slug", "pipeline_id"},                                                                        \
    .probes = {                                                                                                        \
        {CODE_SUBJECT_ANY_PROJECT, "any pipeline of the organization", {BUILDKITE_IN(OTHER, REF)}, {{NULL, NULL}}},    \
        {CODE_SUBJECT_ANY_REF, "any branch", {BUILDKITE_IN(SLUG, "refs/heads/" OTHER)}, {{"build_branch", OTHER}}}}

#define VERCEL_TOKENS                                                                                                  \
    .label = "Vercel", .subject = "sub", .audience = "aud", .opens = "owner:", .ends = ':',                            \
    .any_subject = {"owner:" SLUG ":project:" DOTTED ":environment:" SLUG},                                            \
    .usual = {"owner:" SLUG ":project:" DOTTED ":environment:production"}, .inside = {"project_id"},                   \
    .probes = {{CODE_SUBJECT_ANY_PROJECT,                                                                              \
                "any project of the team",                                                                             \
                {"owner:" SLUG ":project:" OTHER ":environment:" SLUG},                                                \
                {{NULL, NULL}}},                                                                                       \
               {CODE_SUBJECT_PULL_REQUESTS,                                                                            \
                "a preview deployment, which any branch has",                                                          \
                {"owner:" SLUG ":project:" DOTTED ":environment:preview"},                                             \
                {{"environment", "preview"}}}}

#define SERVICE_ACCOUNT_TOKENS                                                                                         \
    .rule = ISSUER_OF_PODS, .subject = "sub", .audience = "aud", .opens = ISSUER_SERVICE_ACCOUNT, .ends = ':',         \
    .any_subject = {ISSUER_SERVICE_ACCOUNT NAME_OF("0-9a-z-") ":" NAME_OF("0-9a-z.-")},                                \
    .form = ISSUER_SERVICE_ACCOUNT "NAMESPACE:SERVICE_ACCOUNT", .for_aws = "sts.amazonaws.com"

/* ---- the table */

static const struct issuer issuers[] = {
    {.name = "token.actions.githubusercontent.com", .label = "GitHub Actions", .shared = true, GITHUB_TOKENS},
    {.name = "token.actions.githubusercontent.com/*", .label = "GitHub Actions", GITHUB_TOKENS},
    {.name = "github.com/enterprises/*", .label = "GitHub Actions", GITHUB_TOKENS},
    {.name = "token.actions.*.ghe.com", .label = "GitHub Actions", GITHUB_TOKENS},
    {.name = "*/_services/token", .anywhere = true, GITHUB_TOKENS}, /* GitHub Enterprise Server */
    {.name = "gitlab.com",
     .label = "GitLab.com",
     .shared = true,
     .tenants = "projects of other groups",
     .others = {{"project_path", OTHER "/" OTHER},
                {"namespace_path", OTHER},
                {"project_id", OTHER_ID},
                {"namespace_id", OTHER_ID},
                {"ci_config_ref_uri", "gitlab.com/" OTHER "/" OTHER "//.gitlab-ci.yml@refs/heads/main"}},
     GITLAB_TOKENS},
    {.name = "*gitlab*",
     .anywhere = true,
     .others = {{"project_path", OTHER "/" OTHER},
                {"namespace_path", OTHER},
                {"project_id", OTHER_ID},
                {"namespace_id", OTHER_ID}},
     GITLAB_TOKENS},
    {.name = "app.terraform.io",
     .label = "HCP Terraform",
     .shared = true,
     .tenants = "workspaces of other organizations",
     TERRAFORM_TOKENS},
    {.name = "agent.buildkite.com", .label = "Buildkite", .shared = true, BUILDKITE_TOKENS},
    {.name = "agent.*.buildkite.dev", .label = "Buildkite", BUILDKITE_TOKENS},
    {.name = "agent.*.buildkite.site", .label = "Buildkite", BUILDKITE_TOKENS},
    {.name = "oidc.circleci.com/org/*",
     .label = "CircleCI",
     .subject = "sub",
     .audience = "aud",
     .opens = "org/",
     .ends = '/',
     .separator = '/',
     .any_subject = {"org/" UUID "/project/" UUID "/*"},
     .others = {{"oidc.circleci.com/project-id", OTHER_UUID}},
     .form = "org/<id>/project/PROJECT_ID/user/*",
     .for_aws = "<id>",
     .inside = {"oidc.circleci.com/project-id"},
     .probes = {{CODE_SUBJECT_ANY_PROJECT,
                 "any project of the organization",
                 {"org/" UUID "/project/" OTHER_UUID "/user/" UUID,
                  "org/" UUID "/project/" OTHER_UUID "/user/" UUID
                  "/vcs-origin/" NAME_OF("0-9a-z-") "." DOTTED "/" DOTTED "/" DOTTED "/vcs-ref/refs/heads/" REF},
                 {{NULL, NULL}}}}},
    {.name = "api.bitbucket.org/2.0/workspaces/*",
     .label = "Bitbucket Pipelines",
     .subject = "sub",
     .audience = "aud",
     .any_subject = {"{" UUID "}:{" UUID "}", "{" UUID "}:{" UUID "}:{" UUID "}"},
     .others = {{"repositoryUuid", "{" OTHER_UUID "}"}},
     .form = "{REPOSITORY_UUID}:*",
     .advice = "{REPOSITORY_UUID}:{ENVIRONMENT_UUID}:* binds it to a deployment environment.",
     .inside = {"repositoryUuid"},
     .probes = {{CODE_SUBJECT_ANY_PROJECT,
                 "any repository of the workspace",
                 {"{" OTHER_UUID "}:{" UUID "}", "{" OTHER_UUID "}:{" UUID "}:{" UUID "}"},
                 {{NULL, NULL}}}}},
    {.name = "oidc.vercel.com",
     .shared = true,
     .tenants = "projects of other teams",
     .form = "owner:TEAM:project:PROJECT:environment:production",
     .others = {{"aud", "https://vercel.com/" OTHER}, {"owner_id", OTHER}, {"project_id", OTHER}},
     VERCEL_TOKENS},
    {.name = "oidc.vercel.com/*",
     .form = "owner:<id>:project:PROJECT:environment:production",
     .for_aws = "https://vercel.com/<id>",
     .others = {{"project_id", OTHER}},
     VERCEL_TOKENS},
    {.name = "idcs-*.identity.oraclecloud.com",
     .label = "Oracle Cloud",
     .subject = "sub",
     .audience = "aud",
     .others = {{"rpst_id", OTHER}},
     .form = "SUBJECT"},
    {.name = "accounts.google.com",
     .label = "Google",
     .shared = true,
     .many_audiences = true,
     .subject = "sub",
     .audience = "aud",
     .tenants = "Google accounts of strangers",
     .opens = "",
     .any_subject = {DIGITS},
     .others = {{"aud", OTHER},
                {"oaud", OTHER},
                {"azp", OTHER},
                {"email", OTHER "@example.com"},
                {"google/organization_number", OTHER_ID}}},
    {.name = "sts.windows.net/*",
     .label = "Microsoft Entra ID",
     .many_audiences = true,
     .subject = "sub",
     .audience = "aud",
     .form = "OBJECT_ID"},
    {.name = "login.microsoftonline.com/*",
     .label = "Microsoft Entra ID",
     .many_audiences = true,
     .subject = "sub",
     .audience = "aud",
     .form = "OBJECT_ID"},
    {.name = "www.amazon.com",
     .label = "Login with Amazon",
     .shared = true,
     .many_audiences = true,
     .subject = "user_id",
     .audience = "app_id",
     .tenants = "Amazon customers",
     .opens = "",
     .any_subject = {"amzn1.account." SLUG},
     .others = {{"app_id", OTHER}}},
    {.name = "graph.facebook.com",
     .label = "Facebook",
     .shared = true,
     .many_audiences = true,
     .subject = "id",
     .audience = "app_id",
     .tenants = "Facebook accounts",
     .opens = "",
     .any_subject = {DIGITS},
     .others = {{"app_id", OTHER_ID}}},
    {.name = ISSUER_COGNITO, .rule = ISSUER_OF_POOLS, .subject = "sub", .audience = "aud", .form = "SUBJECT"},
    {.name = "oidc.eks.*.amazonaws.com*/id/*", SERVICE_ACCOUNT_TOKENS},
    {.name = "oidc-eks.*.api.*/id/*", SERVICE_ACCOUNT_TOKENS},
    {.name = "", .anywhere = true, SERVICE_ACCOUNT_TOKENS}, /* other clusters */
    /* Terraform Enterprise, which has no fixed address. It follows Buildkite, whose subjects begin the same way. */
    {.name = "", .anywhere = true, TERRAFORM_TOKENS},
};

static const struct issuer all_others = {.unknown = true, .subject = "sub", .audience = "aud", .form = "SUBJECT"};

/* Whether the policy requires subjects of the provider that begin like those of the row. */
static bool has_subject_of(const struct model *model, const struct policy_use *trust, const char *name,
                           const struct issuer *issuer)
{
    const struct model_document *document = &model->documents[trust->document];
    size_t length = strlen(name), opens = strlen(issuer->opens);
    for (uint32_t i = 0; i < document->statement_count; i++) {
        const struct statement *statement = &model->statements[document->first_statement + i];
        for (uint32_t j = 0; j < statement->condition_count; j++) {
            const struct statement_condition *condition = &statement->conditions[j];
            bool subject = strncasecmp(condition->key, name, length) == 0 && condition->key[length] == ':' &&
                           strcasecmp(condition->key + length + 1, issuer->subject) == 0;
            for (uint32_t k = 0; subject && k < condition->value_count; k++)
                if (strncasecmp(condition->values[k], issuer->opens, opens) == 0)
                    return true;
        }
    }
    return false;
}

/* A quick test, since most rows do not match. */
static bool begins_alike(const char *pattern, const char *name)
{
    return pattern[0] == '*' || tolower((unsigned char)pattern[0]) == tolower((unsigned char)name[0]);
}

const struct issuer *issuer_find(const struct model *model, const struct policy_use *trust, const char *name)
{
    size_t count = sizeof issuers / sizeof issuers[0];
    for (size_t i = 0; i < count; i++)
        if (begins_alike(issuers[i].name, name) && pattern_matches_ignoring_case(issuers[i].name, name))
            return &issuers[i];
    for (size_t i = 0; i < count && trust != NULL && trust->document != MODEL_NONE; i++)
        if (issuers[i].anywhere && has_subject_of(model, trust, name, &issuers[i]))
            return &issuers[i];
    return &all_others;
}
