#include "analyzer/findings/facts/subject_forms.h"
#include "tests/support/testing.h"

#include <stdlib.h>

#define GITHUB "repo:OWNER/REPOSITORY:ref:refs/heads/BRANCH"
#define GITLAB "project_path:GROUP/PROJECT:ref_type:branch:ref:BRANCH"
#define TERRAFORM "organization:ORGANIZATION:project:PROJECT:workspace:WORKSPACE:run_phase:*"
#define CIRCLECI "org/0a/project/PROJECT_ID/user/*"
#define EKS "system:serviceaccount:NAMESPACE:SERVICE_ACCOUNT"

struct filled {
    const char *form, *pattern, *subject, *words;
};

static const struct filled all[] = {
    {GITHUB, "", GITHUB, "OWNER, REPOSITORY, BRANCH"},
    {GITHUB, "*", GITHUB, "OWNER, REPOSITORY, BRANCH"},
    {GITHUB, "repo:*", GITHUB, "OWNER, REPOSITORY, BRANCH"},
    {GITHUB, "repo:org*", "repo:org/REPOSITORY:ref:refs/heads/BRANCH", "REPOSITORY, BRANCH"},
    {GITHUB, "repo:org/*", "repo:org/REPOSITORY:ref:refs/heads/BRANCH", "REPOSITORY, BRANCH"},
    {GITHUB, "repo:org/app-*", "repo:org/app-REPOSITORY:ref:refs/heads/BRANCH", "REPOSITORY, BRANCH"},
    {GITHUB, "repo:org/app:*", "repo:org/app:ref:refs/heads/BRANCH", "BRANCH"},
    {GITHUB, "repo:org/app*", "repo:org/app:ref:refs/heads/BRANCH", "BRANCH"},
    {GITHUB, "repo:org/*:ref:refs/heads/main", "repo:org/REPOSITORY:ref:refs/heads/main", "REPOSITORY"},
    {GITHUB, "repo:*:ref:refs/heads/main", "repo:OWNER/REPOSITORY:ref:refs/heads/main", "OWNER, REPOSITORY"},
    {GITHUB, "repo:org/app:ref:*", "repo:org/app:ref:refs/heads/BRANCH", "BRANCH"},
    {GITHUB, "repo:org/app:ref:refs/*", "repo:org/app:ref:refs/heads/BRANCH", "BRANCH"},
    {GITHUB, "repo:org/app:ref:refs/heads/*", "repo:org/app:ref:refs/heads/BRANCH", "BRANCH"},
    {GITHUB, "repo:org/app:ref:refs/tags/*", "repo:org/app:ref:refs/tags/TAG", "TAG"},
    {GITHUB, "repo:org/app:ref:refs/heads/release-*", "repo:org/app:ref:refs/heads/release-BRANCH", "BRANCH"},
    {GITHUB, "repo:org/app:environment:*", "repo:org/app:environment:ENVIRONMENT", "ENVIRONMENT"},
    {GITHUB, "repo:org/app:pull_request", "repo:org/app:ref:refs/heads/BRANCH", "BRANCH"},
    {GITHUB, "*:environment:production", "repo:OWNER/REPOSITORY:environment:production", "OWNER, REPOSITORY"},
    {GITLAB, "project_path:org/app:*", "project_path:org/app:ref_type:branch:ref:BRANCH", "BRANCH"},
    {GITLAB, "project_path:org/team/*", "project_path:org/team/PROJECT:ref_type:branch:ref:BRANCH", "PROJECT, BRANCH"},
    {GITLAB, "project_path:*:ref_type:branch:ref:main", "project_path:GROUP/PROJECT:ref_type:branch:ref:main",
     "GROUP, PROJECT"},
    {TERRAFORM, "organization:org:*", "organization:org:project:PROJECT:workspace:WORKSPACE:run_phase:*",
     "PROJECT, WORKSPACE"},
    {TERRAFORM, "organization:org:project:p:workspace:*:run_phase:*",
     "organization:org:project:p:workspace:WORKSPACE:run_phase:*", "WORKSPACE"},
    {TERRAFORM, "organization:org:project:*:workspace:w:run_phase:apply",
     "organization:org:project:PROJECT:workspace:w:run_phase:apply", "PROJECT"},
    {CIRCLECI, "org/0a/project/*", "org/0a/project/PROJECT_ID/user/*", "PROJECT_ID"},
    {CIRCLECI, "org/0a/*", "org/0a/project/PROJECT_ID/user/*", "PROJECT_ID"},
    {EKS, "system:serviceaccount:*", EKS, "NAMESPACE, SERVICE_ACCOUNT"},
    {EKS, "system:serviceaccount:*:app", "system:serviceaccount:NAMESPACE:app", "NAMESPACE"},
    {EKS, "system:serviceaccount:team-*:app", "system:serviceaccount:team-NAMESPACE:app", "NAMESPACE"},
    {EKS, "system:serviceaccount:kube?system:*", "system:serviceaccount:kubeNAMESPACEsystem:SERVICE_ACCOUNT",
     "NAMESPACE, SERVICE_ACCOUNT"},
    {"{REPOSITORY_UUID}:*", "", "{REPOSITORY_UUID}:*", "REPOSITORY_UUID"},
    {"{REPOSITORY_UUID}:*", "{0a1b}*", "{0a1b}:*", ""},
    {"OBJECT_ID", "?*", "OBJECT_ID", "OBJECT_ID"},
};

static void patterns_become_subjects(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct text words = {0};
        char *subject = subject_fill(all[i].form, all[i].form[3] == '/' ? '/' : ':', all[i].pattern, &words);
        assert_string_equal(subject, all[i].subject);
        assert_string_equal(words.data != NULL ? words.data : "", all[i].words);
        text_free(&words);
        free(subject);
    }
}

static void an_exact_subject_keeps_what_the_form_leaves_open(void **state)
{
    struct text words = {0};
    char *subject = subject_fill(GITHUB, ':', "repo:org/app:environment:production", &words);
    (void)state;
    assert_string_equal(subject, "repo:org/app:ref:refs/heads/BRANCH");
    free(subject);
    subject = subject_fill(GITHUB, ':', "repo:org/app:ref:refs/heads/main", &words);
    assert_string_equal(subject, "repo:org/app:ref:refs/heads/main");
    free(subject);
    text_free(&words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_become_subjects),
        cmocka_unit_test(an_exact_subject_keeps_what_the_form_leaves_open),
    };
    return cmocka_run_group_tests_name("subject forms", tests, NULL, NULL);
}
