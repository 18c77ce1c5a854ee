/* SPDX-License-Identifier: Apache-2.0 */
/* cli/findings.h: a report on standard output. */
#ifndef CLI_FINDINGS_H
#define CLI_FINDINGS_H

#include <ocitools.h>

struct cli;

/*
 * Print a report, one finding a line, or with --format json as one document; quiet leaves out what
 * is information. Returns STATUS_FOUND when a finding is an error, else STATUS_OK.
 */
int findings_print(const struct cli *cli, const ocit_report *report);

#endif
