/* SPDX-License-Identifier: Apache-2.0 */
/* cli/main.c: prepares the process, finds the command, and ends as its outcome asks. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "help.h"
#include "opt.h"
#include "signals.h"

/*
 * No file of ours may become descriptor 0, 1 or 2. What was closed reads as empty, and writing to
 * it fails as it would have.
 */
static bool ensure_descriptors(struct cli *cli)
{
	bool closed[3];

	for (int fd = 0; fd < 3; fd++) {
		closed[fd] = fcntl(fd, F_GETFD) < 0 && errno == EBADF;
		if (closed[fd] && open("/dev/null", fd == STDERR_FILENO ? O_RDWR : O_RDONLY) != fd)
			return false;
	}
	cli->no_stdin = closed[STDIN_FILENO];
	cli->no_stdout = closed[STDOUT_FILENO];
	return true;
}

/* The command that a word before any command stands for. */
static const struct command *find_first(const char *word)
{
	if (!strcmp(word, "--help") || !strcmp(word, "-h"))
		return &command_help;
	if (!strcmp(word, "--version"))
		return &command_version;
	return command_find(word);
}

static int run_command(struct cli *cli, const struct command *command, char **argv)
{
	struct opt_list list;
	int status = opt_parse(&cli->ui, command, argv, &list);

	if (status == STATUS_OK && list.help)
		help_command(stdout, command);
	else if (status == STATUS_OK)
		status = command->run(cli, &list);
	opt_done(&list);
	return ui_finish(&cli->ui, status);
}

static int dispatch(struct cli *cli, char **argv)
{
	const struct command *command;

	if (!argv[0] || !argv[1]) {
		help_overview(stderr);
		return STATUS_USAGE;
	}
	command = find_first(argv[1]);
	if (command)
		return run_command(cli, command, argv + 1);
	if (argv[1][0] == '-')
		return ui_fail(&cli->ui, OCIT_E_USAGE, "options follow the command",
			"option '%s': unknown before a command", argv[1]);
	return command_unknown(&cli->ui, argv[1]);
}

int main(int argc, char **argv)
{
	struct cli cli = { 0 };
	int status;

	(void)argc; /* argv ends with NULL */
	if (!ensure_descriptors(&cli))
		return STATUS_SYSTEM;
	ui_init(&cli.ui);
	signals_init();
	umask(022);
	status = dispatch(&cli, argv);
	signals_die();
	return status;
}
