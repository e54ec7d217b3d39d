/*
 * Only the load: exports → indexed SQLite, without the edges that `rolechain load` derives behind it.
 * Prints "SECONDS BYTES FILES PEAK", the peak of resident memory in bytes.
 *
 * usage: load_exports THREADS DATABASE PATH…
 */
#include "ingest/load.h"
#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    struct load_result result = {0};
    char *error = NULL;
    if (argc < 4) {
        fprintf(stderr, "usage: %s THREADS DATABASE PATH…\n", argv[0]);
        return 2;
    }
    const struct load_options options = {.jobs = atoi(argv[1])};
    double began = measure_now();
    struct store *store = store_open(argv[2], STORE_CREATE, &error);
    bool good =
        store != NULL && load_paths(store, (const char *const *)argv + 3, (size_t)argc - 3, &options, &result, &error);
    double seconds = measure_now() - began;
    if (good)
        printf("%.4f %llu %zu %llu\n", seconds, (unsigned long long)result.bytes, result.verdict_count,
               (unsigned long long)measure_peak());
    else
        fprintf(stderr, "%s\n", error != NULL ? error : "out of memory");
    free(error);
    load_result_free(&result);
    store_close(store);
    return good ? 0 : 1;
}
