/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/source/test_nix_snap.c: databases beside writers and after crashes, read without a
 * trace. */
#include <sys/wait.h>

#include "support/nix_read.h"

/* A program that holds the database open. */
struct writer {
	pid_t pid;
	int to, from; /* one byte each: go on, done */
};

/* Run sql in another process, which keeps the connection until writer_end(). Lines of more are run
 * by writer_step(). */
static void writer_start(struct writer *w, const struct nix_temp *t, const char *name,
	const char *sql, const char *more)
{
	int to[2], from[2];
	char byte = 0;

	assert_int_equal(pipe2(to, O_CLOEXEC), 0);
	assert_int_equal(pipe2(from, O_CLOEXEC), 0);
	w->pid = fork();
	assert_true(w->pid >= 0);
	if (!w->pid) {
		sqlite3 *db;
		char path[2 * NIX_TEXT];

		close(to[1]);
		snprintf(path, sizeof(path), "%s/%s", t->dir, name);
		if (sqlite3_open(path, &db) != SQLITE_OK ||
			sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK ||
			write(from[1], "", 1) != 1)
			_exit(1);
		while (read(to[0], &byte, 1) == 1)
			if (sqlite3_exec(db, more, NULL, NULL, NULL) != SQLITE_OK ||
				write(from[1], "", 1) != 1)
				_exit(1);
		/* As a crash would: nothing is checkpointed, nothing is removed. */
		_exit(0);
	}
	close(to[0]);
	close(from[1]);
	w->to = to[1];
	w->from = from[0];
	assert_int_equal(read(w->from, &byte, 1), 1);
}

static void writer_step(struct writer *w)
{
	char byte;

	assert_int_equal(write(w->to, "", 1), 1);
	assert_int_equal(read(w->from, &byte, 1), 1);
}

static void writer_end(struct writer *w)
{
	int status;

	close(w->to);
	close(w->from);
	assert_int_equal(waitpid(w->pid, &status, 0), w->pid);
	assert_int_equal(status, 0);
}

#define NEW_PATH "/nix/store/00000000000000000000000000000007-new"
#define INSERT_NEW                                                                                 \
	"insert into ValidPaths (id, path, hash, registrationTime, narSize) values (7, '" NEW_PATH \
	"', 'sha256:0000000000000000000000000000000000000000000000000000000000000007', 1, 120);"

static void case_043_newer_transactions_in_the_log_are_seen(void **state)
{
	const struct nix_temp *t = *state;
	struct writer w;

	nix_db_make(t, "db", "wal");
	writer_start(&w, t, "db", INSERT_NEW, NULL);
	assert_int_equal(faccessat(t->fd, "db-shm", F_OK, 0), 0);
	assert_reads(t, "db", NEW_PATH, 1);
	assert_reads(t, "db", app(), 3);
	writer_end(&w);
	/* The writer crashed: log and index stay. */
	assert_reads(t, "db", NEW_PATH, 1);
	/* A log alone. */
	assert_int_equal(unlinkat(t->fd, "db-shm", 0), 0);
	assert_reads(t, "db", NEW_PATH, 1);
	/* An empty log, as after a checkpoint, is none. */
	write_file(t, "db-wal", "", 0);
	assert_reads(t, "db", app(), 3);
}

static void case_043_an_index_that_is_no_use_is_not_used(void **state)
{
	const struct nix_temp *t = *state;
	uint8_t junk[32768];
	struct writer w;

	nix_db_make(t, "db", "wal");
	writer_start(&w, t, "db", INSERT_NEW, NULL);
	writer_end(&w);
	write_file(t, "db-shm", "", 0);
	assert_reads(t, "db", NEW_PATH, 1);
	memset(junk, 0x5a, sizeof(junk));
	write_file(t, "db-shm", junk, sizeof(junk));
	assert_reads(t, "db", NEW_PATH, 1);
	memset(junk, 0, sizeof(junk));
	write_file(t, "db-shm", junk, sizeof(junk));
	assert_reads(t, "db", NEW_PATH, 1);
}

