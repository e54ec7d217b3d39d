#include "analyzer/report/error_answer.h"
#include "ingest/support/json_build.h"

static json_t *said_by_aws(const struct aws_error *error)
{
    json_t *object = json_object(), *values = json_object();
    enum decision_layer_kind layer;
    for (int i = 0; i < ERROR_FIELD_COUNT; i++)
        json_put_text(values, error_field_word((enum error_field)i), error->values[i]);
    json_put(object, "verdict", json_text(error->form == NULL ? "allowed" : "refused"));
    json_put(object, "form", json_text(error->form != NULL ? error->form->id : NULL));
    json_put(object, "cause", json_text(error->form != NULL ? error_cause_word(error->form->cause) : NULL));
    json_put(object, "code", json_text(error->code));
    json_put(object, "operation", json_text(error->operation));
    json_put(object, "values", values);
    json_put(object, "reason", json_text(error_denier_words(error->denier)));
    json_put(object, "layer",
             error_denier_layer(error->denier, &layer) ? json_text(decision_layer_word(layer)) : json_null());
    json_put(object, "explicit_deny", json_boolean(error->explicit_deny));
    json_put(object, "policy", json_text(error->policy_arn));
    json_put(object, "time", json_text(error->when));
    json_put(object, "means", json_text(error->form != NULL ? error->form->means : NULL));
    json_put(object, "to_do", json_text(error->form != NULL ? error->form->to_do : NULL));
    json_put(object, "source", json_text(error->form != NULL ? error->form->source : NULL));
    return object;
}

json_t *error_answer_json(struct analysis *analysis, const struct error_answer *answer)
{
    json_t *object = json_object(), *notes = json_array(), *explanation = json_null();
    for (uint32_t i = 0; i < answer->note_count; i++)
        json_add(notes, json_text(answer->notes[i]));
    if (answer->explanation != NULL) {
        explanation = json_object();
        explanation_put(analysis, explanation, answer->explanation);
    }
    json_put(object, "aws", said_by_aws(answer->error));
    json_put(object, "agreement", json_text(error_agreement_word(answer->agreement)));
    json_put(object, "notes", notes);
    json_put(object, "obstacle", json_text(answer->obstacle));
    json_put(object, "permission",
             answer->permission_asked ? json_text(verdict_word(answer->permission)) : json_null());
    json_put(object, "explanation", explanation);
    return object;
}
