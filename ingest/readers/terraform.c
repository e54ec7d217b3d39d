/*
 * Terraform: what `terraform show -json` says of a plan (planned_values) or of a state (values). Shapes:
 * https://developer.hashicorp.com/terraform/internals/json-format
 *
 * Values that are made when the plan is applied are absent from planned_values; resource_changes says which of them
 * could be there, and configuration names what they come from: `role = aws_iam_role.deploy.id`. What comes from a
 * resource of the plan is tied to it; what comes from elsewhere is not known.
 */
#include "ingest/readers/terraform_inside.h"
#include <stdlib.h>
#include <string.h>

static void finish(struct export_reader *reader)
{
    struct terraform_reading *plan = reader->state;
    struct planned *planned = &plan->planned;
    terraform_resolve(reader);
    terraform_take_documents(reader);
    if (reader->cursor.error == NULL && planned_place(reader, planned))
        planned_finish(reader, planned);
    for (const struct terraform_made *made = plan->made; made != NULL; made = made->next)
        made->fact->texts[1] = planned_account(reader, planned, terraform_scope(plan, made->address));
}

static void end(void *state)
{
    struct terraform_reading *plan = state;
    planned_free(&plan->planned);
    intern_free(&plan->boundaries);
    intern_free(&plan->references);
    intern_free(&plan->providers);
    intern_free(&plan->configured);
    intern_free(&plan->documents);
    free(plan->document_texts);
    free(plan->targets);
    free(plan->provider_list);
    free(plan->makers);
    json_decref(plan->variables);
    text_free(&plan->key);
}

void terraform_read_module(struct export_reader *reader)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        bool resources = strcmp(reader->name.data, "resources") == 0;
        struct export_list list;
        if (!resources && strcmp(reader->name.data, "child_modules") != 0) {
            json_cursor_skip(cursor);
            continue;
        }
        size_t pointer = export_point(reader, resources ? "resources" : "child_modules");
        bool list_comes = export_expects(reader, CURSOR_ARRAY) && export_list_enter(reader, &list);
        while (list_comes && export_list_next(reader, &list))
            if (resources)
                terraform_read_resource(reader);
            else if (export_expects(reader, CURSOR_OBJECT))
                terraform_read_module(reader);
        export_point_back(reader, pointer);
    }
}

/* Indexes into terraform_kinds. */
enum { PLAN, STATE };
extern const struct export_kind terraform_kinds[];

static void read_root(struct export_reader *reader, const struct export_kind *kind)
{
    struct json_cursor *cursor = &reader->cursor;
    struct terraform_reading *plan = reader->state;
    bool first = true;
    plan->planned.standing = kind->standing;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        if (strcmp(reader->name.data, "root_module") != 0 || json_cursor_peek(cursor) != CURSOR_OBJECT) {
            json_cursor_skip(cursor);
            continue;
        }
        size_t pointer = export_point(reader, "root_module");
        export_recognise(reader, kind);
        terraform_read_module(reader);
        export_point_back(reader, pointer);
    }
}

static void read_planned_values(struct export_reader *reader, const char *member)
{
    (void)member;
    read_root(reader, &terraform_kinds[PLAN]);
}

static void read_state_values(struct export_reader *reader, const char *member)
{
    (void)member;
    read_root(reader, &terraform_kinds[STATE]);
}

/* All members belong to the plan, so they share a state. */
const struct export_kind terraform_kinds[] = {
    [PLAN] = {.name = "terraform-plan",
              .members =
                  (const struct export_member[]){{"planned_values", CURSOR_OBJECT, read_planned_values, true},
                                                 {"values", CURSOR_OBJECT, read_state_values, true},
                                                 {"resource_changes", CURSOR_ARRAY, terraform_read_changes, true},
                                                 {"prior_state", CURSOR_OBJECT, terraform_read_prior_state, true},
                                                 {"variables", CURSOR_OBJECT, terraform_read_variables, true},
                                                 {"configuration", CURSOR_OBJECT, terraform_read_configuration, true},
                                                 {0}},
              .state_size = sizeof(struct terraform_reading),
              .finish = finish,
              .end = end,
              .standing = STANDING_PLANNED,
              .replaces_path = true},
    [STATE] = {.name = "terraform-state",
               .others =
                   (const struct export_other[]){
                       {"a Terraform state file; load the output of terraform show -json instead",
                        {"terraform_version", "serial"}},
                       {0}},
               .standing = STANDING_COLLECTED,
               .replaces_path = true},
    {0},
};