static void case_043_a_log_that_does_not_fit_is_ignored(void **state)
{
	const struct nix_temp *t = *state;
	struct writer w;
	uint8_t *log;
	size_t len;
	struct text ours = { 0 };

	nix_db_make(t, "db", "wal");
	writer_start(&w, t, "db", INSERT_NEW, NULL);
	writer_end(&w);
	log = read_file(t, "db-wal", &len);
	assert_int_equal(unlinkat(t->fd, "db-shm", 0), 0);
	log[16] ^= 1; /* the salt of the header; the frames keep theirs */
	write_file(t, "db-wal", log, len);
	assert_int_equal(read_text(t, "db", NEW_PATH, &ours), OCIT_E_NOT_FOUND);
	assert_reads(t, "db", app(), 3);
	write_file(t, "db-wal", "noise", 5);
	assert_reads(t, "db", app(), 3);
	free(log);
	text_done(&ours);
}

/* Do fn in another process as an ordinary user. */
static void as_user(void (*fn)(void **), void **state)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		if (geteuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
			_exit(2);
		fn(state);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void read_app(void **state)
{
	struct text ours = { 0 };

	if (read_text(*state, "db", app(), &ours) != 0)
		_exit(3);
	text_done(&ours);
}

static void case_044_nothing_is_written_beside_the_database(void **state)
{
	static const char *const journals[] = { "delete", "wal" };
	const struct nix_temp *t = *state;
	char before[LISTING], after[LISTING];
	struct writer w;

	for (size_t i = 0; i < ARRAY_LEN(journals); i++) {
		nix_db_make(t, "db", journals[i]);
		assert_int_equal(fchmod(t->fd, 0555), 0);
		nix_temp_listing(t, before, sizeof(before));
		as_user(read_app, state);
		assert_reads(t, "db", app(), 3);
		nix_temp_listing(t, after, sizeof(after));
		assert_string_equal(before, after);
		assert_int_equal(fchmod(t->fd, 0755), 0);
		assert_int_equal(unlinkat(t->fd, "db", 0), 0);
	}
	nix_db_make(t, "db", "wal");
	writer_start(&w, t, "db", INSERT_NEW, NULL);
	assert_int_equal(fchmod(t->fd, 0555), 0);
	as_user(read_app, state);
	writer_end(&w);
	as_user(read_app, state);
	assert_int_equal(fchmod(t->fd, 0755), 0);
	assert_int_equal(unlinkat(t->fd, "db-shm", 0), 0);
	as_user(read_app, state);
}

static void case_044_a_log_that_went_meanwhile_is_not_made_again(void **state)
{
	static const enum nix_sql_mode modes[] = { NIX_SQL_SHARED, NIX_SQL_PRIVATE,
		NIX_SQL_LOCKED };
	const struct nix_temp *t = *state;
	char before[LISTING], after[LISTING];

	nix_db_make(t, "db", "wal");
	nix_temp_listing(t, before, sizeof(before));
	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		struct nix_sql *sql = NULL;
		struct ctx cx;

		assert_int_equal(ctx_init(&cx, NULL), 0);
		assert_int_equal(nix_sql_open(&cx, t->fd, "db", modes[i], &sql), OCIT_E_SYSTEM);
		assert_null(sql);
		nix_temp_listing(t, after, sizeof(after));
		assert_string_equal(before, after);
	}
}

static void case_045_a_lock_that_stays_is_busy(void **state)
{
	const struct nix_temp *t = *state;
	struct writer w;

	nix_db_make(t, "db", "delete");
	writer_start(&w, t, "db", "begin exclusive", NULL);
	assert_refused(t, "db", app(), OCIT_E_BUSY, "locked");
	writer_end(&w);
	assert_reads(t, "db", app(), 3);
	/* With a log nobody has to wait for the writer. */
	nix_db_make(t, "log", "wal");
	writer_start(&w, t, "log", "begin exclusive;" INSERT_NEW, NULL);
	assert_reads(t, "log", app(), 3);
	writer_end(&w);
}

