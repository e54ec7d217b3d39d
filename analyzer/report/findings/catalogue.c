#include "analyzer/report/findings/catalogue.h"
#include "analyzer/findings/facts/issuers.h"

#include "analyzer/report/escape.h"
#include "analyzer/report/findings/finding_words.h"
#include "analyzer/report/json_answer.h"
#include "ingest/support/json_build.h"
#include <string.h>

/* ---- text */

static void print_codes(struct output *output, const struct finding_rule *rule, int indent, const char *label)
{
    const char *code;
    struct text text = {0};
    for (size_t i = 0; (code = finding_rule_code(rule, i)) != NULL; i++)
        text_format(&text, "%s%s", i > 0 ? ", " : "", code);
    if (text.length > 0)
        line_item(output, indent, label, text.data);
    text_free(&text);
}

static void print_all(struct output *output, const struct finding_rule *rules, size_t count)
{
    int width = 0;
    for (size_t i = 0; i < count; i++)
        width = (int)strlen(rules[i].id) > width ? (int)strlen(rules[i].id) : width;
    for (size_t i = 0; i < count; i++) {
        struct styled line = {0};
        styled_add(&line, STYLE_BOLD, "%-*s", width, rules[i].id);
        styled_add(&line, severity_style(rules[i].severity), "  %-8s", severity_word(rules[i].severity));
        styled_add(&line, STYLE_PLAIN, "  %s", rules[i].title);
        styled_print(&line, output, 0, width + 12, NULL);
        print_codes(output, &rules[i], width + 12, "");
    }
}

static void print_one(struct output *output, const struct finding_rule *rule)
{
    line_print(output, STYLE_BOLD, "%s", rule->id);
    line_print(output, severity_style(rule->severity), "  %s\n", severity_word(rule->severity));
    line_paragraph(output, 2, rule->title);
    line_item(output, 2, "Why: ", rule->why);
    line_item(output, 2, "Fix: ", rule->fix);
    line_item(output, 2, "See: ", rule->reference);
    print_codes(output, rule, 2, "Sub-codes: ");
}

/* ---- JSON */

static json_t *rule_json(const struct finding_rule *rule)
{
    const char *code;
    json_t *object = json_object(), *codes = json_array();
    json_put(object, "id", json_text(rule->id));
    json_put(object, "severity", json_text(severity_word(rule->severity)));
    json_put(object, "title", json_text(rule->title));
    json_put(object, "why", json_text(rule->why));
    json_put(object, "fix", json_text(rule->fix));
    json_put(object, "reference", json_text(rule->reference));
    for (size_t i = 0; (code = finding_rule_code(rule, i)) != NULL; i++)
        json_add(codes, json_text(code));
    json_put(object, "codes", codes);
    return object;
}

static int print_json(struct output *output, const struct finding_rule *rules, size_t count)
{
    json_t *answer = json_answer("findings", 1), *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_add(list, rule_json(&rules[i]));
    json_put(answer, "rules", list);
    json_print_inside(output, 0, answer);
    fputc('\n', output->stream);
    return EXIT_YES;
}

/* ---- Markdown */

static void markdown_part(struct text *page, const char *label, const char *words)
{
    text_format(page, "\n%s", label);
    text_append_markdown(page, words);
    text_append_char(page, '\n');
}

static void markdown_rule(struct text *page, const struct finding_rule *rule)
{
    const char *code;
    text_format(page, "\n## %s\n\n**%s.** ", rule->id, severity_word(rule->severity));
    text_append_markdown(page, rule->title);
    text_append_string(page, ".\n");
    markdown_part(page, "Why: ", rule->why);
    markdown_part(page, "Fix: ", rule->fix);
    text_format(page, "\nSee <%s>\n", rule->reference);
    for (size_t i = 0; (code = finding_rule_code(rule, i)) != NULL; i++)
        text_format(page, "%s`%s/%s`", i == 0 ? "\nSub-codes: " : ", ", rule->id, code);
    text_append_string(page, finding_rule_code(rule, 0) != NULL ? "\n" : "");
}

static int print_markdown(struct output *output, const struct finding_rule *rules, size_t count)
{
    struct text page = {0};
    text_append_string(&page, "<!-- Written by `make catalogue` from registry.c; do not edit. -->\n\n# Findings\n\n"
                              "| id | severity | what it says |\n|---|---|---|\n");
    for (size_t i = 0; i < count; i++) {
        text_format(&page, "| [%s](#%s) | %s | ", rules[i].id, rules[i].id, severity_word(rules[i].severity));
        text_append_markdown(&page, rules[i].title);
        text_append_string(&page, " |\n");
    }
    text_append_string(&page, "\nSeverities are starting points: a finding is one step higher if the role is an "
                              "administrator or leads to one,\nand one step lower if it depends on what the caller "
                              "does not control.\n\nFacts about token issuers are as of " ISSUERS_AS_OF
                              "; `rolechain --version` dates the other tables.\n");
    for (size_t i = 0; i < count; i++)
        markdown_rule(&page, &rules[i]);
    fputs(page.data, output->stream);
    text_free(&page);
    return EXIT_YES;
}

int catalogue_print(struct output *output, const struct finding_rule *one)
{
    size_t count;
    const struct finding_rule *rules = finding_rules(&count);
    if (strcmp(output->format, "json") == 0)
        return one != NULL ? print_json(output, one, 1) : print_json(output, rules, count);
    if (strcmp(output->format, "markdown") == 0)
        return one != NULL ? print_markdown(output, one, 1) : print_markdown(output, rules, count);
    if (strcmp(output->format, "text") != 0) {
        command_error("--list and --describe print as text, json or markdown");
        return EXIT_USAGE;
    }
    if (one != NULL)
        print_one(output, one);
    else
        print_all(output, rules, count);
    return EXIT_YES;
}
