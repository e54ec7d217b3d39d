/*
 * The output of Organizations calls for a generated organization: its tree, its accounts, SCPs and RCPs with their
 * targets.
 */
#ifndef ROLECHAIN_TESTS_BENCH_GENERATE_GUARDRAILS_H
#define ROLECHAIN_TESTS_BENCH_GENERATE_GUARDRAILS_H

#include "tests/bench/generate_policies.h"

/* Writes the files into the folder, one per call of the CLI. False: errno says why. */
bool guardrails_write(const struct organization *organization, const char *folder);

#endif