static void a_transaction_that_was_not_finished_is_busy(void **state)
{
	const struct nix_temp *t = *state;
	struct writer w;

	nix_db_make(t, "db", "delete");
	/* A cache of one page makes SQLite write before it commits. */
	writer_start(&w, t, "db",
		"pragma cache_size = 1; begin; update ValidPaths set deriver = hex(zeroblob(3000))",
		NULL);
	writer_end(&w);
	assert_refused(t, "db", app(), OCIT_E_BUSY, "not finished");
}

static void case_046_all_readings_see_one_state(void **state)
{
	const struct nix_temp *t = *state;
	struct writer w;
	struct reading g;
	bool found = false;

	nix_db_make(t, "db", "wal");
	writer_start(&w, t, "db", "update ValidPaths set ultimate = 1", INSERT_NEW);
	reading_open(&g, t, "db");
	assert_int_equal(reading_read(&g, other(), &found), 0);
	writer_step(&w);
	assert_int_equal(reading_read(&g, NEW_PATH, &found), 0);
	assert_false(found);
	assert_int_equal(reading_read(&g, app(), &found), 0);
	assert_true(found);
	assert_int_equal(g.rows.snapshot, 1);
	reading_close(&g);
	assert_reads(t, "db", NEW_PATH, 1);
	writer_end(&w);
}

static void a_database_that_changed_without_a_log_is_read_again(void **state)
{
	const struct nix_temp *t = *state;
	struct reading g;
	bool found = false;
	sqlite3 *db;

	nix_db_make(t, "db", "wal");
	reading_open(&g, t, "db");
	assert_int_equal(reading_read(&g, app(), &found), 0);
	db = nix_db_open(t, "db");
	nix_exec(db, INSERT_NEW "insert into Refs values (7, 1); insert into Refs values (7, 4)");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(reading_read(&g, NEW_PATH, &found), 0);
	assert_true(found);
	assert_int_equal(g.rows.snapshot, 2);
	assert_int_equal(g.rows.n_rows, 5); /* new, other, and the three known before */
	assert_int_equal(nix_rows_get(&g.rows, NEW_PATH)->n_refs, 2);
	assert_int_equal(nix_rows_get(&g.rows, app())->n_refs, 2);
	reading_close(&g);
}

static void a_path_registered_anew_is_the_same_path(void **state)
{
	const struct nix_temp *t = *state;
	struct reading g;
	bool found = false;
	sqlite3 *db;

	nix_db_make(t, "db", "wal");
	reading_open(&g, t, "db");
	assert_int_equal(reading_read(&g, other(), &found), 0);
	assert_int_equal(reading_read(&g, app(), &found), 0);
	db = nix_db_open(t, "db");
	nix_exec(db,
		"update ValidPaths set id = 8 where id = 4;" INSERT_NEW
		"insert into Refs values (7, 8); insert into Refs values (7, 7);"
		"insert into ValidPaths (id, path, hash, registrationTime, narSize) select"
		" 9, replace(path, '7-new', '9-more'), hash, 1, 120 from ValidPaths where id = 7;"
		"insert into Refs values (7, 9); insert into Refs values (9, 8)");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(reading_read(&g, NEW_PATH, &found), 0);
	assert_true(found);
	assert_int_equal(g.rows.n_rows, 6);
	assert_int_equal(nix_rows_get(&g.rows, other())->id, 8);
	/* The same name with other content is not. */
	db = nix_db_open(t, "db");
	nix_exec(db, "update ValidPaths set narSize = narSize + 8 where id = 3");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(
		reading_read(&g, "/nix/store/00000000000000000000000000000003-x", &found), 0);
	assert_int_equal(g.rows.snapshot, 3);
	db = nix_db_open(t, "db");
	nix_exec(db, "insert into ValidPaths (id, path, hash, registrationTime, narSize) select"
		     " 10, replace(path, '7-new', '5-last'), hash, 1, 120 from ValidPaths"
		     " where id = 7; insert into Refs values (10, 3)");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(
		reading_read(&g, "/nix/store/00000000000000000000000000000005-last", &found),
		OCIT_E_BUSY);
	assert_non_null(strstr(ctx_message(&g.cx), "03-data' was registered anew"));
	assert_int_equal(g.rows.n_rows, 6);
	reading_close(&g);
}

