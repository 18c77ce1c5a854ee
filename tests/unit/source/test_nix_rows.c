/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/source/test_nix_rows.c: closures out of databases good, damaged and hostile. */
#include "support/nix_read.h"

static void a_closure_is_read_with_hashes_sizes_and_references(void **state)
{
	static const char *const journals[] = { "delete", "wal" };
	const struct nix_temp *t = *state;

	for (size_t i = 0; i < ARRAY_LEN(journals); i++) {
		struct text ours = { 0 }, oracle = { 0 };

		nix_db_make(t, journals[i], journals[i]);
		assert_int_equal(read_text(t, journals[i], app(), &ours), 0);
		assert_true(oracle_text(t, journals[i], app(), &oracle));
		assert_string_equal(ours.data, oracle.data);
		assert_non_null(strstr(ours.data,
			"000001-app-1.0 sha256:00000000000000000000000000000000000000000000"
			"00000000000000000001 104 "
			"/nix/store/00000000000000000000000000000002-lib"));
		assert_reads(t, journals[i], app(), 3);
		assert_reads(t, journals[i], other(), 1);
		text_done(&ours);
		text_done(&oracle);
	}
}

static void what_is_not_registered_is_not_found(void **state)
{
	const struct nix_temp *t = *state;
	struct reading g;
	bool found = true;
	char path[NIX_TEXT];

	nix_db_make(t, "db", "wal");
	reading_open(&g, t, "db");
	assert_int_equal(reading_read(&g, nix_test_path(path, 9, "x"), &found), 0);
	assert_false(found);
	assert_int_equal(reading_read(&g, nix_test_path(path, 1, "app-1.1"), &found), 0);
	assert_false(found);
	assert_int_equal(reading_read(&g, app(), &found), 0);
	assert_true(found);
	assert_non_null(nix_rows_get(&g.rows, app()));
	assert_null(nix_rows_get(&g.rows, nix_test_path(path, 1, "app-1.1")));
	assert_null(nix_rows_get(&g.rows, other()));
	reading_close(&g);
}

static void several_roots_share_what_was_read(void **state)
{
	const struct nix_temp *t = *state;
	struct reading g;
	bool found = false;
	char path[NIX_TEXT];

	nix_db_make(t, "db", "wal");
	reading_open(&g, t, "db");
	assert_int_equal(reading_read(&g, nix_test_path(path, 2, "lib-2.0"), &found), 0);
	assert_int_equal(g.rows.n_rows, 2);
	assert_int_equal(reading_read(&g, app(), &found), 0);
	assert_int_equal(reading_read(&g, app(), &found), 0);
	assert_int_equal(g.rows.n_rows, 3);
	assert_int_equal(g.rows.n_refs, 4);
	assert_int_equal(g.rows.snapshot, 1);
	reading_close(&g);
}

static void a_cancelled_reading_stops(void **state)
{
	const struct nix_temp *t = *state;
	struct reading g;
	bool found = false;

	nix_db_make(t, "db", "wal");
	reading_open(&g, t, "db");
	atomic_store(g.cx.cancel, 1);
	assert_int_equal(reading_read(&g, app(), &found), OCIT_E_CANCELLED);
	reading_close(&g);
}

