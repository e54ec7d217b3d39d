/*
 * Findings as JSON: findings.schema.json describes it. Written one after the other, since there can be many.
 */
#include "analyzer/findings/facts/name_lists.h"
#include "analyzer/report/findings/finding_report.h"
#include "analyzer/report/json_answer.h"

static void print_list(const struct finding_report *report, struct output *output, const char *name, size_t first,
                       size_t end)
{
    fprintf(output->stream, ",\n  \"%s\": [", name);
    for (size_t i = first; i < end; i++) {
        struct finding *finding = finding_report_at(report, i);
        fputs(i > first ? ",\n    " : "\n    ", output->stream);
        json_print_inside(output, 4, finding_json(finding));
        finding_release(finding);
    }
    fputs(end > first ? "\n  ]" : "]", output->stream);
}

/* The lists that facts refer to by number; they are known once the findings are written. */
static void print_lists(const struct finding_report *report, struct output *output)
{
    uint32_t count = name_lists_count(report->findings);
    fputs(",\n  \"lists\": [", output->stream);
    for (uint32_t i = 0; i < count; i++) {
        fputs(i > 0 ? ",\n    " : "\n    ", output->stream);
        json_print_inside(output, 4, name_lists_at(report->findings, report->analysis->model, i));
    }
    fputs(count > 0 ? "\n  ]" : "]", output->stream);
}

void finding_json_print(const struct finding_report *report, struct output *output)
{
    size_t end = report->standing + report->suppressed;
    fputs("{\n  \"rolechain\": 2,\n  \"command\": \"findings\"", output->stream);
    print_list(report, output, "findings", 0, report->standing);
    print_list(report, output, "suppressed", report->standing, end);
    print_lists(report, output);
    fprintf(output->stream,
            ",\n  \"in_baseline\": %zu,\n  \"left_out\": {\"top\": %zu, \"narrowed\": %zu},\n  \"gaps\": ",
            report->known, report->cut, report->narrowed);
    json_print_inside(output, 2, json_gaps(report->analysis));
    fputs("\n}\n", output->stream);
}
