/*
 * sarif: what the SARIF 2.1.0 logs of findings and of rules share.
 */
#ifndef ROLECHAIN_ANALYZER_REPORT_SARIF_H
#define ROLECHAIN_ANALYZER_REPORT_SARIF_H

#include <jansson.h>

#define SARIF_SCHEMA "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
#define SARIF_VERSION "2.1.0"

/* {"artifactLocation": …, "region": …} for the file; takes over the region. New reference. */
json_t *sarif_physical_location(const char *file, json_t *region);

#endif
