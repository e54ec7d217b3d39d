/*
 * scp_bypass: ways around an SCP, a part of guard-bypassed.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_CHAINS_SCP_BYPASS_H
#define ROLECHAIN_ANALYZER_FINDINGS_CHAINS_SCP_BYPASS_H

#include "analyzer/findings/rules.h"

finding_rule_function report_scp_bypassed;

#endif
