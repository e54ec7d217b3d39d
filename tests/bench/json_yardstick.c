/*
 * The yardstick that loads are measured against: json_load_file over files, one after the other, on N threads, nothing
 * kept. Prints "SECONDS BYTES FILES".
 *
 * usage: json_yardstick THREADS FILE…, or the files' names on standard input, one a line, if none is given
 */
#include "tests/bench/measure.h"

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAXIMUM_THREADS 64

static char **files;
static size_t file_count, file_room;
static atomic_size_t next_file;
static atomic_bool failed;

static bool add_file(const char *name)
{
    if (file_count == file_room) {
        size_t room = file_room == 0 ? 1024 : file_room * 2;
        char **grown = realloc(files, room * sizeof *grown);
        if (grown == NULL)
            return false;
        files = grown;
        file_room = room;
    }
    files[file_count] = strdup(name);
    return files[file_count++] != NULL;
}

static bool read_names(void)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    bool good = true;
    while (good && (length = getline(&line, &room, stdin)) > 0) {
        if (line[length - 1] == '\n')
            line[length - 1] = '\0';
        good = add_file(line);
    }
    free(line);
    return good;
}

static void *parse_files(void *context)
{
    size_t at;
    while ((at = atomic_fetch_add(&next_file, 1)) < file_count) {
        json_error_t error;
        json_t *value = json_load_file(files[at], JSON_DISABLE_EOF_CHECK, &error);
        if (value == NULL) {
            fprintf(stderr, "%s: %s at line %d\n", files[at], error.text, error.line);
            atomic_store(&failed, true);
        }
        json_decref(value);
    }
    return context;
}

int main(int argc, char **argv)
{
    pthread_t threads[MAXIMUM_THREADS];
    unsigned long long bytes = 0;
    long wanted = argc > 1 ? strtol(argv[1], NULL, 10) : 0, started = 0;
    bool good = wanted >= 1 && wanted <= MAXIMUM_THREADS;
    if (!good)
        fprintf(stderr, "usage: %s THREADS [FILE…]\n", argv[0]);
    for (int i = 2; i < argc && good; i++)
        good = add_file(argv[i]);
    if (good && argc == 2)
        good = read_names();
    for (size_t i = 0; i < file_count; i++) {
        struct stat info;
        bytes += stat(files[i], &info) == 0 ? (unsigned long long)info.st_size : 0;
    }
    if (good) {
        double began = measure_now();
        while (started < wanted && pthread_create(&threads[started], NULL, parse_files, NULL) == 0)
            started++;
        for (long i = 0; i < started; i++)
            pthread_join(threads[i], NULL);
        printf("%.4f %llu %zu\n", measure_now() - began, bytes, file_count);
    }
    for (size_t i = 0; i < file_count; i++)
        free(files[i]);
    free(files);
    return good && started == wanted && !atomic_load(&failed) ? 0 : 1;
}
