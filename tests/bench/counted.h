/*
 * The descriptor of the file of eight bytes in which the build that counts its work (counted.c) leaves the sum.
 */
#ifndef ROLECHAIN_TESTS_BENCH_COUNTED_H
#define ROLECHAIN_TESTS_BENCH_COUNTED_H

#define COUNTED 9

#endif
