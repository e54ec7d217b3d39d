/*
 * testing: cmocka with the headers it needs.
 */
#ifndef ROLECHAIN_TESTS_SUPPORT_TESTING_H
#define ROLECHAIN_TESTS_SUPPORT_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* The number in an environment variable: ROLECHAIN_RANDOM_SEED and the like. */
static inline uint64_t number_from(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);
    return text != NULL && *text != '\0' ? strtoull(text, NULL, 10) : otherwise;
}

#endif
