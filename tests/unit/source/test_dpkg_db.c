/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/source/test_dpkg_db.c: small databases, good and bad, and whose files are in them. */
#include "source/dpkg_db.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "unit/source/root_lab.h"

#define PACKAGE(name)                                                                              \
	"Package: " name "\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n"

/* Files of the database by shell commands in var/lib/dpkg; status is on standard input. */
static int open_db(
	struct root_lab *lab, const char *status, const char *commands, struct dpkg_db **ret)
{
	char path[256], command[4096];
	FILE *f;
	int fd;

	snprintf(command, sizeof(command),
		"rm -rf ../root/*; mkdir -p var/lib/dpkg/info; cd var/lib/dpkg; %s", commands);
	lab_sh(lab, command);
	snprintf(path, sizeof(path), "%s/var/lib/dpkg/status", lab->root);
	f = status ? fopen(path, "w") : NULL;
	if (status) {
		assert_non_null(f);
		fputs(status, f);
		fclose(f);
	}
	fd = open(lab->root, O_RDONLY | O_DIRECTORY);
	assert_true(fd >= 0);
	ctx_clear(&lab->cx);
	*ret = NULL;
	/* The descriptor lives as long as the process: a test has few. */
	return dpkg_db_open(&lab->cx, fd, ret);
}

static void assert_owner(struct root_lab *lab, struct dpkg_db *db, const char *path, const char *id)
{
	uint32_t owner;

	if (dpkg_db_owner(&lab->cx, db, path, &owner) < 0)
		give_up("%s: %s", path, ctx_message(&lab->cx));
	if (!id)
		assert_int_equal(owner, DPKG_NONE);
	else if (owner == DPKG_NONE)
		give_up("%s: nobody's, and not %s's", path, id);
	else
		assert_string_equal(db->t.packages[owner].id, id);
}

static void packages_and_their_files(void **state)
{
	static const char status[] =
		"Package: bash\nEssential: yes\nStatus: install ok installed\nSection: shells\n"
		"Source: bash-src (5.1)\nVersion: 5.2-1\nArchitecture: amd64\nDepends: x\n\n"
		"Package: gone\nStatus: deinstall ok config-files\nVersion: 1\nArchitecture: "
		"all\n\n"
		"Package: libc6\nStatus: install ok installed\nMulti-Arch: same\nVersion: 2\n"
		"Architecture: i386\n\n"
		"Package: libc6\nStatus: hold ok unpacked\nMulti-Arch: same\nVersion: 2\n"
		"Architecture: amd64\n";
	struct root_lab *lab = *state;
	AUTO(dpkg_db) struct dpkg_db *db = NULL;

	assert_int_equal(
		open_db(lab, status,
			"printf '/.\\n/bin\\n/bin/bash\\n/etc/x\\n' >info/bash.list; "
			"printf '/.\\n/lib/libc.so\\n/usr/share/doc' >info/libc6:amd64.list; "
			"printf '/usr/lib/i386/libc.so\\n/usr/share/doc\\n' >info/libc6:i386.list; "
			"cd ../../..; mkdir -p usr/bin lib; ln -s usr/bin bin",
			&db),
		0);
	assert_int_equal(db->t.n_packages, 3);
	assert_string_equal(db->t.packages[0].source, "bash-src");
	assert_string_equal(db->t.packages[0].version, "5.2-1");
	assert_string_equal(db->t.packages[0].section, "shells");
	assert_true(db->t.packages[0].essential);
	assert_false(db->t.packages[1].essential);
	assert_string_equal(db->t.packages[1].id, "libc6:amd64");
	assert_string_equal(db->t.packages[1].source, "libc6");
	/* The list says /bin, which is a link here; /lib is not. */
	assert_owner(lab, db, "/usr/bin/bash", "bash:amd64");
	assert_owner(lab, db, "/bin/bash", NULL);
	assert_owner(lab, db, "/lib/libc.so", "libc6:amd64");
	assert_owner(lab, db, "/usr/lib/i386/libc.so", "libc6:i386");
	assert_owner(lab, db, "/usr/share/doc", "libc6:amd64");
	assert_owner(lab, db, "/etc/x", "bash:amd64");
	assert_owner(lab, db, "/etc/y", NULL);
	assert_int_equal(db->n_notes, 0);
}

