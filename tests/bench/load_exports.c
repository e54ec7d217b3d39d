/*
 * Only the load: exports → indexed SQLite, without the edges and findings that `rolechain load` derives behind it.
 * Prints "SECONDS BYTES FILES PEAK", the peak of resident memory in bytes.
 *
 * usage: load_exports THREADS DATABASE PATH…
 */
#include "ingest/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

int main(int argc, char **argv)
{
    struct timespec start, end;
    struct load_result result = {0};
    struct rusage usage;
    char *error = NULL;
    if (argc < 4) {
        fprintf(stderr, "usage: %s THREADS DATABASE PATH…\n", argv[0]);
        return 2;
    }
    const struct load_options options = {.jobs = atoi(argv[1])};
    clock_gettime(CLOCK_MONOTONIC, &start);
    struct store *store = store_open(argv[2], STORE_CREATE, &error);
    bool good =
        store != NULL && load_paths(store, (const char *const *)argv + 3, (size_t)argc - 3, &options, &result, &error);
    clock_gettime(CLOCK_MONOTONIC, &end);
    getrusage(RUSAGE_SELF, &usage);
    if (good)
        printf("%.4f %llu %zu %lld\n",
               (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9,
               (unsigned long long)result.bytes, result.verdict_count, (long long)usage.ru_maxrss * 1024);
    else
        fprintf(stderr, "%s\n", error != NULL ? error : "out of memory");
    free(error);
    load_result_free(&result);
    store_close(store);
    return good ? 0 : 1;
}
