/* SPDX-License-Identifier: Apache-2.0 */
/* fault/inject.c: run a program and let chosen system calls of it fail, shrink or bring a signal.
 */
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RULES_MAX = 8, CALLS_MAX = 64, BREAKPOINT = 0xcc, SETUP_FAILED = 120 };

#define CALL(name)                                                                                 \
	{                                                                                          \
#name, SYS_##name                                                                  \
	}
static const struct call {
	const char *name;
	long number;
} calls[] = {
	CALL(openat),
	CALL(openat2),
	CALL(read),
	CALL(pread64),
	CALL(write),
	CALL(pwrite64),
	CALL(writev),
	CALL(copy_file_range),
	CALL(ioctl),
	CALL(mkdirat),
	CALL(symlinkat),
	CALL(linkat),
	CALL(mknodat),
	CALL(fchownat),
	CALL(fchown),
	CALL(fchmod),
	CALL(fchmodat),
	CALL(fsetxattr),
	CALL(fremovexattr),
	CALL(utimensat),
	CALL(fsync),
	CALL(fdatasync),
	CALL(syncfs),
	CALL(close),
	CALL(renameat),
	CALL(renameat2),
	CALL(unlinkat),
	CALL(getdents64),
	CALL(flock),
	CALL(fcntl),
	CALL(newfstatat),
	CALL(fstat),
	CALL(statx),
	CALL(readlinkat),
	CALL(getrandom),
	CALL(lseek),
	CALL(ftruncate),
	CALL(mmap),
	CALL(clone3),
	CALL(getcwd),
	CALL(poll),
};

enum { N_CALLS = sizeof(calls) / sizeof(calls[0]) };

enum action { ACT_NONE, ACT_ERROR, ACT_AFTER, ACT_SIGNAL, ACT_SHORT, ACT_RUN };

/* CALL[,CALL]...:WHEN:ACTION */
struct rule {
	bool wanted[N_CALLS];
	uint64_t first, last; /* which of these calls are hit; from 1 */
	enum action action;
	long value;          /* error or signal */
	const char *program; /* run before the call, while everything stands still */
	uint64_t count, hits;
	const char *name; /* of the last call that was hit */
};

struct run {
	struct rule rules[RULES_MAX];
	size_t n_rules;
	pid_t pid;
	bool armed;      /* the loader is through */
	uint64_t entry;  /* where the program begins */
	long entry_word; /* what stands there */
	pid_t after;     /* the thread whose call is to end with error; 0: none */
	long after_error;
	int left; /* descriptors beyond 0 to 2 at the end; -1: not seen */
};

static void die(const char *what)
{
	fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
	exit(SETUP_FAILED);
}

static void usage(const char *what)
{
	fprintf(stderr,
		"inject: %s\nusage: inject REPORT CALL[,CALL]...:WHEN:ACTION... -- PROGRAM "
		"[ARG]...\n"
		"WHEN: N, N+ (from N on) or 0 (only count); ACTION: error=E, after=E, signal=S, "
		"short, run=PROGRAM\n",
		what);
	exit(SETUP_FAILED);
}

static int call_find(const char *name)
{
	for (int i = 0; i < N_CALLS; i++)
		if (!strcmp(calls[i].name, name))
			return i;
	usage(name);
	return -1;
}

static int call_index(uint64_t number)
{
	for (int i = 0; i < N_CALLS; i++)
		if ((uint64_t)calls[i].number == number)
			return i;
	return -1;
}

static void parse_action(struct rule *r, const char *text)
{
	static const struct {
		const char *word;
		enum action action;
	} words[] = { { "error=", ACT_ERROR }, { "after=", ACT_AFTER }, { "signal=", ACT_SIGNAL } };

	if (!strcmp(text, "short")) {
		r->action = ACT_SHORT;
		return;
	}
	if (!strncmp(text, "run=", 4)) {
		r->action = ACT_RUN;
		r->program = text + 4;
		return;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i].word);

		if (strncmp(text, words[i].word, len) != 0)
			continue;
		r->action = words[i].action;
		r->value = strtol(text + len, NULL, 10);
		return;
	}
	usage(text);
}

