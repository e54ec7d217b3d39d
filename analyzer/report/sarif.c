#include "analyzer/report/sarif.h"

#include "analyzer/report/escape.h"
#include "ingest/support/json_build.h"

json_t *sarif_physical_location(const char *file, json_t *region)
{
    struct text uri = {0};
    text_append_file_uri(&uri, file);
    json_t *physical = json_object_of("artifactLocation", json_object_of("uri", json_text(uri.data)));
    json_put(physical, "region", region);
    text_free(&uri);
    return physical;
}
