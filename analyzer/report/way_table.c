#include "analyzer/report/way_table.h"

#include "analyzer/report/json_answer.h"
#include "analyzer/report/lines.h"
#include "graph/control/ways.h"
#include "ingest/support/json_build.h"
#include "ingest/support/text.h"
#include <string.h>

/* What each form is about, for the page. */
static const struct {
    const char *title, *text;
} forms[WAY_FORMS] = {
    [WAY_EDIT_TRUST] = {"Rewrite a trust policy",
                        "Needed on the role. The new trust policy names the holder, who then assumes the role."},
    [WAY_CREDENTIALS] = {"Take a user's credentials", "Needed on the user. The holder then signs in as that user."},
    [WAY_SAML_METADATA] = {"Replace a SAML provider's metadata",
                           "The permission must cover the provider; its holder can then sign assertions for every role "
                           "that trusts the provider."},
    [WAY_POLICIES_OF_USER] = {"Change a user's policies",
                              "Needed on the user, who can then do anything that its boundary and SCPs allow."},
    [WAY_POLICIES_OF_ROLE] = {"Change a role's policies",
                              "Needed on the role, which can then do anything that its boundary and SCPs allow."},
    [WAY_POLICIES_OF_GROUP] = {"Change a group's policies",
                               "Needed on the group. All its members gain the permissions."},
    [WAY_POLICY_VERSIONS] =
        {"Change a managed policy",
         "Needed on the policy. The change affects everyone it is attached to, also as a boundary."},
    [WAY_EARLIER_VERSION] = {"Switch a managed policy to another version",
                             "Needed on the policy, which must have another version. The change affects everyone it is "
                             "attached to, also as a boundary."},
    [WAY_BOUNDARY_OF_USER] = {"Lift a user's boundary",
                              "Needed on the user, who can then do whatever its policies allow."},
    [WAY_BOUNDARY_OF_ROLE] = {"Lift a role's boundary",
                              "Needed on the role, which can then do whatever its policies allow."},
    [WAY_JOIN_GROUP] = {"Join a group",
                        "Needed on the group. The holder, which must be a user, then has the group's policies."},
    [WAY_PASS_ROLE] = {"Pass a role to a service",
                       "Needs all actions in the row, and iam:PassRole on the role, which must trust the service."},
    [WAY_TAKE_OVER] = {"Take over what runs with a role",
                       "Needs all actions in the row, but not iam:PassRole. The exports do not say what runs, so every "
                       "way here is conditional."},
};

#define THE_ROLE "the role"

/* ---- JSON */

static json_t *way_json(const struct way *way)
{
    json_t *object = json_object(), *steps = json_array();
    struct text exists = {0};
    if (way->exists != NULL)
        way_add_fact(way->exists, THE_ROLE, &exists);
    for (size_t i = 0; i < WAY_STEPS && way->steps[i].action != NULL; i++) {
        json_t *step = json_object();
        json_put(step, "action", json_text(way->steps[i].action));
        json_put(step, "resource", way->steps[i].resource != NULL ? json_text(way->steps[i].resource) : json_null());
        json_add(steps, step);
    }
    json_put(object, "id", json_text(way->id));
    json_put(object, "form", json_text(way_form_word(way->form)));
    json_put(object, "service", way->service != NULL ? json_text(way->service) : json_null());
    json_put(object, "steps", steps);
    json_put(object, "needs_instance_profile", json_boolean(way->needs_profile));
    json_put(object, "documented", json_boolean(!way->unsure));
    json_put(object, "exists", json_text(exists.data));
    json_put(object, "note", json_text(way->note));
    json_put(object, "pathfinding", json_text(way->known));
    json_put(object, "source", json_text(way->source));
    text_free(&exists);
    return object;
}

static void print_json(struct output *output)
{
    json_t *document = json_answer("administrators", 1), *list = json_array();
    for (size_t i = 0; i < way_count; i++)
        json_add(list, way_json(&ways[i]));
    json_put(document, "ways", list);
    json_print_inside(output, 0, document);
    fputc('\n', output->stream);
}

/* ---- Markdown */

static void add_fact(const char *fact, struct text *text)
{
    way_add_fact(fact, THE_ROLE, text);
    text_append_string(text, "; ");
}

static void print_row(struct output *output, const struct way *way)
{
    struct text text = {0};
    text_format(&text, "| [%s](%s) | ", way->id, way->source);
    way_add_actions(way, "`", &text);
    text_format(&text, " | %s | ", way->service != NULL ? way->service : "");
    if (way->needs_profile)
        add_fact(WAY_IN_PROFILE, &text);
    if (way->exists != NULL)
        add_fact(way->exists, &text);
    if (way->unsure)
        text_append_string(&text, "not documented by AWS; ");
    if (text.data[text.length - 2] == ';')
        text.length -= 2;
    text_format(&text, " | %s | %s |\n", way->note, way->known);
    fputs(text.data, output->stream);
    text_free(&text);
}

static void print_markdown(struct output *output)
{
    fputs("# Ways to become a role without assuming it\n\nMade by `rolechain administrators --ways --format markdown` "
          "(`make catalogue`). A way needs all actions of its row. Each action is checked against identity policies, "
          "permissions boundary and SCPs, on the kind of resource that AWS requires for it, and its conditions stay in "
          "the answer. The last column is the ID of the same "
          "way in the pathfinding.cloud catalogue.\n",
          output->stream);
    for (size_t i = 0; i < way_count; i++) {
        if (i == 0 || ways[i].form != ways[i - 1].form)
            fprintf(output->stream,
                    "\n## %s\n\n%s\n\n| id | actions | service | only if | note | known as |\n"
                    "|---|---|---|---|---|---|\n",
                    forms[ways[i].form].title, forms[ways[i].form].text);
        print_row(output, &ways[i]);
    }
}

/* ---- text */

static void print_text(struct output *output)
{
    for (size_t i = 0; i < way_count; i++) {
        struct text text = {0};
        if (i == 0 || ways[i].form != ways[i - 1].form) {
            if (i > 0)
                fputc('\n', output->stream);
            line_print(output, STYLE_BOLD, "%s\n", forms[ways[i].form].title);
            line_paragraph(output, 2, forms[ways[i].form].text);
        }
        way_add_actions(&ways[i], "", &text);
        line_print(output, STYLE_PLAIN, "  %s\n", ways[i].id);
        line_item(output, 6, "", text.data);
        text_free(&text);
    }
}

void way_table_print(struct output *output)
{
    if (strcmp(output->format, "json") == 0)
        print_json(output);
    else if (strcmp(output->format, "markdown") == 0)
        print_markdown(output);
    else
        print_text(output);
}
