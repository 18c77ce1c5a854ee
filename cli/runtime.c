/* SPDX-License-Identifier: Apache-2.0 */
/* cli/runtime.c: starts the runtime without our descriptors and signals, and tells its failures
 * from the program's. */
#include "runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "runtime_ask.h"
#include "signals.h"

enum { WORDS_MAX = 16, LOG_MAX = 64 << 10 };

extern char **environ;

static int random_id(struct cli *cli, char id[RUNTIME_ID_MAX])
{
	uint64_t bits;

	if (getrandom(&bits, sizeof(bits), 0) != (ssize_t)sizeof(bits))
		return ui_fail_errno(&cli->ui, "random number");
	snprintf(id, RUNTIME_ID_MAX, "ocitools-%016" PRIx64, bits);
	return STATUS_OK;
}

int runtime_find(struct cli *cli, const char *name, struct runtime *ret)
{
	static const char *const known[] = { "runc", "crun" };
	struct runtime rt = { 0 };
	const char *user = geteuid() ? getenv("XDG_RUNTIME_DIR") : NULL;

	if (name)
		rt.path = runtime_program(name);
	for (size_t i = 0; !name && !rt.path && i < sizeof(known) / sizeof(known[0]); i++)
		rt.path = runtime_program(known[i]);
	if (!rt.path)
		return name ? ui_fail(&cli->ui, OCIT_E_NOT_FOUND, NULL,
				      "runtime '%s': no such program", name)
			    : ui_fail(&cli->ui, OCIT_E_NOT_FOUND,
				      "install one of them, or name another with --runtime",
				      "runtime: neither runc nor crun is in PATH");
	if (user && *user == '/' && asprintf(&rt.state, "%s/ocitools", user) < 0)
		rt.state = NULL;
	*ret = rt;
	return random_id(cli, ret->id);
}

void runtime_done(struct runtime *rt)
{
	free(rt->path);
	free(rt->state);
	free(rt->log);
	*rt = (struct runtime){ 0 };
}

/* Start the runtime with words behind its global options. quiet: nobody reads what it prints. */
static int start(const struct runtime *rt, const char *const *words, bool quiet, pid_t *ret)
{
	const char *argv[WORDS_MAX] = { rt->path, "--log", rt->log, "--log-format", "json" };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t set;
	size_t n = 5;
	int error;

	if (rt->state) {
		argv[n++] = "--root";
		argv[n++] = rt->state;
	}
	while (*words && n < WORDS_MAX - 1)
		argv[n++] = *words++;
	posix_spawn_file_actions_init(&actions);
	for (int fd = 0; quiet && fd < 3; fd++)
		posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
	posix_spawn_file_actions_addclosefrom_np(&actions, 3);
	posix_spawnattr_init(&attr);
	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	sigaddset(&set, SIGXFSZ);
	posix_spawnattr_setsigdefault(&attr, &set);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	error = posix_spawn(ret, rt->path, &actions, &attr, (char *const *)argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

static int wait_for(pid_t child)
{
	int status = 0;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return 0;
	return status;
}

static bool has_error(const char *text)
{
	return strstr(text, "\"level\":\"error\"") || strstr(text, "\"level\":\"fatal\"");
}

/* Did the runtime itself fail? The program's own status says nothing about it. */
/* What went wrong is told last. */
static ssize_t read_end(int fd, char *text)
{
	struct stat st;
	off_t from;

	if (fd < 0 || !text || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -1;
	from = st.st_size > LOG_MAX - 1 ? st.st_size - (LOG_MAX - 1) : 0;
	return pread(fd, text, LOG_MAX - 1, from);
}

static bool log_has_error(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char *text = malloc(LOG_MAX);
	ssize_t n = read_end(fd, text);
	bool found = false;

	if (fd >= 0)
		close(fd);
	if (n > 0) {
		text[n] = '\0';
		found = has_error(text);
	}
	free(text);
	return found;
}

static void delete_container(const struct runtime *rt)
{
	const char *const words[] = { "delete", "--force", rt->id, NULL };
	pid_t child;

	if (start(rt, words, true, &child) == 0)
		wait_for(child);
}

/* What became of the program, from what became of the runtime. */
static int judge(struct cli *cli, const struct runtime *rt, int status)
{
	bool failed = status != 0 && log_has_error(rt->log);

	if (failed || WIFSIGNALED(status))
		delete_container(rt);
	if (WIFSIGNALED(status))
		return STATUS_SIGNAL + WTERMSIG(status);
	if (!failed)
		return WEXITSTATUS(status);
	ui_fail(&cli->ui, OCIT_E_SYSTEM, NULL, "runtime '%s': the container could not be run",
		rt->path);
	return STATUS_RUN_FAILED;
}

int runtime_run(struct cli *cli, struct runtime *rt, const char *bundle, const char *dir)
{
	const char *const words[] = { "run", "-b", bundle, rt->id, NULL };
	pid_t child;
	int error, status;

	/* The place where the runtime keeps its state is root's, unless it is told another. */
	if (geteuid() && !rt->state && asprintf(&rt->state, "%s/state", dir) < 0)
		rt->state = NULL;
	if (asprintf(&rt->log, "%s/runtime.log", dir) < 0) {
		rt->log = NULL;
		ui_fail(&cli->ui, OCIT_E_NOMEM, NULL, "out of memory");
		return STATUS_RUN_FAILED;
	}
	error = start(rt, words, false, &child);
	if (error) {
		errno = error;
		ui_fail_errno(&cli->ui, "runtime '%s'", rt->path);
		return STATUS_RUN_FAILED;
	}
	signals_forward(child);
	if (signals_caught()) /* it came before there was somebody to pass it on to */
		kill(child, signals_caught());
	status = wait_for(child);
	signals_forward(0);
	return judge(cli, rt, status);
}
