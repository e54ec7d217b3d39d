/*
 * What is missing from the exports for all answers to be certain.
 */
#include "analyzer/analysis/gaps.h"
#include "analyzer/findings/rules.h"

void find_incomplete_analysis(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)
{
    const struct gaps *gaps = analysis_gaps(analysis);
    for (size_t i = 0; i < gaps->count; i++) {
        const char *sentence = gaps->list[i].sentence, *word = gap_kind_word(gaps->list[i].kind);
        struct finding *finding = finding_add(findings, rule, "", "the export", word, NULL);
        finding->resource_code = "exports";
        finding->former_resource = "the exports";
        finding->detail = finding_text(
            findings, "%c%s.", sentence[0] >= 'a' && sentence[0] <= 'z' ? sentence[0] - 32 : sentence[0], sentence + 1);
    }
}
