/* SPDX-License-Identifier: Apache-2.0 */
/* unit/os/lab.h: a directory for one test, with openat2 or without, and children with less rights.
 */
#ifndef UNIT_OS_LAB_H
#define UNIT_OS_LAB_H

#include "support/test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ctx.h"
#include "os/file.h"

struct lab {
	char path[64];
	int fd;
	int open_before; /* descriptors */
	struct ctx cx;
};

/* One test, run with the kernel's resolver and with ours. */
/* clang-format off */
#define BOTH(f) \
	{ #f, f, lab_with_openat2, lab_teardown, NULL }, \
	{ #f "_without_openat2", f, lab_without_openat2, lab_teardown, NULL }
#define ONCE(f) \
	{ #f, f, lab_with_openat2, lab_teardown, NULL }
/* clang-format on */

/* In children, where a failed assertion of cmocka would run the other tests a second time. */
#define CHECK(truth)                                                                               \
	do {                                                                                       \
		if (!(truth)) {                                                                    \
			fprintf(stderr, "%s:%d: not true: %s (%s)\n", __FILE__, __LINE__, #truth,  \
				ctx_message(&lab->cx));                                            \
			return 1;                                                                  \
		}                                                                                  \
	} while (0)

static inline int lab_count_open(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

static inline int lab_setup(void **state)
{
	struct lab *lab = calloc(1, sizeof(*lab));
	const char *tmp = getenv("TMPDIR");

	if (!lab || ctx_init(&lab->cx, NULL) < 0)
		return -1;
	snprintf(lab->path, sizeof(lab->path), "%s/ocit-os-XXXXXX",
		tmp && strlen(tmp) < 40 ? tmp : "/tmp");
	if (!mkdtemp(lab->path))
		return -1;
	lab->fd = open(lab->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	lab->open_before = lab_count_open();
	*state = lab;
	return lab->fd < 0 ? -1 : 0;
}

static inline int lab_with_openat2(void **state)
{
	file_force_no_openat2(false);
	return lab_setup(state);
}

static inline int lab_without_openat2(void **state)
{
	file_force_no_openat2(true);
	return lab_setup(state);
}

static inline int lab_wipe(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* Not by the code under test. Every test must have closed what it opened. */
static inline int lab_teardown(void **state)
{
	struct lab *lab = *state;
	int leaked = lab_count_open() - lab->open_before;

	file_force_no_openat2(false);
	close(lab->fd);
	nftw(lab->path, lab_wipe, 32, FTW_DEPTH | FTW_PHYS);
	free(lab);
	if (leaked)
		fprintf(stderr, "%d descriptors leaked\n", leaked);
	return leaked ? -1 : 0;
}

static inline void lab_dir(const struct lab *lab, const char *name)
{
	assert_int_equal(mkdirat(lab->fd, name, 0755), 0);
}

static inline void lab_link(const struct lab *lab, const char *name, const char *target)
{
	assert_int_equal(symlinkat(target, lab->fd, name), 0);
}

static inline void lab_put(const struct lab *lab, const char *name, const char *text)
{
	int fd = openat(lab->fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static inline bool lab_has(const struct lab *lab, const char *name)
{
	struct stat st;

	return fstatat(lab->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Does the file hold exactly text? */
static inline bool lab_holds(const struct lab *lab, const char *name, const char *text)
{
	char got[256];
	int fd = openat(lab->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, got, sizeof(got));

	if (fd >= 0)
		close(fd);
	return n == (ssize_t)strlen(text) && !memcmp(got, text, (size_t)n);
}

/* How many entries the directory has, hidden ones included. */
static inline int lab_count(const struct lab *lab, const char *name)
{
	int fd = openat(lab->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	int n = -2;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

typedef int lab_fn(struct lab *lab);

static inline int lab_wait(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static inline int lab_child(struct lab *lab, lab_fn *fn)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(fn(lab));
	return lab_wait(pid);
}

/* Run fn as somebody whom permissions bind. */
static inline int lab_as_user(struct lab *lab, lab_fn *fn)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (geteuid() == 0 &&
			(fchown(lab->fd, 65534, 65534) || setgroups(0, NULL) ||
				setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534)))
			_exit(99);
		_exit(fn(lab));
	}
	return lab_wait(pid);
}

/* From now on openat2, and renameat2 with flags, answer error. */
static inline int lab_forbid(int error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[4])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = ARRAY_LEN(code), .filter = code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

#endif
