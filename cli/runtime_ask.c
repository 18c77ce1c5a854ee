/* SPDX-License-Identifier: Apache-2.0 */
/* cli/runtime_ask.c: a program that says nothing, too much or nothing for too long is not listened
 * to. */
#include "runtime_ask.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_MAX = 1 << 20, ANSWER_MS = 10000, PAUSE_NS = 2000000 };

extern char **environ;

/* Users have no sbin in PATH, yet runc often lies there. */
static const char sbin[] = "/usr/local/sbin:/usr/sbin:/sbin";

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* The first directory of a ':' list that holds name as a program. NULL means "none". */
static char *search(const char *dirs, const char *name)
{
	while (*dirs) {
		size_t n = strcspn(dirs, ":");
		char *path = NULL;

		/* Only absolute ones: the current directory is nobody's choice. */
		if (*dirs == '/' && asprintf(&path, "%.*s/%s", (int)n, dirs, name) >= 0) {
			if (is_program(path))
				return path;
			free(path);
		}
		dirs += n + (dirs[n] == ':');
	}
	return NULL;
}

char *runtime_program(const char *name)
{
	const char *dirs = getenv("PATH");
	char *path;

	if (strchr(name, '/'))
		return is_program(name) ? strdup(name) : NULL;
	path = search(dirs ? dirs : "", name);
	return path ? path : search(sbin, name);
}

static pid_t start(const char *path, const char *word, int to)
{
	const char *const argv[] = { path, word, NULL };
	posix_spawn_file_actions_t actions;
	pid_t child = -1;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, to, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addclosefrom_np(&actions, 3);
	if (posix_spawn(&child, path, &actions, NULL, (char *const *)argv, environ) != 0)
		child = -1;
	posix_spawn_file_actions_destroy(&actions);
	return child;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Until the end of the text; false when it is too much, or takes longer than until end. */
static bool read_all(int from, int64_t end, char *text, size_t *ret_len)
{
	struct pollfd wait = { .fd = from, .events = POLLIN };
	int64_t left;
	size_t len = 0;

	while (len < ANSWER_MAX && (left = end - now_ms()) > 0 && poll(&wait, 1, (int)left) > 0) {
		ssize_t n = read(from, text + len, ANSWER_MAX - len);

		if (n < 0)
			return false;
		if (n == 0) {
			*ret_len = len;
			return true;
		}
		len += (size_t)n;
	}
	return false;
}

/* Does the child end well until then? Otherwise it is ended. */
static bool ends_well(pid_t child, int64_t end)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	int status;
	pid_t r;

	while ((r = waitpid(child, &status, WNOHANG)) == 0 && now_ms() < end)
		nanosleep(&pause, NULL);
	if (r == child)
		return WIFEXITED(status) && WEXITSTATUS(status) == 0;
	kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return false;
}

static bool ask(const char *path, const char *word, char *text)
{
	int64_t end = now_ms() + ANSWER_MS;
	int fds[2];
	size_t len = 0;
	bool heard;
	pid_t child;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return false;
	child = start(path, word, fds[1]);
	close(fds[1]);
	heard = child > 0 && read_all(fds[0], end, text, &len);
	close(fds[0]);
	if (child <= 0 || !ends_well(child, heard ? end : 0) || !heard)
		return false;
	text[len] = '\0';
	return len && strlen(text) == len;
}

char *runtime_ask(const char *program, const char *word)
{
	char *text = program ? malloc(ANSWER_MAX) : NULL;

	if (text && !ask(program, word, text)) {
		free(text);
		text = NULL;
	}
	return text;
}
