/*
 * Where the build that counts its work (counted.c) leaves the sum: the descriptor of a file of eight bytes.
 */
#ifndef ROLECHAIN_TESTS_BENCH_COUNTED_H
#define ROLECHAIN_TESTS_BENCH_COUNTED_H

#define COUNTED 9

#endif
