/*
 * testing: cmocka with what it needs before it.
 */
#ifndef ROLECHAIN_TESTS_SUPPORT_TESTING_H
#define ROLECHAIN_TESTS_SUPPORT_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
