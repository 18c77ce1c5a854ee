/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/engine/test_mounts.c: where mounts may lie, and in which order they come. */
#include "engine/mounts.h"
#include "support/spec.h"

/* Resolve one mount given by its destination; the rest of it is sound. */
static int resolve_at(
	struct ctx *cx, const char *destination, struct arena *a, struct mount_list *ret)
{
	AUTO(spec) struct spec *s = spec_empty(cx);
	const char *options[] = { "bind" };
	struct mount m = {
		.destination = destination,
		.type = "none",
		.source = "/srv",
		.options = options,
		.n_options = 1,
		.has_options = true,
	};

	s->mounts = &m;
	s->n_mounts = 1;
	return mounts_resolve(cx, s, a, ret);
}

static void without_any_the_seven_of_the_system_remain(void **state)
{
	static const char *const expected[] = { "/proc", "/dev", "/dev/pts", "/dev/shm",
		"/dev/mqueue", "/sys", "/sys/fs/cgroup" };
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);
	AUTO(arena) struct arena a;
	struct mount_list list;

	(void)state;
	arena_init(&a);
	assert_int_equal(mounts_resolve(&cx, s, &a, &list), 0);
	assert_int_equal(list.count, ARRAY_LEN(expected));
	assert_int_equal(list.n_system, ARRAY_LEN(expected));
	for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
		assert_string_equal(list.mounts[i].destination, expected[i]);
		assert_true(list.mounts[i].has_options);
		assert_true(list.mounts[i].n_options >= 3);
	}
}

static const struct mount *mount_at(const struct mount_list *list, const char *destination)
{
	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->mounts[i].destination, destination))
			return &list->mounts[i];
	return NULL;
}

static bool has_option(const struct mount *m, const char *option)
{
	for (size_t i = 0; i < m->n_options; i++)
		if (!strcmp(m->options[i], option))
			return true;
	return false;
}

/* gid=5 stays when the map has the group. */
static void a_user_namespace_sees_the_hosts_sys(void **state)
{
	static const struct {
		const char *size;
		bool gid;
	} rows[] = { { "0:7:1", false }, { "0:7:5", false }, { "0:7:6", true } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_empty(&cx);
		AUTO(arena) struct arena a;
		struct mount_list list;

		arena_init(&a);
		spec_set(&cx, s, "uidmap", "0:7:1");
		spec_set(&cx, s, "gidmap", rows[i].size);
		assert_int_equal(mounts_resolve(&cx, s, &a, &list), 0);
		assert_int_equal(list.n_system, 6);
		assert_null(mount_at(&list, "/sys/fs/cgroup"));
		assert_string_equal(mount_at(&list, "/sys")->source, "/sys");
		assert_true(has_option(mount_at(&list, "/sys"), "rbind"));
		assert_true(has_option(mount_at(&list, "/sys"), "ro"));
		assert_true(has_option(mount_at(&list, "/dev/pts"), "mode=0620"));
		assert_int_equal(has_option(mount_at(&list, "/dev/pts"), "gid=5"), rows[i].gid);
	}
}

static void a_place_without_a_mount_of_the_system_takes_the_users(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);
	AUTO(arena) struct arena a;
	struct mount_list list;

	(void)state;
	arena_init(&a);
	spec_set(&cx, s, "rootless", "7");
	spec_set(&cx, s, "volume", "/srv:/sys/fs/cgroup");
	assert_int_equal(mounts_resolve(&cx, s, &a, &list), 0);
	assert_int_equal(list.n_system, 6);
	assert_int_equal(list.count, 7);
	assert_string_equal(list.mounts[6].destination, "/sys/fs/cgroup");
	assert_string_equal(list.mounts[6].source, "/srv");
}

static void the_network_of_the_host_brings_its_files(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);
	AUTO(arena) struct arena a;
	struct mount_list list;

	(void)state;
	arena_init(&a);
	spec_set(&cx, s, "network", "host");
	spec_set(&cx, s, "volume", "/srv/hosts:/etc/hosts");
	assert_int_equal(mounts_resolve(&cx, s, &a, &list), 0);
	assert_int_equal(list.count, 9);
	assert_string_equal(mount_at(&list, "/etc/hosts")->source, "/srv/hosts");
	assert_string_equal(mount_at(&list, "/etc/resolv.conf")->source, "/etc/resolv.conf");
	assert_true(has_option(mount_at(&list, "/etc/resolv.conf"), "bind"));
	assert_true(has_option(mount_at(&list, "/etc/resolv.conf"), "ro"));
	assert_true(mount_at(&list, "/etc/resolv.conf")->source_is_file);
}

