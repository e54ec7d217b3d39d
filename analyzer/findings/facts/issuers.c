#include "analyzer/findings/facts/issuers.h"

#include "graph/policy/pattern.h"
#include <stddef.h>

#define OTHER "any-other-name"
#define OTHER_ID "999999999"

/* GitHub gives an enterprise an issuer of its own if it wants one; the tokens are the same. */
#define GITHUB_TOKENS                                                                                                  \
    .subject = "sub", .audience = "aud", .tenants = "repositories of other owners", .opens = "repo:", .ends = '/',     \
    .any_subject = "repo:?*/?*:?*", .usual = "repo:?*/?*:ref:refs/heads/main",                                         \
    .form = "repo:OWNER/REPOSITORY:ref:refs/heads/BRANCH", .for_aws = "sts.amazonaws.com",                             \
    .advice = "Jobs in a protected environment have environment:NAME there in place of the branch.",                   \
    .others = {{"repository", OTHER "/" OTHER},                                                                        \
               {"repository_owner", OTHER},                                                                            \
               {"repository_id", OTHER_ID},                                                                            \
               {"repository_owner_id", OTHER_ID},                                                                      \
               {"enterprise", OTHER},                                                                                  \
               {"enterprise_id", OTHER_ID},                                                                            \
               {"job_workflow_ref", OTHER "/" OTHER "/.github/workflows/" OTHER ".yml@refs/heads/main"},               \
               {"actor_id", OTHER_ID}},                                                                                \
    .inside = {"repository", "repository_id", "job_workflow_ref", "workflow_ref"},                                     \
    .probes = {                                                                                                        \
        {CODE_SUBJECT_ANY_PROJECT, "any repository of the owner", "repo:?*/" OTHER ":?*", {{NULL, NULL}}},             \
        {CODE_SUBJECT_PULL_REQUESTS, "a pull request", "repo:?*/?*:pull_request", {{"ref", "refs/pull/1/merge"}}},     \
        {CODE_SUBJECT_ANY_REF, "any branch", "repo:?*/?*:ref:refs/heads/" OTHER, {{"ref", "refs/heads/" OTHER}}},      \
        {CODE_SUBJECT_ANY_REF, "any tag", "repo:?*/?*:ref:refs/tags/" OTHER, {{"ref", "refs/tags/" OTHER}}},           \
        {CODE_SUBJECT_ANY_REF,                                                                                         \
         "any environment (a workflow can make one up)",                                                               \
         "repo:?*/?*:environment:" OTHER,                                                                              \
         {{"environment", OTHER}, {"ref", "refs/heads/" OTHER}}}}