static void case_041_what_is_no_nix_database_is_named(void **state)
{
	static const struct {
		const char *name, *sql, *words;
	} bad[] = {
		{ "no-tables", "create table x (y)", "no table 'ValidPaths'" },
		{ "no-refs",
			"create table ValidPaths (id integer primary key, path, hash, narSize)",
			"no table 'Refs'" },
		{ "no-size",
			"create table ValidPaths (id integer primary key, path, hash);"
			"create table Refs (referrer, reference)",
			"table 'ValidPaths' has no column 'narSize'" },
		{ "no-reference",
			"create table ValidPaths (id integer primary key, path, hash, narSize);"
			"create table Refs (referrer, x)",
			"table 'Refs' has no column 'reference'" },
		{ "no-key",
			"create table ValidPaths (id integer, path, hash, narSize);"
			"create table Refs (referrer, reference)",
			"'id' is not the key of table 'ValidPaths'" },
	};
	const struct nix_temp *t = *state;
	uint8_t noise[8192];

	assert_refused(t, "missing", app(), OCIT_E_NOT_FOUND, "missing");
	write_file(t, "empty", "", 0);
	assert_refused(t, "empty", app(), OCIT_E_FORMAT, "the file is empty");
	write_file(t, "short", "SQLite format 3", 16);
	assert_refused(t, "short", app(), OCIT_E_FORMAT, "not an SQLite database");
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (uint8_t)(i * 167 + (i >> 8) * 31);
	write_file(t, "encrypted", noise, sizeof(noise));
	assert_refused(t, "encrypted", app(), OCIT_E_FORMAT, "not an SQLite database");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		sqlite3 *db = nix_db_open(t, bad[i].name);

		nix_exec(db, bad[i].sql);
		sqlite3_close(db);
		assert_refused(t, bad[i].name, app(), OCIT_E_FORMAT, bad[i].words);
	}
}

static void columns_decide_and_not_versions(void **state)
{
	const struct nix_temp *t = *state;
	sqlite3 *db = nix_db_open(t, "guix");

	/* Schema 7, and things of later versions that nobody here needs. */
	nix_exec(db, "create table if not exists ValidPaths (id integer primary key autoincrement"
		     " not null, -- a comment\n path text unique not null, hash text not null,"
		     " registrationTime integer not null, deriver text, narSize integer);"
		     "create table Refs (referrer integer not null, reference integer not null,"
		     " primary key (referrer, reference)); create table FailedPaths (path text);"
		     "create table BuildTraceV3 (id integer); pragma user_version = 42");
	nix_db_path(db, 1, "app-1.0");
	nix_db_path(db, 2, "lib");
	nix_db_ref(db, 1, 2);
	sqlite3_close(db);
	assert_reads(t, "guix", app(), 2);
}

/* How a damaged database may be answered: an error, or what stands in its tables. */
static void judge_damaged(const struct nix_temp *t, const struct text *good, size_t *ret_other)
{
	struct text ours = { 0 }, oracle = { 0 };
	int r = read_text(t, "damaged", app(), &ours);

	assert_true(r == 0 || r == OCIT_E_FORMAT || r == OCIT_E_INTEGRITY ||
		    r == OCIT_E_NOT_FOUND || r == OCIT_E_BUSY || r == OCIT_E_SYSTEM);
	if (r == 0 && strcmp(ours.data, good->data)) {
		++*ret_other;
		if (oracle_text(t, "damaged", app(), &oracle))
			assert_string_equal(ours.data, oracle.data);
	}
	text_done(&ours);
	text_done(&oracle);
}

static void case_042_truncated_at_each_page(void **state)
{
	const struct nix_temp *t = *state;
	struct text good = { 0 };
	size_t len, other_answers = 0;
	uint8_t *bytes;

	nix_db_make(t, "db", "wal");
	assert_int_equal(read_text(t, "db", app(), &good), 0);
	bytes = read_file(t, "db", &len);
	assert_true(len >= 4096 * 8);
	for (size_t cut = 0; cut < len; cut += 512) {
		write_file(t, "damaged", bytes, cut);
		judge_damaged(t, &good, &other_answers);
	}
	assert_int_equal(other_answers, 0);
	free(bytes);
	text_done(&good);
}

