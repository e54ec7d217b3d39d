#include "analyzer/report/verdicts.h"

#include "analyzer/report/lines.h"
#include "ingest/support/json_build.h"
#include <string.h>

/* Up to this many files are listed one by one. */
#define SHORT_LIST 12
/* In a longer list, from this many on, files of one kind with the same verdict are only counted. */
#define LARGE_GROUP 3

static bool same_group(const struct load_verdict *a, const struct load_verdict *b)
{
    return a->verdict == b->verdict && strcmp(a->kind, b->kind) == 0 && !load_verdict_needs_attention(b);
}

static void begin(struct styled *line, const struct load_verdict *verdict)
{
    enum line_style style = verdict->verdict == BATCH_REFUSED       ? STYLE_BAD
                            : load_verdict_needs_attention(verdict) ? STYLE_MAYBE
                                                                    : STYLE_GOOD;
    styled_add(line, style, "%-9s ", batch_verdict_word(verdict->verdict));
}

void verdicts_print(struct output *output, const struct load_verdict *verdicts, size_t count, bool all)
{
    for (size_t i = 0; i < count; i++) {
        const struct load_verdict *verdict = &verdicts[i];
        size_t alike = 0, before = 0;
        struct styled line = {0};
        bool listed = all || count <= SHORT_LIST || load_verdict_needs_attention(verdict);
        /* The search ends early for all but the first files of a large group, so the time stays linear in files ×
         * kinds.
         */
        for (size_t j = 0; !listed && j < count && (before == 0 || alike < LARGE_GROUP); j++)
            if (same_group(verdict, &verdicts[j])) {
                alike++;
                before += j < i;
            }
        if (listed || alike < LARGE_GROUP) {
            begin(&line, verdict);
            styled_add(&line, STYLE_PLAIN, "%s%s%s", verdict->kind,
                       verdict->kind[0] != '\0' && verdict->detail[0] != '\0' ? ": " : "", verdict->detail);
            styled_print(&line, output, 2, 12, verdict->path);
        } else if (before == 0) {
            begin(&line, verdict);
            styled_add(&line, STYLE_PLAIN, "%zu files%s%s", alike, verdict->kind[0] != '\0' ? " of " : "",
                       verdict->kind);
            if (verdict->verdict != BATCH_LOADED && verdict->detail[0] != '\0')
                styled_add(&line, STYLE_PLAIN, ": %s", verdict->detail);
            styled_print(&line, output, 2, 12, NULL);
        }
    }
}

json_t *verdict_json(const struct load_verdict *verdict)
{
    json_t *object = json_object();
    json_put(object, "path", json_text(verdict->path));
    json_put(object, "kind", json_text(verdict->kind));
    json_put(object, "verdict", json_text(batch_verdict_word(verdict->verdict)));
    json_put(object, "detail", json_text(verdict->detail));
    return object;
}

json_t *problem_json(const struct load_problem *problem, const char *account)
{
    json_t *object = json_object();
    json_put(object, "path", json_text(problem->path));
    json_put(object, "severity", json_text(problem_severity_word(problem->severity)));
    json_put(object, "code", json_text(problem->code));
    json_put_text(object, "account", account);
    json_put(object, "pointer", json_text(problem->pointer));
    json_put(object, "line", json_integer(problem->line));
    json_put(object, "column", json_integer(problem->column));
    json_put(object, "message", json_text(problem->message));
    return object;
}