static const struct issuer issuers[] = {
    {.name = "token.actions.githubusercontent.com", .label = "GitHub Actions", .shared = true, GITHUB_TOKENS},
    {.name = "token.actions.githubusercontent.com/*", .label = "GitHub Actions", GITHUB_TOKENS},
    {.name = "token.actions.*.ghe.com", .label = "GitHub Actions", GITHUB_TOKENS},
    {.name = "gitlab.com",
     .label = "GitLab.com",
     .shared = true,
     .subject = "sub",
     .audience = "aud",
     .tenants = "projects of other groups",
     .opens = "project_path:",
     .ends = '/',
     .any_subject = "project_path:?*/?*:ref_type:?*:ref:?*",
     .usual = "project_path:?*/?*:ref_type:branch:ref:main",
     .form = "project_path:GROUP/PROJECT:ref_type:branch:ref:BRANCH",
     .others = {{"project_path", OTHER "/" OTHER},
                {"namespace_path", OTHER},
                {"project_id", OTHER_ID},
                {"namespace_id", OTHER_ID},
                {"ci_config_ref_uri", "gitlab.com/" OTHER "/" OTHER "//.gitlab-ci.yml@refs/heads/main"}},
     .inside = {"project_id", "project_path"},
     .probes = {{CODE_SUBJECT_ANY_PROJECT,
                 "any project of the group",
                 "project_path:?*/" OTHER ":ref_type:?*:ref:?*",
                 {{NULL, NULL}}},
                {CODE_SUBJECT_ANY_REF,
                 "any branch, protected or not",
                 "project_path:?*:ref_type:branch:ref:" OTHER,
                 {{"ref", OTHER}, {"ref_protected", "false"}}}}},
    {.name = "app.terraform.io",
     .label = "HCP Terraform",
     .shared = true,
     .subject = "sub",
     .audience = "aud",
     .tenants = "workspaces of other organizations",
     .opens = "organization:",
     .ends = ':',
     .any_subject = "organization:?*:project:?*:workspace:?*:run_phase:?*",
     .usual = "organization:?*:project:?*:workspace:?*:run_phase:apply",
     .form = "organization:ORGANIZATION:project:PROJECT:workspace:WORKSPACE:run_phase:*",
     .advice = "run_phase:apply in place of run_phase:* keeps plans out.",
     .for_aws = "aws.workload.identity",
     .others = {{"terraform_organization_id", "org-" OTHER},
                {"terraform_organization_name", OTHER},
                {"terraform_workspace_id", "ws-" OTHER},
                {"terraform_project_id", "prj-" OTHER}},
     .inside = {"terraform_workspace_id", "terraform_project_id"},
     .probes = {{CODE_SUBJECT_ANY_PROJECT,
                 "any workspace of the organization",
                 "organization:?*:project:?*:workspace:" OTHER ":run_phase:?*",
                 {{NULL, NULL}}}}},
    {.name = "agent.buildkite.com",
     .label = "Buildkite",
     .shared = true,
     .subject = "sub",
     .audience = "aud",
     .tenants = "pipelines of other organizations",
     .opens = "organization:",
     .ends = ':',
     .any_subject = "organization:?*:pipeline:?*:ref:?*",
     .form = "organization:ORGANIZATION:pipeline:PIPELINE:ref:refs/heads/BRANCH:commit:*:step:*",
     .for_aws = "sts.amazonaws.com",
     .others = {{"organization_slug", OTHER}, {"organization_id", OTHER}, {"pipeline_id", OTHER}},
     .inside = {"pipeline_slug", "pipeline_id"},
     .probes = {{CODE_SUBJECT_ANY_PROJECT,
                 "any pipeline of the organization",
                 "organization:?*:pipeline:" OTHER ":ref:?*",
                 {{NULL, NULL}}},
                {CODE_SUBJECT_ANY_REF,
                 "any branch",
                 "organization:?*:pipeline:?*:ref:refs/heads/" OTHER "*",
                 {{"build_branch", OTHER}}}}},
    {.name = "oidc.circleci.com/org/*",
     .label = "CircleCI",
     .subject = "sub",
     .audience = "aud",
     .opens = "org/",
     .ends = '/',
     .separator = '/',
     .any_subject = "org/?*/project/?*",
     .form = "org/<id>/project/PROJECT_ID/user/*",
     .for_aws = "<id>",
     .inside = {"oidc.circleci.com/project-id"},
     .probes =
         {{CODE_SUBJECT_ANY_PROJECT, "any project of the organization", "org/?*/project/" OTHER "*", {{NULL, NULL}}}}},
    {.name = "api.bitbucket.org/2.0/workspaces/*",
     .label = "Bitbucket Pipelines",
     .subject = "sub",
     .audience = "aud",
     .any_subject = "{?*}:{?*}",
     .form = "{REPOSITORY_UUID}:*",
     .advice = "{REPOSITORY_UUID}:{ENVIRONMENT_UUID}:* binds it to a deployment environment.",
     .probes = {{CODE_SUBJECT_ANY_PROJECT, "any repository of the workspace", "{" OTHER "}:?*", {{NULL, NULL}}}}},
    {.name = "oidc.vercel.com",
     .label = "Vercel",
     .shared = true,
     .subject = "sub",
     .audience = "aud",
     .tenants = "projects of other teams",
     .opens = "owner:",
     .ends = ':',
     .any_subject = "owner:?*:project:?*:environment:?*",
     .usual = "owner:?*:project:?*:environment:production",
     .form = "owner:TEAM:project:PROJECT:environment:production",
     .others = {{"aud", "https://vercel.com/" OTHER}, {"owner_id", OTHER}, {"project_id", OTHER}},
     .inside = {"project_id"},
     .probes = {{CODE_SUBJECT_ANY_PROJECT,
                 "any project of the team",
                 "owner:?*:project:" OTHER ":environment:?*",
                 {{NULL, NULL}}},
                {CODE_SUBJECT_PULL_REQUESTS,
                 "a preview deployment, which any branch has",
                 "owner:?*:project:?*:environment:preview",
                 {{"environment", "preview"}}}}},
    {.name = "oidc.vercel.com/*",
     .label = "Vercel",
     .subject = "sub",
     .audience = "aud",
     .opens = "owner:",
     .ends = ':',
     .any_subject = "owner:?*:project:?*:environment:?*",
     .usual = "owner:?*:project:?*:environment:production",
     .form = "owner:<id>:project:PROJECT:environment:production",
     .for_aws = "https://vercel.com/<id>",
     .inside = {"project_id"},
     .probes = {{CODE_SUBJECT_ANY_PROJECT,
                 "any project of the team",
                 "owner:?*:project:" OTHER ":environment:?*",
                 {{NULL, NULL}}},
                {CODE_SUBJECT_PULL_REQUESTS,
                 "a preview deployment, which any branch has",
                 "owner:?*:project:?*:environment:preview",
                 {{"environment", "preview"}}}}},
    {.name = "accounts.google.com",
     .label = "Google",
     .shared = true,
     .many_audiences = true,
     .subject = "sub",
     .audience = "aud",
     .tenants = "Google accounts of strangers",
     .opens = "",
     .any_subject = "?*",
     .others = {{"aud", OTHER}, {"oaud", OTHER}, {"azp", OTHER}, {"email", OTHER "@example.com"}}},
    {.name = "sts.windows.net/*",
     .label = "Microsoft Entra ID",
     .many_audiences = true,
     .subject = "sub",
     .audience = "aud",
     .form = "OBJECT_ID",
     .any_subject = "?*"},
    {.name = "login.microsoftonline.com/*",
     .label = "Microsoft Entra ID",
     .many_audiences = true,
     .subject = "sub",
     .audience = "aud",
     .form = "OBJECT_ID",
     .any_subject = "?*"},
    {.name = "www.amazon.com",
     .label = "Login with Amazon",
     .shared = true,
     .many_audiences = true,
     .subject = "user_id",
     .audience = "app_id",
     .tenants = "Amazon customers",
     .opens = "",
     .any_subject = "?*",
     .others = {{"app_id", OTHER}}},
    {.name = "graph.facebook.com",
     .label = "Facebook",
     .shared = true,
     .many_audiences = true,
     .subject = "id",
     .audience = "app_id",
     .tenants = "Facebook accounts",
     .opens = "",
     .any_subject = "?*",
     .others = {{"app_id", OTHER_ID}}},
};

const struct issuer *issuer_find(const char *name)
{
    for (size_t i = 0; i < sizeof issuers / sizeof issuers[0]; i++)
        if (pattern_matches_ignoring_case(issuers[i].name, name))
            return &issuers[i];
    return NULL;
}

bool issuer_is_eks(const char *name)
{
    return pattern_matches_ignoring_case(ISSUER_EKS, name);
}