static void case_042_each_byte_of_two_pages_flipped(void **state)
{
	const struct nix_temp *t = *state;
	static const uint8_t flips[] = { 0xff, 0x01 };
	struct text good = { 0 };
	size_t len, other_answers = 0;
	uint8_t *bytes;
	int fd;

	nix_db_make(t, "db", "wal");
	assert_int_equal(read_text(t, "db", app(), &good), 0);
	bytes = read_file(t, "db", &len);
	write_file(t, "damaged", bytes, len);
	fd = openat(t->fd, "damaged", O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	for (size_t i = 0; i < (size_t)2 * 4096; i++)
		for (size_t k = 0; k < ARRAY_LEN(flips); k++) {
			uint8_t flipped = bytes[i] ^ flips[k];

			/* Unused space is zero and read by nobody: a sample of it is enough. */
			if (!bytes[i] && i % 16)
				continue;
			assert_int_equal(pwrite(fd, &flipped, 1, (off_t)i), 1);
			judge_damaged(t, &good, &other_answers);
			assert_int_equal(pwrite(fd, &bytes[i], 1, (off_t)i), 1);
		}
	print_message("# %zu flips changed rows\n", other_answers);
	close(fd);
	free(bytes);
	text_done(&good);
}

static void case_047_tables_that_run_code_are_refused(void **state)
{
	static const struct {
		const char *name, *sql, *words;
	} bad[] = {
		{ "view",
			"alter table ValidPaths rename to V; create view ValidPaths as select * "
			"from V",
			"'ValidPaths' is a view instead of a table" },
		{ "refs-view",
			"drop table Refs; create view REFS as select 1 as referrer, 2 as reference",
			"'Refs' is a view instead of a table" },
		{ "trigger",
			"create trigger X after delete on Refs begin delete from ValidPaths; end",
			"unknown trigger 'X'" },
		{ "trigger-case", "create trigger x after update on validpaths begin select 1; end",
			"unknown trigger 'x'" },
		{ "generated", "alter table ValidPaths add g as (upper(path))",
			"column 'g' of table 'ValidPaths' is computed" },
		{ "virtual",
			"drop table Refs; create virtual table Refs using fts5(referrer, "
			"reference)",
			"'Refs' is a virtual instead of a table" },
		{ "check",
			"drop table Refs; create table Refs (referrer, reference, CHECK\n"
			" (random() > reference))",
			"CHECK in table 'Refs'" },
		{ "pages",
			"pragma writable_schema = on; update sqlite_schema set rootpage ="
			" (select rootpage from sqlite_schema where name = "
			"'IndexDerivationOutputs')"
			" where name = 'sqlite_autoindex_Refs_1'",
			"second user of the pages of" },
	};
	const struct nix_temp *t = *state;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		sqlite3 *db;

		nix_db_make(t, bad[i].name, "delete");
		db = nix_db_open(t, bad[i].name);
		nix_exec(db, "pragma legacy_alter_table = on; pragma foreign_keys = off");
		if (sqlite3_exec(db, bad[i].sql, NULL, NULL, NULL) != SQLITE_OK &&
			!strcmp(bad[i].name, "virtual")) {
			sqlite3_close(db);
			continue; /* an SQLite without fts5 */
		}
		sqlite3_close(db);
		assert_refused(t, bad[i].name, app(), OCIT_E_FORMAT, bad[i].words);
	}
}

