/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_nix_rows.c: a Nix database with any bytes: an error, or a closure that keeps
 * every rule; nothing is left beside it. */
#include <fcntl.h>
#include <unistd.h>

#include "fuzz/fuzz.h"
#include "source/nix_path.h"
#include "source/nix_rows.h"

static const char store_dir[] = "/nix/store";
static const char app[] = "/nix/store/00000000000000000000000000000001-app-1.0";
/* What is behind it is the write-ahead log. */
static const char log_mark[] = "\n--log--\n";

static char dir_name[4096];

static void remove_dir(void)
{
	static const char *const names[] = { "/db", "/db-wal", "" };
	size_t len = strlen(dir_name);

	for (size_t i = 0; i < 3; i++) {
		snprintf(dir_name + len, sizeof(dir_name) - len, "%s", names[i]);
		(void)remove(dir_name);
	}
}

/* One directory for the whole process; every input replaces the files in it. */
static int open_dir(void)
{
	static int fd = -1;
	const char *tmp = getenv("TMPDIR");

	if (fd >= 0)
		return fd;
	snprintf(dir_name, sizeof(dir_name), "%s/fuzz-nix-XXXXXX", tmp ? tmp : "/tmp");
	FUZZ_CHECK(mkdtemp(dir_name) && atexit(remove_dir) == 0);
	fd = open(dir_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	FUZZ_CHECK(fd >= 0);
	return fd;
}

static void write_file(int dir, const char *name, const uint8_t *bytes, size_t len)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	FUZZ_CHECK(fd >= 0 && write(fd, bytes, len) == (ssize_t)len && close(fd) == 0);
}

static void write_files(int dir, const uint8_t *bytes, size_t len)
{
	const uint8_t *mark = memmem(bytes, len, log_mark, strlen(log_mark));
	const uint8_t *log = mark ? mark + strlen(log_mark) : NULL;

	write_file(dir, "db", bytes, mark ? (size_t)(mark - bytes) : len);
	(void)unlinkat(dir, "db-wal", 0);
	if (log)
		write_file(dir, "db-wal", log, (size_t)(bytes + len - log));
}

static void check_row(const struct nix_rows *n, const struct nix_row *row)
{
	const char *name = row->path + strlen(store_dir) + 1;

	FUZZ_CHECK(!strncmp(row->path, store_dir, strlen(store_dir)) && name[-1] == '/');
	FUZZ_CHECK(nix_name_check(name, strlen(name)) == NIX_FINE);
	FUZZ_CHECK(row->nar_size > 0 && row->nar_size <= INT64_MAX);
	FUZZ_CHECK(nix_rows_get(n, row->path) == row);
	FUZZ_CHECK((uint64_t)row->first_ref + row->n_refs <= n->n_refs);
	for (uint32_t i = 0; i < row->n_refs; i++)
		FUZZ_CHECK(n->refs[row->first_ref + i] < n->n_rows);
}

/* Each row but the first is there because another refers to it. */
static void check_rows(const struct nix_rows *n, uint32_t root)
{
	FUZZ_CHECK(root == 0 && !strcmp(n->rows[root].path, app));
	for (size_t i = 0; i < n->n_rows; i++)
		check_row(n, &n->rows[i]);
	for (uint32_t i = 1; i < n->n_rows; i++) {
		size_t k = 0;

		while (k < n->n_refs && n->refs[k] != i)
			k++;
		FUZZ_CHECK(k < n->n_refs);
	}
}

static int read_rows(int dir, struct nix_rows *n)
{
	bool found = false;
	uint32_t root = 0;
	struct ctx cx;
	int r;

	fuzz_ctx(&cx);
	nix_rows_init(n, store_dir);
	n->file = (struct nix_file){ .dirfd = dir, .name = "db" };
	r = nix_rows_read(&cx, n, app, &found, &root);
	fuzz_judge(&cx, r);
	FUZZ_CHECK(r == 0 || (!n->n_rows && !n->n_refs && !n->snap.sql));
	if (r == 0 && found)
		check_rows(n, root);
	return r;
}

/* The same numbers for the same seed. */
static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* One byte, or up to 512 of them, become others of the file: what moves none keeps the pages whole.
 */
static void edit(uint8_t *bytes, size_t len, uint32_t *seed)
{
	static const size_t lengths[] = { 1, 1, 2, 4, 8, 64, 512 };
	static const uint8_t values[] = { 0, 1, 0x7f, 0x80, 0xff };
	size_t n = lengths[next_random(seed) % 7], from, to;

	if (n > len)
		n = len;
	from = next_random(seed) % (len - n + 1);
	to = next_random(seed) % (len - n + 1);
	if (n == 512) {
		from -= from % 512;
		to -= to % 512;
	}
	if (n > 1)
		memmove(bytes + to, bytes + from, n);
	else if (next_random(seed) % 2)
		bytes[to] = values[next_random(seed) % 5];
	else
		bytes[to] ^= (uint8_t)(1u << next_random(seed) % 8);
}

/* libFuzzer asks for it, and takes what comes back as the next input. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t len, size_t max, unsigned seed);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t len, size_t max, unsigned seed)
{
	uint32_t random = seed;

	(void)max;
	for (uint32_t n = len ? 1 + next_random(&random) % 4 : 0; n; n--)
		edit(bytes, len, &random);
	return next_random(&random) % 16 ? len : len - len % 512 - (len >= 512 ? 512 : 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct nix_rows first, second;
	int dir = open_dir();

	write_files(dir, bytes, len);
	FUZZ_CHECK(read_rows(dir, &first) == read_rows(dir, &second));
	FUZZ_CHECK(first.n_rows == second.n_rows && first.n_refs == second.n_refs);
	for (size_t i = 0; i < first.n_rows; i++)
		FUZZ_CHECK(!strcmp(first.rows[i].path, second.rows[i].path));
	nix_rows_done(&first);
	nix_rows_done(&second);
	FUZZ_CHECK(
		faccessat(dir, "db-shm", F_OK, 0) < 0 && faccessat(dir, "db-journal", F_OK, 0) < 0);
	return 0;
}