static void case_028_destinations_that_are_refused(void **state)
{
	static const struct {
		const char *destination, *message;
	} rows[] = {
		{ "data", "mount 'data': the destination is not absolute" },
		{ "", "mount '': the destination is not absolute" },
		{ "/", "the destination is the root itself" },
		{ "//", "has '//', '.', '..'" },
		{ "/proc", "nothing can be mounted at or below '/proc'" },
		{ "/proc/", "at or below '/proc'" },
		{ "/proc/self/x", "at or below '/proc'" },
		{ "/sys/x", "at or below '/sys'" },
		{ "/sys/..", "has '//', '.', '..'" },
		{ "/sys/fs/cgroup/x", "at or below '/sys'" },
		{ "/a/../b", "has '//', '.', '..'" },
		{ "/a/.", "has '//', '.', '..'" },
		{ "/a//b", "has '//', '.', '..'" },
		{ "/a//", "has '//', '.', '..'" },
		{ "/a\nb", "mount '/a\\x0ab': the destination" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena) struct arena a;
		struct mount_list list = { .count = 77 };
		struct ctx cx;

		arena_init(&a);
		assert_int_equal(resolve_at(&cx, rows[i].destination, &a, &list), OCIT_E_FORMAT);
		assert_contains(ctx_message(&cx), rows[i].message);
		assert_int_equal(list.count, 77);
	}
}

static void case_028_destinations_that_are_taken(void **state)
{
	static const struct {
		const char *given, *clean;
		bool replaces;
	} rows[] = {
		{ "/data", "/data", false },
		{ "/data/", "/data", false },
		{ "/process", "/process", false },
		{ "/system", "/system", false },
		{ "/dev/fuse", "/dev/fuse", false },
		{ "/a/..b", "/a/..b", false },
		{ "/dev", "/dev", true },
		{ "/dev/shm/", "/dev/shm", true },
		{ "/sys", "/sys", true },
		{ "/sys/fs/cgroup", "/sys/fs/cgroup", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena) struct arena a;
		struct mount_list list;
		struct ctx cx;
		size_t at = 0;

		arena_init(&a);
		assert_int_equal(resolve_at(&cx, rows[i].given, &a, &list), 0);
		assert_int_equal(list.count, rows[i].replaces ? 7 : 8);
		while (strcmp(list.mounts[at].destination, rows[i].clean) != 0)
			assert_true(++at < list.count);
		assert_true((at < list.n_system) == rows[i].replaces);
		assert_string_equal(list.mounts[at].source, "/srv");
	}
}

static void case_028_a_destination_of_5000_bytes(void **state)
{
	AUTO(arena) struct arena a;
	struct mount_list list;
	struct ctx cx;
	char path[5001];

	(void)state;
	arena_init(&a);
	memset(path, 'x', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(resolve_at(&cx, path, &a, &list), OCIT_E_FORMAT);
	assert_contains(ctx_message(&cx), "over 4095 bytes");
}

static void case_029_order_is_stable_and_parents_come_first(void **state)
{
	static const char *const expected[] = { "/data", "/data-x", "/data/sub", "/data/sub/a",
		"/dev/x", "/z" };
	static const char *const given[] = { "/srv:/z", "/srv:/data/sub/a", "/srv:/data-x",
		"/srv:/dev/x", "/srv:/data/sub/", "/srv:/data" };
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);
	AUTO(arena) struct arena a;
	struct mount_list list;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < ARRAY_LEN(given); i++)
		spec_set(&cx, s, "volume", given[i]);
	assert_int_equal(mounts_resolve(&cx, s, &a, &list), 0);
	assert_int_equal(list.count, 7 + ARRAY_LEN(expected));
	for (size_t i = 0; i < ARRAY_LEN(expected); i++)
		assert_string_equal(list.mounts[7 + i].destination, expected[i]);
}