static void parse_rule(struct rule *r, char *text)
{
	char *when = strchr(text, ':');
	char *action = when ? strchr(when + 1, ':') : NULL;
	char *end;

	if (!action)
		usage(text);
	*when++ = '\0';
	*action++ = '\0';
	for (char *name = strtok(text, ","); name; name = strtok(NULL, ","))
		r->wanted[call_find(name)] = true;
	r->first = strtoull(when, &end, 10);
	r->last = *end == '+' ? UINT64_MAX : r->first;
	parse_action(r, action);
}

/* Only the calls that some rule names stop. */
static void install_filter(const struct run *run)
{
	struct sock_filter code[2 * N_CALLS + 8];
	struct sock_fprog program = { .filter = code };
	unsigned n = 0;

	code[n++] = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < N_CALLS; i++) {
		bool wanted = false;

		for (size_t k = 0; k < run->n_rules; k++)
			wanted |= run->rules[k].wanted[i];
		if (!wanted)
			continue;
		code[n++] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)calls[i].number, 0, 1);
		code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program.len = (unsigned short)n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
		die("seccomp");
}

static void start(struct run *run, char **argv)
{
	const long options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
			     PTRACE_O_TRACEEXIT | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
	int status;

	run->pid = fork();
	if (run->pid < 0)
		die("fork");
	if (run->pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
			die("ptrace");
		raise(SIGSTOP);
		install_filter(run);
		execv(argv[0], argv);
		die(argv[0]);
	}
	if (waitpid(run->pid, &status, 0) < 0 || !WIFSTOPPED(status))
		die("start");
	if (ptrace(PTRACE_SETOPTIONS, run->pid, NULL, options) < 0)
		die("ptrace options");
	if (ptrace(PTRACE_CONT, run->pid, NULL, NULL) < 0)
		die("ptrace");
}

/* Calls of the loader do not count: a breakpoint stands where the program itself begins. */
static void break_at_entry(struct run *run)
{
	char path[64];
	Elf64_auxv_t aux;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/auxv", (int)run->pid);
	f = fopen(path, "re");
	if (!f)
		die(path);
	while (fread(&aux, sizeof(aux), 1, f) == 1)
		if (aux.a_type == AT_ENTRY)
			run->entry = aux.a_un.a_val;
	fclose(f);
	errno = 0;
	run->entry_word = ptrace(PTRACE_PEEKTEXT, run->pid, run->entry, NULL);
	if (errno || ptrace(PTRACE_POKETEXT, run->pid, run->entry,
			     (run->entry_word & ~0xffL) | BREAKPOINT) < 0)
		die("breakpoint");
}

/* True if this trap was ours. */
static bool pass_entry(struct run *run, pid_t tid)
{
	struct user_regs_struct regs;

	if (run->armed || ptrace(PTRACE_GETREGS, tid, NULL, &regs) < 0 ||
		regs.rip != run->entry + 1)
		return false;
	regs.rip = run->entry;
	ptrace(PTRACE_POKETEXT, tid, run->entry, run->entry_word);
	ptrace(PTRACE_SETREGS, tid, NULL, &regs);
	run->armed = true;
	return true;
}

/* One byte of the many. */
static void shorten(struct user_regs_struct *regs)
{
	unsigned long long *len = regs->orig_rax == SYS_copy_file_range ? &regs->r8 : &regs->rdx;

	if (*len > 1)
		*len = 1;
}

/* The program changes the world between two calls of the one that is watched. */
static void run_program(const char *program)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		die("fork");
	if (child == 0) {
		execl(program, program, (char *)NULL);
		die(program);
	}
	if (waitpid(child, &status, 0) < 0 || status)
		die(program);
}

