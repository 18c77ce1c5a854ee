/* SPDX-License-Identifier: Apache-2.0 */
/* cli/input.c: reads what must be a regular file, so that a FIFO or a device cannot hang us. */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "signals.h"

enum { STEP_FIRST = 4096 };

static const char *kind_name(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "a directory";
	case S_IFIFO:
		return "a FIFO";
	case S_IFSOCK:
		return "a socket";
	default:
		return "a device";
	}
}

static int open_path(const char *path)
{
	int fd;

	do
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	while (fd < 0 && errno == EINTR);
	return fd;
}

/* label: what messages call path. */
static int open_regular(struct cli *cli, const char *path, const char *label, int *ret_fd)
{
	int fd = open_path(path);
	struct stat st;
	int status;

	if (fd < 0 && errno == ENXIO)
		return ui_fail(&cli->ui, OCIT_E_FORMAT, NULL, "%s: not a regular file", label);
	if (fd < 0)
		return ui_fail_errno(&cli->ui, "%s", label);
	if (fstat(fd, &st) < 0)
		status = ui_fail_errno(&cli->ui, "%s", label);
	else if (!S_ISREG(st.st_mode))
		status = ui_fail(&cli->ui, OCIT_E_FORMAT,
			S_ISFIFO(st.st_mode) ? "'-' reads a pipe as standard input" : NULL,
			"%s: not a regular file but %s", label, kind_name(st.st_mode));
	else {
		*ret_fd = fd;
		return STATUS_OK;
	}
	close(fd);
	return status;
}

struct text {
	char *data;
	size_t len, room;
};

/* Double the room when it is used up, and keep a byte for the final NUL. */
static bool text_grow(struct text *t)
{
	size_t room = t->room ? t->room * 2 : STEP_FIRST;
	char *grown;

	if (t->len + 1 < t->room)
		return true;
	grown = realloc(t->data, room);
	if (!grown)
		return false;
	t->data = grown;
	t->room = room;
	return true;
}

static int read_all(struct cli *cli, int fd, const char *label, struct text *t)
{
	for (;;) {
		ssize_t n;

		if (!text_grow(t))
			return ui_fail(&cli->ui, OCIT_E_NOMEM, NULL, "out of memory");
		n = read(fd, t->data + t->len, t->room - t->len - 1);
		if (n < 0 && errno == EINTR && signals_caught())
			return ui_fail(&cli->ui, OCIT_E_CANCELLED, NULL, "%s: cancelled", label);
		if (n < 0 && errno != EINTR)
			return ui_fail_errno(&cli->ui, "%s", label);
		if (n == 0)
			break;
		t->len += n > 0 ? (size_t)n : 0;
		if (t->len > INPUT_MAX)
			return ui_fail(&cli->ui, OCIT_E_LIMIT, NULL,
				"%s: more than %d bytes (16 MiB), the limit", label, INPUT_MAX);
	}
	t->data[t->len] = '\0';
	return STATUS_OK;
}

static int read_labelled(
	struct cli *cli, const char *path, const char *label, char **ret, size_t *ret_len)
{
	bool is_stdin = !strcmp(path, "-");
	struct text t = { 0 };
	int fd = STDIN_FILENO;
	int status = STATUS_OK;

	if (is_stdin && cli->no_stdin)
		return ui_fail(&cli->ui, OCIT_E_FORMAT, NULL, "%s: is closed", label);
	if (!is_stdin)
		status = open_regular(cli, path, label, &fd);
	if (status != STATUS_OK)
		return status;
	status = read_all(cli, fd, label, &t);
	if (!is_stdin)
		close(fd);
	if (status != STATUS_OK) {
		free(t.data);
		return status;
	}
	*ret = t.data;
	*ret_len = t.len;
	return STATUS_OK;
}

int input_read(struct cli *cli, const char *option, const char *path, char **ret, size_t *ret_len)
{
	bool is_stdin = !strcmp(path, "-");
	const char *quote = is_stdin ? "" : "'";
	char *label;
	int status;

	if (asprintf(&label, "option '--%s': %s%s%s", option, quote,
		    is_stdin ? "standard input" : path, quote) < 0)
		return ui_fail(&cli->ui, OCIT_E_NOMEM, NULL, "out of memory");
	status = read_labelled(cli, path, label, ret, ret_len);
	free(label);
	return status;
}