static void a_copy_of_what_changed_meanwhile_does_not_hold(void **state)
{
	const struct nix_temp *t = *state;
	const struct nix_file file = { .dirfd = t->fd, .name = "db" };
	struct nix_snap snap;
	struct writer w;
	struct ctx cx;

	nix_db_make(t, "db", "wal");
	writer_start(&w, t, "db", INSERT_NEW, "update ValidPaths set ultimate = 1");
	assert_int_equal(unlinkat(t->fd, "db-shm", 0), 0);
	assert_int_equal(ctx_init(&cx, NULL), 0);
	nix_snap_init(&snap);
	assert_int_equal(nix_snap_open(&cx, &snap, &file), 0);
	assert_int_equal(snap.mode, NIX_SQL_PRIVATE);
	assert_true(nix_snap_holds(&snap, &file, false));
	writer_step(&w);
	assert_false(nix_snap_holds(&snap, &file, false));
	nix_snap_close(&snap);
	writer_end(&w);
}

static void each_kind_of_database_is_opened_in_its_way(void **state)
{
	const struct nix_temp *t = *state;
	static const struct {
		const char *name;
		enum nix_sql_mode mode;
	} cases[] = {
		{ "delete", NIX_SQL_LOCKED },
		{ "wal", NIX_SQL_IMMUTABLE },
		{ "live", NIX_SQL_SHARED },
	};
	struct writer w;

	nix_db_make(t, "delete", "delete");
	nix_db_make(t, "wal", "wal");
	nix_db_make(t, "live", "wal");
	writer_start(&w, t, "live", INSERT_NEW, NULL);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct nix_file file = { .dirfd = t->fd, .name = cases[i].name };
		struct nix_snap snap;
		struct ctx cx;

		assert_int_equal(ctx_init(&cx, NULL), 0);
		nix_snap_init(&snap);
		assert_int_equal(nix_snap_open(&cx, &snap, &file), 0);
		assert_int_equal(snap.mode, cases[i].mode);
		nix_snap_close(&snap);
	}
	writer_end(&w);
}

static void case_055_only_a_plain_file_is_opened(void **state)
{
	const struct nix_temp *t = *state;
	struct writer w;

	nix_db_make(t, "db", "wal");
	assert_int_equal(symlinkat("db", t->fd, "link"), 0);
	assert_refused(t, "link", app(), OCIT_E_FORMAT, "it is a symbolic link");
	assert_int_equal(mkfifoat(t->fd, "fifo", 0600), 0);
	assert_refused(t, "fifo", app(), OCIT_E_FORMAT, "it is not a regular file");
	assert_int_equal(mkdirat(t->fd, "dir", 0700), 0);
	assert_refused(t, "dir", app(), OCIT_E_FORMAT, "it is not a regular file");
	assert_int_equal(mkfifoat(t->fd, "db-wal", 0600), 0);
	assert_refused(t, "db", app(), OCIT_E_FORMAT, "'db-wal' is not a regular file");
	assert_int_equal(unlinkat(t->fd, "db-wal", 0), 0);
	assert_int_equal(symlinkat("/etc/passwd", t->fd, "db-shm"), 0);
	assert_refused(t, "db", app(), OCIT_E_FORMAT, "'db-shm' is not a regular file");
	assert_int_equal(unlinkat(t->fd, "db-shm", 0), 0);
	/* Names that mean something in a URI. */
	nix_db_make(t, "a b?mode=rw#%41.sqlite", "wal");
	assert_reads(t, "a b?mode=rw#%41.sqlite", app(), 3);
	nix_db_make(t, "a?b", "wal");
	writer_start(&w, t, "a?b", INSERT_NEW, NULL);
	writer_end(&w);
	assert_reads(t, "a?b", NEW_PATH, 1);
}