/* A database in which 1 "app-1.0" refers to row 2, whose columns are given as SQL. */
static void make_row(const struct nix_temp *t, const char *path, const char *hash, const char *size)
{
	struct text sql = { 0 };
	sqlite3 *db;

	(void)unlinkat(t->fd, "row", 0);
	db = nix_db_open(t, "row");
	nix_exec(db, "create table ValidPaths (id integer primary key, path, hash,"
		     " registrationTime, narSize); create table Refs (referrer, reference);"
		     "create index P on ValidPaths(path)");
	nix_db_path(db, 1, "app-1.0");
	nix_db_ref(db, 1, 2);
	text_add(&sql, "insert into ValidPaths values (2, %s, %s, 1, %s)", path, hash, size);
	nix_exec(db, sql.data);
	text_done(&sql);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

#define GOOD_PATH "'/nix/store/00000000000000000000000000000002-lib'"
#define GOOD_HASH "'sha256:0000000000000000000000000000000000000000000000000000000000000002'"

static void case_048_a_bad_path_is_named_by_its_row(void **state)
{
	static const struct {
		const char *path, *words;
	} bad[] = {
		{ "'/nix/store/../etc'", "row 2 of ValidPaths: '/nix/store/../etc'" },
		{ "'/etc'", "row 2 of ValidPaths: path '/etc' is not below '/nix/store'" },
		{ "'nix/store/00000000000000000000000000000002-lib'",
			"row 2 of ValidPaths: path 'nix/store" },
		{ "'/nix/store/00000000000000000000000000000002-lib/bin'", "row 2 of ValidPaths" },
		{ "'/nix/store/00000000000000000000000000000002-lib' || char(10)", "\\x0a" },
		{ "'/nix/store/0000000000000000000000000000000u-lib'", "e, o, u, t" },
		{ "'/nix/store/00000000000000000000000000000002-..'", "looks like" },
		{ "'/nix/store/00000000000000000000000000000002-a' || char(0) || 'b'",
			"row 2 of ValidPaths" },
		{ "''", "row 2 of ValidPaths" },
		{ "null", "row 2 of ValidPaths: the path is not a text" },
		{ "2", "row 2 of ValidPaths: the path is not a text" },
		{ "x'2f6e6978'", "row 2 of ValidPaths: the path is not a text" },
		{ "'/nix/store/00000000000000000000000000000002-' || hex(zeroblob(106))",
			"longer than 211 bytes" },
		{ "'/nix/store/00000000000000000000000000000002-' || hex(zeroblob(5242880))",
			"row 2 of ValidPaths: string or blob too big" },
	};
	const struct nix_temp *t = *state;

	make_row(t, GOOD_PATH, GOOD_HASH, "120");
	assert_reads(t, "row", app(), 2);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		make_row(t, bad[i].path, GOOD_HASH, "120");
		assert_refused(t, "row", app(), OCIT_E_FORMAT, bad[i].words);
	}
}

static void case_051_no_promise_no_closure(void **state)
{
	static const struct {
		const char *hash, *size, *words;
	} bad[] = {
		{ "null", "120", "no hash" },
		{ "7", "120", "no hash" },
		{ "''", "120", "is not SHA-256" },
		{ "'sha256:'", "120", "is not SHA-256" },
		{ "'md5:d41d8cd98f00b204e9800998ecf8427e'", "120", "is not SHA-256" },
		{ "'sha512:' || hex(zeroblob(64))", "120", "is not SHA-256" },
		{ "'sha256:' || hex(zeroblob(31))", "120", "is not SHA-256" },
		{ "'sha256:' || hex(zeroblob(33))", "120", "is not SHA-256" },
		{ "hex(zeroblob(32))", "120", "is not SHA-256" },
		{ GOOD_HASH, "null", "no size" },
		{ GOOD_HASH, "-1", "no size" },
		{ GOOD_HASH, "0", "no size" },
		{ GOOD_HASH, "9223372036854775808", "no size" },
		{ GOOD_HASH, "1.5", "no size" },
		{ GOOD_HASH, "'many'", "no size" },
	};
	const struct nix_temp *t = *state;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		make_row(t, GOOD_PATH, bad[i].hash, bad[i].size);
		assert_refused(t, "row", app(), OCIT_E_INTEGRITY, bad[i].words);
		assert_refused(t, "row", app(), OCIT_E_INTEGRITY, "00000000000000000002-lib");
	}
}

static void case_049_a_missing_row_is_named_with_who_needs_it(void **state)
{
	const struct nix_temp *t = *state;
	sqlite3 *db;

	nix_db_make(t, "db", "wal");
	db = nix_db_open(t, "db");
	nix_exec(db, "insert into Refs values (3, 999)");
	sqlite3_close(db);
	assert_refused(t, "db", app(), OCIT_E_FORMAT,
		"03-data' refers to row 999 of ValidPaths, which is missing");
	assert_reads(t, "db", other(), 1);
}

