/*
 * measure: what the programs of the benchmark share.
 */
#ifndef ROLECHAIN_TESTS_BENCH_MEASURE_H
#define ROLECHAIN_TESTS_BENCH_MEASURE_H

#include <stdint.h>
#include <sys/resource.h>
#include <time.h>

/* Seconds on the clock. */
static inline double measure_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* The peak of this process's resident memory, in bytes. */
static inline uint64_t measure_peak(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)usage.ru_maxrss * 1024;
}

#endif