/* Copy a golden file, as their readme asks. */
static void copy_vector(const struct nix_temp *t, const char *from, const char *to)
{
	char path[512];
	struct nix_temp shared = { .fd = -1 };
	uint8_t *bytes;
	size_t len;

	snprintf(path, sizeof(path), "%s/acceptance/nix-vectors/db", getenv("OCITOOLS_SHARED"));
	shared.fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(shared.fd >= 0);
	bytes = read_file(&shared, from, &len);
	write_file(t, to, bytes, len);
	free(bytes);
	close(shared.fd);
}

#define VECTOR(hash, name) "/nix/store/" hash "-" name

static void databases_of_nix_itself_are_read(void **state)
{
	static const struct {
		const char *path;
		int count;
	} roots[] = {
		{ VECTOR("jqh23f5k4invj5vdfryg824200173azs", "link"), 4 },
		{ VECTOR("hlw7hlwpdfxl7x86mggvmrq09w0na6vk", "app-1.0"), 3 },
		{ VECTOR("f8bc49zc62iy9rnybmkj3znzkvav866f", "lib-1.0"), 1 },
		{ VECTOR("j75xh205rjvwmp2h61zsnhmpds3ixp0y", "leaf.txt"), 1 },
		{ VECTOR("21ms7ghwn3cz7qfanbs3xyg5wm36a4y2", "fixed"), 1 },
	};
	static const char only_in_log[] = VECTOR("00000000000000000000000000000001", "only-in-wal");
	const struct nix_temp *t = *state;
	struct text none = { 0 };

	if (!getenv("OCITOOLS_SHARED")) {
		test_skip("OCITOOLS_SHARED is not set");
		return;
	}
	copy_vector(t, "closed.sqlite", "closed");
	copy_vector(t, "delete-mode.sqlite", "delete");
	copy_vector(t, "wal.sqlite", "alone");
	copy_vector(t, "wal.sqlite", "wal");
	copy_vector(t, "wal.sqlite-wal", "wal-wal");
	for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
		assert_reads(t, "closed", roots[i].path, roots[i].count);
		assert_reads(t, "delete", roots[i].path, roots[i].count);
		assert_reads(t, "alone", roots[i].path, roots[i].count);
		assert_reads(t, "wal", roots[i].path, roots[i].count);
	}
	assert_reads(t, "wal", only_in_log, 1);
	assert_int_equal(read_text(t, "alone", only_in_log, &none), OCIT_E_NOT_FOUND);
	text_done(&none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NIX_TEST(case_043_newer_transactions_in_the_log_are_seen),
		NIX_TEST(case_043_an_index_that_is_no_use_is_not_used),
		NIX_TEST(case_043_a_log_that_does_not_fit_is_ignored),
		NIX_TEST(case_044_nothing_is_written_beside_the_database),
		NIX_TEST(case_044_a_log_that_went_meanwhile_is_not_made_again),
		NIX_TEST(case_045_a_lock_that_stays_is_busy),
		NIX_TEST(a_transaction_that_was_not_finished_is_busy),
		NIX_TEST(case_046_all_readings_see_one_state),
		NIX_TEST(a_database_that_changed_without_a_log_is_read_again),
		NIX_TEST(a_path_registered_anew_is_the_same_path),
		NIX_TEST(a_copy_of_what_changed_meanwhile_does_not_hold),
		NIX_TEST(each_kind_of_database_is_opened_in_its_way),
		NIX_TEST(case_055_only_a_plain_file_is_opened),
		NIX_TEST(databases_of_nix_itself_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