static uint32_t find(const struct dpkg_db *db, const char *name, const char *by)
{
	const struct dpkg_package asker = { .arch = by };

	return dpkg_status_find(&db->t, name, strlen(name), by ? &asker : NULL);
}

static void case_135_of_two_architectures_the_right_one(void **state)
{
	static const char status[] =
		"Package: libx\nStatus: install ok installed\nMulti-Arch: same\nVersion: 1\n"
		"Architecture: i386\n\n"
		"Package: libx\nStatus: install ok installed\nMulti-Arch: same\nVersion: 1\n"
		"Architecture: amd64\n\n"
		"Package: libxy\nStatus: install ok installed\nVersion: 1\nArchitecture: i386\n\n"
		"Package: data\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n";
	struct root_lab *lab = *state;
	AUTO(dpkg_db) struct dpkg_db *db = NULL;

	assert_int_equal(open_db(lab, status,
				 "printf '/l/64\\n/doc\\n' >info/libx:amd64.list; "
				 "printf '/l/32\\n/doc\\n' >info/libx:i386.list; "
				 "echo /d >info/data.list; echo /xy >info/libxy.list",
				 &db),
		0);
	assert_owner(lab, db, "/l/64", "libx:amd64");
	assert_owner(lab, db, "/l/32", "libx:i386");
	assert_owner(lab, db, "/d", "data:all");
	assert_string_equal(db->t.packages[find(db, "libx", "i386")].id, "libx:i386");
	assert_string_equal(db->t.packages[find(db, "libx", "amd64")].id, "libx:amd64");
	/* Who is of no architecture takes the first, and what is of none is everybody's. */
	assert_string_equal(db->t.packages[find(db, "libx", "all")].id, "libx:amd64");
	assert_string_equal(db->t.packages[find(db, "libx", NULL)].id, "libx:amd64");
	assert_string_equal(db->t.packages[find(db, "data", "i386")].id, "data:all");
	assert_string_equal(db->t.packages[find(db, "libxy", "amd64")].id, "libxy:i386");
	assert_int_equal(find(db, "lib", "amd64"), DPKG_NONE);
}

static void case_136_diverted_files_lie_elsewhere(void **state)
{
	struct root_lab *lab = *state;
	AUTO(dpkg_db) struct dpkg_db *db = NULL;

	assert_int_equal(
		open_db(lab, PACKAGE("a") PACKAGE("b"),
			"printf '/usr/bin/x\\n/bin/y\\n/etc/z\\n' >info/a.list; "
			"printf '/usr/bin/x\\n' >info/b.list; "
			"printf '/usr/bin/x\\n/usr/bin/x.real\\nb\\n/bin/y\\n/bin/y.moved\\n:\\n' "
			">diversions; "
			"cd ../../..; mkdir -p usr/bin; ln -s /usr/bin bin",
			&db),
		0);
	assert_owner(lab, db, "/usr/bin/x.real", "a:amd64");
	assert_owner(lab, db, "/usr/bin/x", "b:amd64");
	assert_owner(lab, db, "/usr/bin/y.moved", "a:amd64");
	assert_owner(lab, db, "/usr/bin/y", NULL);
	assert_owner(lab, db, "/etc/z", "a:amd64");
}

static void case_132_and_133_status_files_that_are_none(void **state)
{
	static const struct {
		const char *status;
		int code;
		const char *message;
	} bad[] = {
		{ NULL, OCIT_E_NOT_FOUND, "var/lib/dpkg/status" },
		{ "Package: a\nStatus: install ok installed\n", OCIT_E_FORMAT,
			"'/var/lib/dpkg/status': package 'a': Version is missing" },
		{ "Package: a\nStatus: x installed\nVersion: 1\n", OCIT_E_FORMAT,
			"package 'a': Architecture is missing" },
		{ "Package: ../a\nStatus: x installed\nVersion: 1\nArchitecture: b\n",
			OCIT_E_FORMAT, "'../a' is no name of a package" },
		{ "Package: a\nStatus: x installed\nVersion: 1\nArchitecture: a/b\n", OCIT_E_FORMAT,
			"Architecture is missing or malformed" },
		{ PACKAGE("a") PACKAGE("a"), OCIT_E_FORMAT, "package 'a:amd64' is there twice" },
		{ PACKAGE("a") "Pack", OCIT_E_FORMAT, "line 6: expected 'Field: value'" },
	};
	struct root_lab *lab = *state;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct dpkg_db *db;

		assert_int_equal(open_db(lab, bad[i].status, ":", &db), bad[i].code);
		if (!strstr(ctx_message(&lab->cx), bad[i].message))
			give_up("'%s' has no '%s'", ctx_message(&lab->cx), bad[i].message);
	}
}

