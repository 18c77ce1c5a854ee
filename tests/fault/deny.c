/* SPDX-License-Identifier: Apache-2.0 */
/* fault/deny.c: run a program for which chosen system calls do not exist, or are forbidden. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CALLS_MAX = 16, FAILED = 120, NR_FCHMODAT2 = 452 };

static const struct {
	const char *name;
	uint32_t number;
} calls[] = {
	{ "openat2", SYS_openat2 },
	{ "fchmodat2", NR_FCHMODAT2 },
	{ "renameat2", SYS_renameat2 },
	{ "copy_file_range", SYS_copy_file_range },
	{ "clone3", SYS_clone3 },
};

static int usage(void)
{
	fprintf(stderr, "usage: deny ENOSYS|EPERM CALL[,CALL]... PROGRAM [ARG]...\n");
	return FAILED;
}

static int find(const char *name)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (!strcmp(calls[i].name, name))
			return (int)calls[i].number;
	return -1;
}

/* For root without no_new_privs, so that a runtime that is started from here keeps what it needs.
 */
static int install(struct sock_filter *code, unsigned n)
{
	struct sock_fprog program = { .filter = code, .len = (unsigned short)n };

	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0)
		return 0;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

int main(int argc, char **argv)
{
	struct sock_filter code[2 * CALLS_MAX + 2];
	unsigned n = 0;
	uint32_t error;

	if (argc < 4)
		return usage();
	error = strcmp(argv[1], "EPERM") ? ENOSYS : EPERM;
	code[n++] = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (char *name = strtok(argv[2], ","); name; name = strtok(NULL, ",")) {
		int number = find(name);

		if (number < 0 || n >= 2 * CALLS_MAX)
			return usage();
		code[n++] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 1);
		code[n++] = (struct sock_filter)BPF_STMT(
			BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error);
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	if (install(code, n) < 0) {
		perror("deny: seccomp");
		return FAILED;
	}
	execv(argv[3], argv + 3);
	perror(argv[3]);
	return FAILED;
}
