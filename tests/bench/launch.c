/* SPDX-License-Identifier: Apache-2.0 */
/* bench/launch.c: run one program from a process so small that its own memory does not show. */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double ms_of(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

/* launch REPORT PROGRAM [ARG]...: into REPORT go status, wall ms, cpu ms, KiB, page faults. */
int main(int argc, char **argv)
{
	struct rusage u;
	double start = now_ms();
	FILE *report;
	int status, error;
	pid_t pid;

	if (argc < 3)
		return 2;
	error = posix_spawnp(&pid, argv[2], NULL, NULL, argv + 2, environ);
	if (error) {
		fprintf(stderr, "%s: %s\n", argv[2], strerror(error));
		return 127;
	}
	while (wait4(pid, &status, 0, &u) < 0)
		if (errno != EINTR)
			return 1;
	report = fopen(argv[1], "w");
	if (!report)
		return 1;
	fprintf(report, "%d %.3f %.3f %ld %ld\n", status, now_ms() - start,
		ms_of(u.ru_utime) + ms_of(u.ru_stime), u.ru_maxrss, u.ru_minflt);
	return fclose(report) ? 1 : 0;
}