/* Returns how the thread goes on. */
static int act(struct run *run, const struct rule *r, pid_t tid, struct user_regs_struct *regs)
{
	switch (r->action) {
	case ACT_ERROR:
		regs->orig_rax = (unsigned long long)-1;
		regs->rax = (unsigned long long)-r->value;
		break;
	case ACT_AFTER:
		run->after = tid;
		run->after_error = r->value;
		return PTRACE_SYSCALL;
	case ACT_SIGNAL:
		kill(run->pid, (int)r->value);
		return PTRACE_CONT;
	case ACT_RUN:
		run_program(r->program);
		return PTRACE_CONT;
	case ACT_SHORT:
		shorten(regs);
		break;
	default:
		return PTRACE_CONT;
	}
	ptrace(PTRACE_SETREGS, tid, NULL, regs);
	return PTRACE_CONT;
}

static int at_call(struct run *run, pid_t tid)
{
	struct user_regs_struct regs;
	int index;

	if (!run->armed || ptrace(PTRACE_GETREGS, tid, NULL, &regs) < 0)
		return PTRACE_CONT;
	index = call_index(regs.orig_rax);
	for (size_t i = 0; i < run->n_rules; i++) {
		struct rule *r = &run->rules[i];

		if (index < 0 || !r->wanted[index])
			continue;
		r->count++;
		if (r->count < r->first || r->count > r->last)
			continue;
		r->hits++;
		r->name = calls[index].name;
		return act(run, r, tid, &regs);
	}
	return PTRACE_CONT;
}

static void end_call(struct run *run, pid_t tid)
{
	struct user_regs_struct regs;

	if (run->after != tid || ptrace(PTRACE_GETREGS, tid, NULL, &regs) < 0)
		return;
	regs.rax = (unsigned long long)-run->after_error;
	ptrace(PTRACE_SETREGS, tid, NULL, &regs);
	run->after = 0;
}

static void count_descriptors(struct run *run)
{
	char path[64];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)run->pid);
	dir = opendir(path);
	if (!dir)
		return;
	run->left = 0;
	for (const struct dirent *e; (e = readdir(dir));)
		run->left += e->d_name[0] != '.' && strtol(e->d_name, NULL, 10) > STDERR_FILENO;
	closedir(dir);
}

static void at_stop(struct run *run, pid_t tid, int status)
{
	int number = WSTOPSIG(status);
	int how = PTRACE_CONT;
	int deliver = 0;

	switch (status >> 16) {
	case PTRACE_EVENT_SECCOMP:
		how = at_call(run, tid);
		break;
	case PTRACE_EVENT_EXEC:
		break_at_entry(run);
		break;
	case PTRACE_EVENT_EXIT:
		if (tid == run->pid)
			count_descriptors(run);
		break;
	case 0:
		if (number == (SIGTRAP | 0x80))
			end_call(run, tid);
		else if (!(number == SIGTRAP && pass_entry(run, tid)) && number != SIGSTOP)
			deliver = number;
		break;
	default: /* a thread was born */
		break;
	}
	ptrace(how, tid, NULL, deliver);
}

/* Until the program is gone; what it ended with. */
static int follow(struct run *run)
{
	int status;
	pid_t tid;

	for (;;) {
		tid = waitpid(-1, &status, __WALL);
		if (tid < 0)
			die("wait");
		if (WIFSTOPPED(status))
			at_stop(run, tid, status);
		else if (tid == run->pid)
			return status;
	}
}

static void report(const struct run *run, const char *path, int status)
{
	FILE *f = fopen(path, "we");

	if (!f)
		die(path);
	fprintf(f, "status %d\nleft %d\n",
		WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status), run->left);
	for (size_t i = 0; i < run->n_rules; i++)
		fprintf(f, "rule %llu %llu %s\n", (unsigned long long)run->rules[i].count,
			(unsigned long long)run->rules[i].hits,
			run->rules[i].name ? run->rules[i].name : "-");
	if (fclose(f))
		die(path);
}

int main(int argc, char **argv)
{
	static struct run run = { .left = -1 };
	int at = 2;

	for (; at < argc && strcmp(argv[at], "--") != 0; at++) {
		if (run.n_rules == RULES_MAX)
			usage("too many rules");
		parse_rule(&run.rules[run.n_rules++], argv[at]);
	}
	if (at + 1 >= argc)
		usage("no program");
	start(&run, argv + at + 1);
	report(&run, argv[1], follow(&run));
	return 0;
}
