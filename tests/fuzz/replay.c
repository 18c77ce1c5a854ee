/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/replay.c: the main program of a fuzz target without libFuzzer: run every file of its
 * corpus. */
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "fuzz/fuzz.h"

/* What one input may cost, many times what any of them does. The sanitizer keeps what was freed. */
#if defined(__SANITIZE_ADDRESS__)
enum { SECONDS = 60, KILOBYTES = 1 << 20 };
#else
enum { SECONDS = 10, KILOBYTES = 256 << 10 };
#endif

static void on_timer(int sig)
{
	static const char text[] = "not ok 1 - the last input named takes too long\n";

	(void)sig;
	(void)!write(STDOUT_FILENO, text, sizeof(text) - 1);
	_exit(1);
}

/* Processor time, so that a busy machine does not matter; 0 stops the clock. */
static void set_timer(int seconds)
{
	struct itimerval t = { .it_value.tv_sec = seconds };

	FUZZ_CHECK(setitimer(ITIMER_PROF, &t, NULL) == 0);
}

/* In a block of exactly its size, so that a sanitizer sees each byte read behind it. */
static void run_file(const char *dir, const char *name)
{
	char path[4096];
	FILE *f;
	uint8_t *bytes;
	long len;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rb");
	FUZZ_CHECK(f && !fseek(f, 0, SEEK_END) && (len = ftell(f)) >= 0);
	rewind(f);
	bytes = malloc(len ? (size_t)len : 1);
	FUZZ_CHECK(bytes && fread(bytes, 1, (size_t)len, f) == (size_t)len);
	fclose(f);
	set_timer(SECONDS);
	(void)LLVMFuzzerTestOneInput(bytes, (size_t)len);
	set_timer(0);
	free(bytes);
}

static int is_input(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* replay NAME DIRECTORY: TAP with one test; the inputs are comments, so that the last one is known
 * after a crash. */
int main(int argc, char **argv)
{
	struct dirent **inputs = NULL;
	struct rusage used;
	int n = argc == 3 ? scandir(argv[2], &inputs, is_input, alphasort) : -1;

	puts("1..1");
	if (n <= 0) {
		puts("not ok 1 - there is no corpus");
		return 1;
	}
	signal(SIGPROF, on_timer);
	for (int i = 0; i < n; i++) {
		printf("# %s\n", inputs[i]->d_name);
		fflush(stdout);
		run_file(argv[2], inputs[i]->d_name);
		getrusage(RUSAGE_SELF, &used);
		if (used.ru_maxrss > KILOBYTES) {
			printf("not ok 1 - %ld kB of memory, limit %d\n", used.ru_maxrss,
				KILOBYTES);
			return 1;
		}
		free(inputs[i]);
	}
	free(inputs);
	printf("ok 1 - %s: %d inputs\n", argv[1], n);
	return 0;
}