static void case_134_lists_that_are_none(void **state)
{
	static const char *const bad[] = { "", "relative", "/a/../b", "/a/./b", "/", "//x", "/a/",
		"/a\\r", "/a\\0b" };
	struct root_lab *lab = *state;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO(dpkg_db) struct dpkg_db *db = NULL;
		char command[128];
		uint32_t owner;

		snprintf(command, sizeof(command), "printf '/x\\n%s\\n/y\\n' >info/a.list", bad[i]);
		assert_int_equal(open_db(lab, PACKAGE("a"), command, &db), 0);
		assert_int_equal(dpkg_db_owner(&lab->cx, db, "/x", &owner), OCIT_E_FORMAT);
		if (!strstr(ctx_message(&lab->cx), "package 'a:amd64': its list of files has"))
			give_up("'%s'", ctx_message(&lab->cx));
	}
}

static void a_list_that_is_missing_is_noted(void **state)
{
	struct root_lab *lab = *state;
	AUTO(dpkg_db) struct dpkg_db *db = NULL;

	assert_int_equal(
		open_db(lab, PACKAGE("a") PACKAGE("b") PACKAGE("c"),
			"printf '/x' >info/a.list; : >info/b.list; mkdir info/d.list", &db),
		0);
	assert_owner(lab, db, "/x", "a:amd64");
	assert_int_equal(db->n_notes, 1);
	assert_string_equal(
		db->notes[0], "package 'c:amd64' has no list of files in '/var/lib/dpkg/info'");
}

static void diversions_that_are_none(void **state)
{
	static const char *const bad[] = { "/a\\n/b\\n", "a\\n/b\\n:\\n", "/a\\n/../b\\nc\\n",
		"/a\\n" };
	struct root_lab *lab = *state;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct dpkg_db *db;
		char command[128];

		snprintf(command, sizeof(command), "printf '%s' >diversions", bad[i]);
		assert_int_equal(open_db(lab, PACKAGE("a"), command, &db), OCIT_E_FORMAT);
		assert_non_null(strstr(ctx_message(&lab->cx), "'/var/lib/dpkg/diversions': "));
	}
}

/* Long ago, for what changed just now is not kept. */
#define LONG_AGO                                                                                   \
	"; touch -d @1000000000 status info; test ! -e diversions || touch -d @1000000000 "        \
	"diversions"
#define TWO_LISTS "echo /usr/bin/a >info/a.list; echo /usr/bin/b >info/b.list"

/* Whose /usr/bin/a is, after these commands, by a database that is opened for it. */
static void assert_owner_after(struct root_lab *lab, const char *commands, const char *id)
{
	AUTO(dpkg_db) struct dpkg_db *db = NULL;
	char command[512];
	int fd;

	snprintf(command, sizeof(command), "cd var/lib/dpkg; %s", commands);
	lab_sh(lab, command);
	fd = open(lab->root, O_RDONLY | O_DIRECTORY);
	assert_true(fd >= 0);
	assert_int_equal(dpkg_db_open(&lab->cx, fd, &db), 0);
	assert_owner(lab, db, "/usr/bin/a", id);
	close(fd);
}

/* A list that is written to in place tells whether it was read: dpkg puts a new file there. */
#define IN_PLACE "echo /usr/bin/x >info/a.list"

