#include "analyzer/analysis/wording.h"
#include "analyzer/report/error_answer.h"
#include "analyzer/report/lines.h"

#include <stdlib.h>
#include <string.h>

/* ---- what AWS says */

/* Who did what to which role, as far as the error tells. */
static void add_call(struct styled *line, const struct aws_error *error)
{
    const char *caller = error->values[ERROR_CALLER], *action = error->values[ERROR_ACTION];
    const char *target =
        error->values[ERROR_RESOURCE] != NULL ? error->values[ERROR_RESOURCE] : error->values[ERROR_ROLE];
    if (action == NULL)
        return;
    styled_add(line, STYLE_PLAIN, ": ");
    styled_add(line, STYLE_BOLD, "%s", action);
    if (target != NULL) {
        styled_add(line, STYLE_PLAIN, " on ");
        styled_add(line, STYLE_BOLD, "%s", target);
    }
    if (caller != NULL) {
        styled_add(line, STYLE_PLAIN, " by ");
        styled_add(line, STYLE_BOLD, "%s", caller);
    }
}

static bool is_denial_of_call(const struct aws_error *error)
{
    return error->form != NULL && error->form->cause == CAUSE_POLICIES && error->values[ERROR_ACTION] != NULL;
}

static void print_reason(struct output *output, const struct aws_error *error)
{
    const char *words = error_denier_words(error->denier);
    const char *policy = error->policy_arn;
    if (words == NULL) {
        line_paragraph(
            output, 2,
            "It names no reason. AWS says the same where the trust policy does not match, where a permission "
            "is missing, and where the role does not exist.");
        return;
    }
    struct styled line = {0};
    styled_add(&line, STYLE_PLAIN, "The reason that it names: ");
    styled_add(&line, STYLE_BOLD, error->explicit_deny ? "a Deny in a %s" : "no %s allows it", words);
    if (policy != NULL)
        styled_add(&line, STYLE_PLAIN, ", %s", policy);
    styled_add(&line, STYLE_PLAIN, ". There may be more reasons: AWS names only one.");
    styled_print(&line, output, 2, 2, NULL);
    if (policy != NULL && strstr(policy, "AWSCompromisedKeyQuarantine") != NULL)
        line_paragraph(output, 2,
                       "AWS attaches this policy when it finds an access key in public: replace the key, and look for "
                       "what was done with it, rather than change policies.");
    if (error->denier == DENIER_SESSION)
        line_paragraph(output, 2,
                       "Session policies are in no export: whoever made the caller's session passed it (a broker, IAM "
                       "Identity Center, GetFederationToken).");
    if (error->denier == DENIER_ENDPOINT)
        line_paragraph(output, 2, "VPC endpoint policies are in no export: aws ec2 describe-vpc-endpoints shows them.");
}

/* The times or values that some messages contain. */
static void print_values(struct output *output, const struct aws_error *error)
{
    static const struct {
        enum error_field field;
        const char *label;
    } shown[] = {{ERROR_NOW, "AWS's time"},          {ERROR_THEN, "the call's time"}, {ERROR_ISSUER, "the issuer"},
                 {ERROR_PRINCIPAL, "the principal"}, {ERROR_ACCOUNT, "the account"},  {ERROR_VALUE, "it names"}};
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        if (error->values[shown[i].field] != NULL &&
            (shown[i].field != ERROR_VALUE || error->values[ERROR_NOW] == NULL)) {
            struct styled line = {0};
            styled_add(&line, STYLE_PLAIN, "%s: %s", shown[i].label, error->values[shown[i].field]);
            styled_print(&line, output, 2, 4, NULL);
        }
}

static void print_aws(struct output *output, const struct error_answer *answer, uint32_t number, uint32_t count)
{
    const struct aws_error *error = answer->error;
    struct styled line = {0};
    if (count > 1)
        styled_add(&line, STYLE_BOLD, "%u of %u  ", number, count);
    styled_add(&line, STYLE_BOLD, "AWS");
    if (error->form == NULL)
        styled_add(&line, STYLE_GOOD, " allowed the call");
    else if (is_denial_of_call(error))
        styled_add(&line, STYLE_BAD, " denied the call");
    else
        styled_add(&line, STYLE_BAD, error->form->cause == CAUSE_NO_ANSWER ? " was not asked" : " refused");
    if (error->form == NULL || is_denial_of_call(error))
        add_call(&line, error);
    if (error->when != NULL)
        styled_add(&line, STYLE_FAINT, " (%s)", error->when);
    styled_print(&line, output, 0, 2, error->form != NULL ? error->code : NULL);
    if (error->form == NULL)
        return;
    bool named = is_denial_of_call(error) && error->values[ERROR_CALLER] != NULL;
    if (!named) {
        struct styled means = {0};
        styled_add(&means, STYLE_PLAIN, "%s.", error->form->means);
        styled_print(&means, output, 2, 2, NULL);
    }
    if (error->form->cause != CAUSE_POLICIES)
        print_values(output, error);
    if (named)
        print_reason(output, error);
}