static void case_029_equal_destinations(void **state)
{
	static const char *const pairs[][2] = {
		{ "/srv:/data", "/opt:/data" },
		{ "/srv:/data", "/opt:/data/" },
		{ "/srv:/dev/shm", "/opt:/dev/shm" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_empty(&cx);
		AUTO(arena) struct arena a;
		struct mount_list list;

		arena_init(&a);
		spec_set(&cx, s, "volume", pairs[i][0]);
		spec_set(&cx, s, "volume", pairs[i][1]);
		assert_int_equal(mounts_resolve(&cx, s, &a, &list), OCIT_E_FORMAT);
		assert_contains(ctx_message(&cx), "the destination is there twice");
	}
}

static void sources_must_be_absolute_where_they_are_paths(void **state)
{
	static const struct {
		const char *option, *text;
		int code;
	} rows[] = {
		{ "volume", "srv:/data", OCIT_E_FORMAT },
		{ "volume", "./srv:/data", OCIT_E_FORMAT },
		{ "mount", "type=ext4,src=sda1,dst=/data", OCIT_E_FORMAT },
		{ "mount", "type=ext4,dst=/data", OCIT_E_FORMAT },
		{ "mount", "type=ext4,src=/dev/sda1,dst=/data", 0 },
		{ "mount", "type=tmpfs,src=x,dst=/data", 0 },
		{ "mount", "type=proc,dst=/data", 0 },
		{ "mount", "type=fuse.x,src=y,dst=/data", 0 },
		{ "mount", "type=nfs,src=host:/x,dst=/data", 0 },
		{ "mount", "type=overlay,src=overlay,dst=/data,lowerdir=/a:/b", 0 },
		{ "tmpfs", "/data", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_empty(&cx);
		AUTO(arena) struct arena a;
		struct mount_list list;

		arena_init(&a);
		spec_set(&cx, s, rows[i].option, rows[i].text);
		assert_int_equal(mounts_resolve(&cx, s, &a, &list), rows[i].code);
		if (rows[i].code)
			assert_contains(ctx_message(&cx), "source");
	}
}

static void case_030_relative_sources(void **state)
{
	static const struct {
		const char *directory, *volume;
		const char *source; /* NULL: refused */
		const char *hint;
	} rows[] = {
		{ "/home/me", "./data:/d", "/home/me/data", NULL },
		{ "/home/me", "..:/d", "/home", NULL },
		{ "/home/me", "here:/d", NULL, "'./here' is the one in the caller's directory" },
		{ NULL, "./data:/d", NULL, "no caller's directory" },
		{ NULL, "here:/d", NULL, "no caller's directory" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_empty(&cx);
		AUTO(arena) struct arena a;
		struct mount_list list;
		int r;

		arena_init(&a);
		spec_set(&cx, s, "volume", rows[i].volume);
		if (rows[i].directory)
			spec_set(&cx, s, "directory", rows[i].directory);
		r = mounts_resolve(&cx, s, &a, &list);
		assert_int_equal(r, rows[i].source ? 0 : OCIT_E_FORMAT);
		if (rows[i].source) {
			assert_string_equal(list.mounts[7].source, rows[i].source);
			continue;
		}
		assert_contains(ctx_message(&cx), "mount '/d' (--volume): source '");
		assert_contains(cx.hint, rows[i].hint);
	}
}

static void words_that_are_no_paths_stay_words(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);
	AUTO(arena) struct arena a;
	struct mount_list list;

	(void)state;
	arena_init(&a);
	spec_set(&cx, s, "mount", "type=tmpfs,src=.,dst=/t");
	spec_set(&cx, s, "directory", "/w");
	assert_int_equal(mounts_resolve(&cx, s, &a, &list), 0);
	assert_string_equal(list.mounts[7].source, ".");
}

static void places_of_the_runtime_are_refused(void **state)
{
	static const struct {
		const char *destination, *message;
	} places[] = { { "/dev/null", "'/dev/null' is the runtime's" },
		{ "/dev/fd/x", "'/dev/fd' is the runtime's" },
		{ "/dev/pts/1", "nothing can be mounted below '/dev/pts'" },
		{ "/dev/mqueue/q", "nothing can be mounted below '/dev/mqueue'" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		struct mount mount = {
			.destination = places[i].destination, .type = "tmpfs", .source = "tmpfs"
		};
		struct spec spec = { .mounts = &mount, .n_mounts = 1 };
		AUTO(arena) struct arena a;
		struct mount_list list;
		struct ctx cx;

		arena_init(&a);
		assert_int_equal(ctx_init(&cx, NULL), 0);
		assert_int_equal(mounts_resolve(&cx, &spec, &a, &list), OCIT_E_FORMAT);
		assert_non_null(strstr(ctx_message(&cx), places[i].message));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_any_the_seven_of_the_system_remain),
		cmocka_unit_test(a_user_namespace_sees_the_hosts_sys),
		cmocka_unit_test(a_place_without_a_mount_of_the_system_takes_the_users),
		cmocka_unit_test(the_network_of_the_host_brings_its_files),
		cmocka_unit_test(case_028_destinations_that_are_refused),
		cmocka_unit_test(case_028_destinations_that_are_taken),
		cmocka_unit_test(places_of_the_runtime_are_refused),
		cmocka_unit_test(case_028_a_destination_of_5000_bytes),
		cmocka_unit_test(case_029_order_is_stable_and_parents_come_first),
		cmocka_unit_test(case_029_equal_destinations),
		cmocka_unit_test(case_030_relative_sources),
		cmocka_unit_test(words_that_are_no_paths_stay_words),
		cmocka_unit_test(sources_must_be_absolute_where_they_are_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