static void case_049_a_reference_that_is_no_number(void **state)
{
	const struct nix_temp *t = *state;
	sqlite3 *db;

	nix_db_make(t, "db", "wal");
	db = nix_db_open(t, "db");
	nix_exec(db, "insert into Refs values (1, 'lib')");
	sqlite3_close(db);
	assert_refused(t, "db", app(), OCIT_E_FORMAT, "refers to row 0 of ValidPaths");
}

static void case_049_a_cycle_of_three_is_read_once(void **state)
{
	const struct nix_temp *t = *state;
	struct text ours = { 0 }, oracle = { 0 };
	sqlite3 *db;

	nix_db_make(t, "db", "wal");
	db = nix_db_open(t, "db");
	nix_exec(db, "insert into Refs values (3, 4); insert into Refs values (4, 1)");
	sqlite3_close(db);
	assert_reads(t, "db", app(), 4);
	assert_int_equal(read_text(t, "db", other(), &ours), 0);
	assert_true(oracle_text(t, "db", other(), &oracle));
	assert_string_equal(ours.data, oracle.data);
	text_done(&ours);
	text_done(&oracle);
}

static void case_049_a_chain_of_20000_needs_no_stack(void **state)
{
	const struct nix_temp *t = *state;
	sqlite3 *db = nix_db_open(t, "db");

	nix_exec(db, nix_schema);
	nix_exec(db,
		"with recursive n(i) as (values (1) union all select i + 1 from n where i < 20000)"
		" insert into ValidPaths (id, path, hash, registrationTime, narSize)"
		" select i, printf('/nix/store/%032d-app-1.0', i), printf('sha256:%064x', i), 1, 96"
		" from n;"
		"insert into Refs select id, id + 1 from ValidPaths where id < 20000");
	sqlite3_close(db);
	assert_reads(t, "db", app(), 20000);
}

static void case_050_rows_that_contradict_each_other(void **state)
{
	const struct nix_temp *t = *state;

	make_row(t, "'/nix/store/00000000000000000000000000000001-app-1.0'", GOOD_HASH, "120");
	assert_refused(t, "row", app(), OCIT_E_FORMAT, "two rows have the path");
	make_row(t, "'/nix/store/00000000000000000000000000000001-app-1.1'", GOOD_HASH, "120");
	assert_refused(t, "row", app(), OCIT_E_FORMAT, "have the same hash part");
}

static void case_050_two_rows_met_by_reference(void **state)
{
	const struct nix_temp *t = *state;
	sqlite3 *db;

	make_row(t, GOOD_PATH, GOOD_HASH, "120");
	db = nix_db_open(t, "row");
	nix_exec(db, "insert into ValidPaths values (3, " GOOD_PATH ", " GOOD_HASH ", 1, 120);"
		     "insert into Refs values (1, 3)");
	sqlite3_close(db);
	assert_refused(t, "row", app(), OCIT_E_FORMAT, "rows 2 and 3 have the same path");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NIX_TEST(a_closure_is_read_with_hashes_sizes_and_references),
		NIX_TEST(what_is_not_registered_is_not_found),
		NIX_TEST(several_roots_share_what_was_read),
		NIX_TEST(a_cancelled_reading_stops),
		NIX_TEST(case_041_what_is_no_nix_database_is_named),
		NIX_TEST(columns_decide_and_not_versions),
		NIX_TEST(case_042_truncated_at_each_page),
		NIX_TEST(case_042_each_byte_of_two_pages_flipped),
		NIX_TEST(case_047_tables_that_run_code_are_refused),
		NIX_TEST(case_048_a_bad_path_is_named_by_its_row),
		NIX_TEST(case_051_no_promise_no_closure),
		NIX_TEST(case_049_a_missing_row_is_named_with_who_needs_it),
		NIX_TEST(case_049_a_reference_that_is_no_number),
		NIX_TEST(case_049_a_cycle_of_three_is_read_once),
		NIX_TEST(case_049_a_chain_of_20000_needs_no_stack),
		NIX_TEST(case_050_rows_that_contradict_each_other),
		NIX_TEST(case_050_two_rows_met_by_reference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