/* ---- what the exports say */

static const char *const agreements[] = {
    [AGREEMENT_NONE] = NULL,
    [AGREEMENT_DENIED] = "The exports agree: they deny it too",
    [AGREEMENT_OTHER_LAYER] = "The exports deny it too, but not where AWS says: they may be older than the error, or "
                              "lack that policy. For the moment of the error, believe AWS",
    [AGREEMENT_IF] = "The exports allow it only under conditions, which this call did not meet as far as they show",
    [AGREEMENT_CONTRARY] =
        "The exports say otherwise: they allow it. What they cannot show: a session policy of the caller, a VPC "
        "endpoint "
        "policy, tags or a source identity that the call sent, and what changed between the error and the export; a "
        "role or trust policy that is some seconds old is not yet known everywhere",
    [AGREEMENT_ALLOWED] = "The exports agree: they allow it too",
    [AGREEMENT_ALLOWED_IF] = "The exports agree: they allow it under conditions, which the call must have met",
    [AGREEMENT_CONTRADICTION] =
        "The exports say otherwise: they deny it. They are older or newer than the call, lack a "
        "policy, or rolechain is wrong",
};

const char *error_agreement_word(enum error_agreement agreement)
{
    static const char *const words[] = {[AGREEMENT_NONE] = "none",
                                        [AGREEMENT_DENIED] = "denied",
                                        [AGREEMENT_OTHER_LAYER] = "other-layer",
                                        [AGREEMENT_IF] = "conditional",
                                        [AGREEMENT_CONTRARY] = "contrary",
                                        [AGREEMENT_ALLOWED] = "allowed",
                                        [AGREEMENT_ALLOWED_IF] = "allowed-if",
                                        [AGREEMENT_CONTRADICTION] = "contradiction"};
    return words[agreement];
}

static enum line_style style_of(enum error_agreement agreement)
{
    switch (agreement) {
    case AGREEMENT_DENIED:
    case AGREEMENT_ALLOWED:
    case AGREEMENT_ALLOWED_IF:
        return STYLE_BOLD;
    default:
        return STYLE_MAYBE;
    }
}

static void print_sentence(struct output *output, enum line_style style, const char *words)
{
    struct styled line = {0};
    styled_add(&line, style, "%s.", words);
    styled_print(&line, output, 0, 2, NULL);
}

static void print_permission(struct analysis *analysis, struct output *output, const struct error_answer *answer)
{
    char *conditions = wording_conditions(analysis, answer->residual);
    struct styled line = {0};
    if (answer->permission == VERDICT_CONDITIONAL)
        styled_add(&line, STYLE_PLAIN, "Identity policies, permissions boundary and SCPs allow it if %s.", conditions);
    else
        styled_add(&line, STYLE_PLAIN, "Identity policies, permissions boundary and SCPs together %s it.",
                   answer->permission == VERDICT_ALLOWED ? "allow" : "do not allow");
    styled_print(&line, output, 2, 2, NULL);
    free(conditions);
}

static void print_exports(struct analysis *analysis, struct output *output, const struct error_answer *answer)
{
    bool any = answer->note_count > 0 || answer->obstacle != NULL || answer->agreement != AGREEMENT_NONE;
    if (any)
        fputc('\n', output->stream);
    if (answer->agreement != AGREEMENT_NONE)
        print_sentence(output, style_of(answer->agreement), agreements[answer->agreement]);
    for (uint32_t i = 0; i < answer->note_count; i++) {
        struct styled line = {0};
        styled_add(&line, STYLE_PLAIN, "%s.", answer->notes[i]);
        styled_print(&line, output, answer->agreement != AGREEMENT_NONE ? 2 : 0, 2, NULL);
    }
    if (answer->obstacle != NULL) {
        struct styled line = {0};
        styled_add(&line, STYLE_MAYBE, "The exports were not asked: ");
        styled_add(&line, STYLE_PLAIN, "%s.", answer->obstacle);
        styled_print(&line, output, 0, 2, NULL);
    }
    if (answer->permission_asked)
        print_permission(analysis, output, answer);
    if (answer->explanation != NULL) {
        fputc('\n', output->stream);
        explanation_print_text(analysis, output, answer->explanation);
    }
}

void error_answer_print(struct analysis *analysis, struct output *output, const struct error_answer *answer,
                        uint32_t number, uint32_t count)
{
    const struct error_form *form = answer->error->form;
    if (number > 1)
        fputs("\n\n", output->stream);
    print_aws(output, answer, number, count);
    print_exports(analysis, output, answer);
    if (form == NULL)
        return;
    if (form->to_do != NULL) {
        struct styled line = {0};
        styled_add(&line, STYLE_BOLD, "To do: ");
        styled_add(&line, STYLE_PLAIN, "%s.", form->to_do);
        fputc('\n', output->stream);
        styled_print(&line, output, 0, 2, NULL);
    }
    struct styled source = {0};
    styled_add(&source, STYLE_FAINT, "See %s", form->source);
    styled_print(&source, output, 0, 2, NULL);
}
