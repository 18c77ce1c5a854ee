/* SPDX-License-Identifier: Apache-2.0 */
/* cli/findings.c: what was found, for people and for programs. */
#include "findings.h"

#include <stdio.h>

#include "command.h"
#include "text.h"

static const char *severity_word(int severity)
{
	return severity == OCIT_FINDING_ERROR ? "error" : "info";
}

static void print_text(const ocit_finding *f)
{
	printf("%-5s  %s: ", severity_word(f->severity), f->rule);
	if (*f->subject) {
		text_print(stdout, f->subject);
		fputs(": ", stdout);
	}
	text_print(stdout, f->text);
	putchar('\n');
}

static void print_json(const ocit_finding *f, bool first)
{
	printf("%s\n{\"severity\":\"%s\",\"rule\":", first ? "" : ",", severity_word(f->severity));
	text_json(stdout, f->rule);
	fputs(",\"subject\":", stdout);
	text_json(stdout, f->subject);
	fputs(",\"text\":", stdout);
	text_json(stdout, f->text);
	putchar('}');
}

int findings_print(const struct cli *cli, const ocit_report *report)
{
	ocit_finding f = { .size = sizeof(f) };
	bool json = ui_is_json(&cli->ui), first = true;
	size_t errors = ocit_report_errors(report);

	if (json)
		printf("{\"schemaVersion\":1,\"errors\":%zu,\"findings\":[", errors);
	for (size_t i = 0; ocit_report_finding(report, i, &f) == 0; i++) {
		if (cli->ui.quiet && f.severity != OCIT_FINDING_ERROR)
			continue;
		if (json)
			print_json(&f, first);
		else
			print_text(&f);
		first = false;
	}
	if (json)
		puts("]}");
	return errors ? STATUS_FOUND : STATUS_OK;
}