static void an_index_is_kept_for_as_long_as_it_is_true(void **state)
{
	struct root_lab *lab = *state;
	AUTO(dpkg_db) struct dpkg_db *db = NULL;
	char dir[256];

	snprintf(dir, sizeof(dir), "%s/../cache", lab->root);
	lab->cx.cache_dir = dir;
	assert_int_equal(open_db(lab, PACKAGE("a") PACKAGE("b"), TWO_LISTS, &db), 0);
	assert_owner_after(lab, "true" LONG_AGO, "a:amd64");
	assert_owner_after(lab, IN_PLACE, "a:amd64");
	assert_owner_after(lab, "cp -p status s && mv s status", NULL);
	assert_owner_after(lab, "echo /usr/bin/a >info/a.list", NULL);
	assert_owner_after(lab, "touch -d @1000000001 info", "a:amd64");
	assert_owner_after(lab, IN_PLACE, "a:amd64");
	assert_owner_after(lab,
		"printf '/usr/bin/x\\n/usr/bin/a\\n:\\n' >diversions; touch -d @1 diversions",
		"a:amd64");
	lab->cx.cache_dir = NULL;
	assert_owner_after(lab, "rm diversions", NULL);
}

static void what_changed_just_now_is_not_kept(void **state)
{
	struct root_lab *lab = *state;
	AUTO(dpkg_db) struct dpkg_db *db = NULL;
	char dir[256];

	snprintf(dir, sizeof(dir), "%s/../cache", lab->root);
	lab->cx.cache_dir = dir;
	assert_int_equal(open_db(lab, PACKAGE("a") PACKAGE("b"), TWO_LISTS, &db), 0);
	assert_owner(lab, db, "/usr/bin/a", "a:amd64");
	assert_owner_after(lab, IN_PLACE, NULL);
	/* Nor one whose notes would not be told again. */
	assert_owner_after(lab, TWO_LISTS "; rm info/b.list" LONG_AGO, "a:amd64");
	assert_owner_after(lab, IN_PLACE, NULL);
}

static void case_141_a_database_that_changes_meanwhile_is_busy(void **state)
{
	static const char *const changes[] = { "touch -d @1000000001 var/lib/dpkg/info",
		"cp -p var/lib/dpkg/status s; mv s var/lib/dpkg/status",
		"echo >>var/lib/dpkg/status", ": >var/lib/dpkg/diversions" };
	struct root_lab *lab = *state;

	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		AUTO(dpkg_db) struct dpkg_db *db = NULL;
		uint32_t owner;

		assert_int_equal(
			open_db(lab, PACKAGE("a") PACKAGE("b"), TWO_LISTS LONG_AGO, &db), 0);
		lab_sh(lab, changes[i]);
		assert_int_equal(dpkg_db_owner(&lab->cx, db, "/usr/bin/a", &owner), OCIT_E_BUSY);
		assert_string_equal(
			ctx_message(&lab->cx), "the database of dpkg changed while it was read");
	}
}

static int ignore_path(void *data, const char *path)
{
	(void)data;
	(void)path;
	return 0;
}

/* Lists of packages that go in are read later. */
static void case_141_a_list_that_changes_later_is_busy(void **state)
{
	struct root_lab *lab = *state;
	AUTO(dpkg_db) struct dpkg_db *db = NULL;

	assert_int_equal(open_db(lab, PACKAGE("a") PACKAGE("b"), TWO_LISTS LONG_AGO, &db), 0);
	assert_owner(lab, db, "/usr/bin/a", "a:amd64");
	assert_int_equal(dpkg_db_files(&lab->cx, db, 0, ignore_path, NULL), 0);
	lab_sh(lab, "cd var/lib/dpkg/info; cp a.list n; mv n a.list");
	assert_int_equal(dpkg_db_files(&lab->cx, db, 0, ignore_path, NULL), OCIT_E_BUSY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(packages_and_their_files),
		LAB_TEST(case_135_of_two_architectures_the_right_one),
		LAB_TEST(case_136_diverted_files_lie_elsewhere),
		LAB_TEST(case_132_and_133_status_files_that_are_none),
		LAB_TEST(case_134_lists_that_are_none),
		LAB_TEST(a_list_that_is_missing_is_noted),
		LAB_TEST(diversions_that_are_none),
		LAB_TEST(an_index_is_kept_for_as_long_as_it_is_true),
		LAB_TEST(what_changed_just_now_is_not_kept),
		LAB_TEST(case_141_a_database_that_changes_meanwhile_is_busy),
		LAB_TEST(case_141_a_list_that_changes_later_is_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
