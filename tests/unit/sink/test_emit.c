/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sink/test_emit.c: the driver: verification, limits, all outputs or none, lanes. */
#include "support/lab.h"

#include <inttypes.h>

static int emit(struct lab *l, ocit_target *targets, size_t count)
{
	return sink_emit(&l->cx, l->plan, targets, count);
}

/* A run that must fail leaves nothing, in any number of lanes. */
static void expect_failure(struct lab *l, int code, const char *says)
{
	for (unsigned threads = 1; threads <= 2; threads++) {
		ocit_target t = lab_target(l, "bundle", "c");

		l->cx.threads = threads;
		ctx_clear(&l->cx);
		assert_int_equal(emit(l, &t, 1), code);
		if (!strstr(ctx_message(&l->cx), says))
			print_error("%s\n", ctx_message(&l->cx));
		assert_non_null(strstr(ctx_message(&l->cx), says));
		assert_int_equal(lab_count_outputs(l), 0);
		assert_string_equal(t.digest, "");
	}
}

static void no_target_is_refused(void **state)
{
	struct lab *l = *state;

	assert_int_equal(emit(l, NULL, 0), OCIT_E_USAGE);
}

static void unknown_transport_is_refused(void **state)
{
	struct lab *l = *state;
	ocit_target t = lab_target(l, "zip", "c");

	assert_int_equal(emit(l, &t, 1), OCIT_E_USAGE);
	assert_non_null(strstr(ctx_message(&l->cx), "'zip'"));
	assert_null(sink_find("zip"));
	assert_string_equal(sink_find("tar")->name, "tar");
}

static void fields_of_listings_are_refused_elsewhere(void **state)
{
	struct lab *l = *state;
	ocit_target t[4];

	for (size_t i = 0; i < 4; i++)
		t[i] = lab_target(l, i % 2 ? "tar" : "bundle", "c");
	t[0].format = "json";
	t[1].why = "/etc";
	t[2].flags = OCIT_TARGET_FILES;
	t[3].flags = 64;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(emit(l, &t[i], 1), i < 3 ? OCIT_E_USAGE : OCIT_E_UNSUPPORTED);
	assert_int_equal(lab_count_outputs(l), 0);
}

static void directories_need_a_name(void **state)
{
	struct lab *l = *state;
	ocit_target t = lab_target(l, "rootfs", NULL);

	t.fd = 1;
	assert_int_equal(emit(l, &t, 1), OCIT_E_USAGE);
	t = lab_target(l, "tar", NULL);
	assert_int_equal(emit(l, &t, 1), OCIT_E_USAGE);
	t = lab_target(l, "listing", NULL);
	assert_int_equal(emit(l, &t, 1), OCIT_E_USAGE);
}

static void result_counts_bytes_and_files(void **state)
{
	struct lab *l = *state;
	ocit_target t = lab_emit(l, "bundle", "c");

	/* /etc/passwd, tool, state, hello, odd, -dash, one file; links: bin, t, hi, link */
	assert_int_equal(t.bytes, strlen(LAB_PASSWD) + 17 + 6 + 21 + 3 + 7 + 9);
	assert_int_equal(t.files, 7 + 1 /* lib/empty */ + 4);
}

/* Case 52: what the database has and the disk has not is listed, twenty at most. */
static void plan_missing(struct lab *l, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct entry *e = &l->plan->entries[l->plan->n_entries++];

		assert_true(l->plan->n_entries <= LAB_ENTRIES_MAX);
		*e = *lab_find(l, LAB_FILE);
		e->path = arena_printf(&l->plan->arena, "/nix/store/gone-%02zu", i);
		e->where = path_base(e->path);
	}
	lab_sort(l);
}

static void case_052_missing_path_is_named(void **state)
{
	struct lab *l = *state;

	plan_missing(l, 1);
	expect_failure(l, OCIT_E_INTEGRITY,
		"1 registered store path is missing on disk: '/nix/store/gone-00'");
	assert_non_null(strstr(l->cx.hint, "--repair-path /nix/store/gone-00"));
}

static void case_052_missing_paths_are_all_listed(void **state)
{
	struct lab *l = *state;

	plan_missing(l, 25);
	expect_failure(l, OCIT_E_INTEGRITY, "25 registered store paths are missing on disk: ");
	assert_non_null(strstr(ctx_message(&l->cx), "'/nix/store/gone-00', "));
	assert_non_null(strstr(ctx_message(&l->cx), "'/nix/store/gone-19' and 5 more"));
	assert_null(strstr(ctx_message(&l->cx), "gone-20"));
}

static void case_052_path_of_another_type(void **state)
{
	struct lab *l = *state;

	assert_int_equal(unlinkat(l->store, path_base(LAB_FILE), 0), 0);
	close(lab_dir(l->store, path_base(LAB_FILE)));
	expect_failure(l, OCIT_E_INTEGRITY, "NAR hash is sha256:");
}

/* Case 53: whatever differs from what was registered, the run fails and names the path. */
static void expect_mismatch(struct lab *l)
{
	expect_failure(l, OCIT_E_INTEGRITY, "store path '" LAB_HELLO "': NAR hash is sha256:");
	assert_non_null(strstr(ctx_message(&l->cx),
		"the database says sha256:fe544428521b69b6fe5889a6cdfed8f26231d252d9d7256b7122e49d"
		"0bbd79f7"));
	assert_non_null(strstr(l->cx.hint, "nix-store --repair-path " LAB_HELLO));
}

static int open_hello(const struct lab *l)
{
	int fd = openat(l->store, path_base(LAB_HELLO), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void case_053_one_byte(void **state)
{
	int fd = open_hello(*state);

	lab_write(fd, "share/-dash", 0644, "contenT");
	close(fd);
	expect_mismatch(*state);
}

static void case_053_mode(void **state)
{
	int fd = open_hello(*state);

	assert_int_equal(fchmodat(fd, "share/-dash", 0755, 0), 0);
	close(fd);
	expect_failure(*state, OCIT_E_INTEGRITY, "goes beyond the 1608 bytes");
}

static void case_053_extra_file(void **state)
{
	int fd = open_hello(*state);

	lab_write(fd, "share/zzz", 0644, "");
	close(fd);
	expect_failure(*state, OCIT_E_INTEGRITY, "goes beyond the 1608 bytes");
}

static void case_053_renamed_file(void **state)
{
	int fd = open_hello(*state);

	assert_int_equal(renameat(fd, "share/-dash", fd, "share/dash"), 0);
	close(fd);
	expect_mismatch(*state);
}

static void case_053_link_target(void **state)
{
	int fd = open_hello(*state);

	assert_int_equal(unlinkat(fd, "bin/hi", 0), 0);
	assert_int_equal(symlinkat("hellO", fd, "bin/hi"), 0);
	close(fd);
	expect_mismatch(*state);
}

static void other_modes_and_times_do_not_matter(void **state)
{
	struct lab *l = *state;
	ocit_target t = lab_emit(l, "bundle", "a");
	int fd = open_hello(l);

	assert_int_equal(fchmodat(fd, "share/-dash", 0644, 0), 0);
	assert_int_equal(fchmodat(fd, "bin/hello", 0700, 0), 0);
	assert_int_equal(utimensat(fd, "bin", NULL, 0), 0);
	close(fd);
	assert_string_equal(lab_emit(l, "bundle", "b").digest, t.digest);
}

static void size_of_the_archive_is_verified(void **state)
{
	struct lab *l = *state;

	lab_find(l, LAB_FILE)->size = 136;
	expect_failure(l, OCIT_E_INTEGRITY, "NAR size is 128, the database says 136");
}

/* A file that fills the disk is not copied to its end first. */
static void what_is_too_large_is_not_even_read(void **state)
{
	struct lab *l = *state;
	int fd = open_hello(l);
	int file = openat(fd, "share/-dash", O_WRONLY | O_CLOEXEC);

	/* 8 EiB would take a while. */
	assert_int_equal(ftruncate(file, 1LL << 40), 0);
	close(file);
	close(fd);
	expect_failure(l, OCIT_E_INTEGRITY, "share/-dash' of 1099511627776 bytes goes beyond");
}

static void other_hash_algorithms_are_not_ignored(void **state)
{
	struct lab *l = *state;

	lab_find(l, LAB_FILE)->expect.algo = DIGEST_SHA512;
	lab_find(l, LAB_FILE)->expect.len = 64;
	expect_failure(l, OCIT_E_UNSUPPORTED, "only SHA-256");
}

static void trees_without_a_hash_are_taken_as_they_are(void **state)
{
	struct lab *l = *state;
	int fd = open_hello(l);

	lab_find(l, LAB_HELLO)->expect = (struct digest){ .algo = DIGEST_NONE };
	lab_write(fd, "share/zzz", 0644, "");
	close(fd);
	lab_emit(l, "bundle", "c");
}

static void unverified_run_takes_what_is_there(void **state)
{
	struct lab *l = *state;
	ocit_target t = lab_target(l, "bundle", "c");
	int fd = open_hello(l);

	lab_write(fd, "share/zzz", 0644, "");
	close(fd);
	t.flags = OCIT_TARGET_NO_VERIFY;
	assert_int_equal(emit(l, &t, 1), 0);
	assert_string_equal(t.digest, "");
}

static void one_verifying_target_is_enough(void **state)
{
	struct lab *l = *state;
	ocit_target t[2] = { lab_target(l, "bundle", "a"), lab_target(l, "rootfs", "b") };
	int fd = open_hello(l);

	lab_write(fd, "share/zzz", 0644, "");
	close(fd);
	t[0].flags = OCIT_TARGET_NO_VERIFY;
	assert_int_equal(emit(l, t, 2), OCIT_E_INTEGRITY);
	assert_int_equal(lab_count_outputs(l), 0);
}

static void special_file_in_a_store_path_is_named(void **state)
{
	struct lab *l = *state;
	int fd = open_hello(l);

	assert_int_equal(mkfifoat(fd, "lib/pipe", 0600), 0);
	close(fd);
	expect_failure(l, OCIT_E_FORMAT, "'" LAB_HELLO "/lib/pipe' is neither a file");
}

static void file_that_grew_since_planning_is_refused(void **state)
{
	struct lab *l = *state;

	lab_write(l->host, "tool", 0755, "another tool of the host\n");
	expect_failure(l, OCIT_E_INTEGRITY, "'/usr/bin/tool' changed: it has 25 bytes, 17");
}

static void file_that_became_a_link_is_not_followed(void **state)
{
	struct lab *l = *state;

	lab_write(l->host, "other", 0755, "tool of the host\n");
	assert_int_equal(unlinkat(l->host, "tool", 0), 0);
	assert_int_equal(symlinkat("other", l->host, "tool"), 0);
	for (unsigned threads = 1; threads <= 2; threads++) {
		ocit_target t = lab_target(l, "bundle", "c");

		l->cx.threads = threads;
		assert_true(emit(l, &t, 1) < 0);
		assert_non_null(strstr(ctx_message(&l->cx), "'/usr/bin/tool'"));
		assert_int_equal(lab_count_outputs(l), 0);
	}
}

static void fifo_in_place_of_a_file_does_not_hang(void **state)
{
	struct lab *l = *state;

	assert_int_equal(unlinkat(l->host, "tool", 0), 0);
	assert_int_equal(mkfifoat(l->host, "tool", 0755), 0);
	expect_failure(l, OCIT_E_FORMAT, "'/usr/bin/tool'");
}

static void limit_of_bytes(void **state)
{
	struct lab *l = *state;

	l->cx.max_bytes = 60;
	expect_failure(l, OCIT_E_LIMIT, "more bytes than the limit 60");
	l->cx.max_bytes = 16;
	expect_failure(l, OCIT_E_LIMIT, "limit 16");
}

static void limit_of_files(void **state)
{
	struct lab *l = *state;

	l->cx.max_files = 20;
	expect_failure(l, OCIT_E_LIMIT, "the output has more files than the limit 20");
}

static int stop_at_once(const ocit_event *event, void *user)
{
	int *seen = user;

	*seen |= 1 << event->kind;
	return event->kind == OCIT_EVENT_PROGRESS;
}

static void callback_can_cancel(void **state)
{
	struct lab *l = *state;
	ocit_target t = lab_target(l, "bundle", "c");
	int seen = 0;

	l->cx.on_event = stop_at_once;
	l->cx.user = &seen;
	l->cx.threads = 1;
	assert_int_equal(emit(l, &t, 1), OCIT_E_CANCELLED);
	assert_int_equal(seen, 1 << OCIT_EVENT_BEGIN | 1 << OCIT_EVENT_PROGRESS);
	assert_int_equal(lab_count_outputs(l), 0);
}

static int watch(const ocit_event *event, void *user)
{
	uint64_t *done = user;

	assert_true(event->done <= event->total);
	if (event->phase == OCIT_PHASE_WRITE)
		*done = event->done;
	return 0;
}

static void progress_reaches_the_total(void **state)
{
	struct lab *l = *state;
	uint64_t done = 0;

	l->cx.on_event = watch;
	l->cx.user = &done;
	lab_emit(l, "bundle", "c");
	assert_int_equal(done, l->plan->bytes);
}

static void existing_output_stops_all(void **state)
{
	struct lab *l = *state;
	ocit_target t[2] = { lab_target(l, "bundle", "a"), lab_target(l, "tar", "b") };

	lab_write(l->out, "b", 0600, "mine");
	assert_int_equal(emit(l, t, 2), OCIT_E_EXISTS);
	assert_non_null(strstr(ctx_message(&l->cx), "tar 'b'"));
	assert_int_equal(lab_count_outputs(l), 1);
}

/* Both stages can be opened; only publishing finds out. */
static void failed_publication_takes_the_earlier_ones_back(void **state)
{
	struct lab *l = *state;
	ocit_target t[3] = { lab_target(l, "bundle", "a"), lab_target(l, "tar", "same"),
		lab_target(l, "rootfs", "same") };

	assert_int_equal(emit(l, t, 3), OCIT_E_EXISTS);
	assert_int_equal(lab_count_outputs(l), 0);
}

static void all_outputs_of_one_walk_agree(void **state)
{
	struct lab *l = *state;
	ocit_target t[4] = { lab_target(l, "bundle", "c"), lab_target(l, "tar", "t"),
		lab_target(l, "rootfs", "r"), lab_target(l, "listing", "l") };
	const char *untar[] = { "tar", "-xpf", lab_path(l, "out/t"), "-C", lab_path(l, "out/x"),
		NULL };
	const char *diff[] = { "diff", "-r", "--no-dereference", lab_path(l, "out/c/rootfs"), NULL,
		NULL };

	assert_int_equal(emit(l, t, 4), 0);
	assert_int_equal(lab_count_outputs(l), 4);
	assert_string_equal(t[0].digest, t[2].digest);
	assert_string_equal(t[3].digest, "");
	assert_int_equal(t[0].bytes, t[1].bytes);
	assert_int_equal(t[3].bytes, 0);
	close(lab_dir(l->out, "x"));
	assert_int_equal(lab_run(untar, NULL), 0);
	diff[4] = lab_path(l, "out/x");
	assert_int_equal(lab_run(diff, NULL), 0);
	diff[4] = lab_path(l, "out/r");
	assert_int_equal(lab_run(diff, NULL), 0);
}

/* Modes, owners, times and content of two trees, as GNU tar sees them. */
static void expect_same_trees(const struct lab *l, const char *a, const char *b)
{
	const char *names[] = { a, b };
	const char *const outs[] = { "a.tar", "b.tar" };
	char *text[2];
	size_t len[2];

	for (size_t i = 0; i < 2; i++) {
		const char *argv[] = { "tar", "--sort=name", "-cf", lab_path(l, outs[i]), "-C",
			lab_path(l, names[i]), ".", NULL };

		assert_int_equal(lab_run(argv, NULL), 0);
		text[i] = lab_read(l->fd, outs[i], &len[i]);
	}
	assert_int_equal(len[0], len[1]);
	assert_memory_equal(text[0], text[1], len[0]);
	free(text[0]);
	free(text[1]);
}

static void number_of_lanes_does_not_show(void **state)
{
	struct lab *l = *state;
	ocit_target one, two;

	l->cx.threads = 1;
	one = lab_emit(l, "bundle", "one");
	l->cx.threads = 4;
	two = lab_emit(l, "bundle", "two");
	assert_string_equal(one.digest, two.digest);
	expect_same_trees(l, "out/one", "out/two");
}

static void splicing_gives_the_same_files(void **state)
{
	struct lab *l = *state;
	ocit_target t = lab_target(l, "rootfs", "spliced");

	lab_emit(l, "rootfs", "hashed");
	t.flags = OCIT_TARGET_NO_VERIFY;
	assert_int_equal(emit(l, &t, 1), 0);
	expect_same_trees(l, "out/hashed", "out/spliced");
}

/* More than one buffer, so that hashing and writing have to go on where they stopped. */
static void large_files_arrive_whole(void **state)
{
	struct lab *l = *state;
	struct entry *e = lab_find(l, "/usr/bin/tool");
	size_t size = 700001, len;
	char *text = malloc(size + 1), *got;

	for (size_t i = 0; i < size; i++)
		text[i] = (char)('a' + i * 7 % 23);
	text[size] = '\0';
	lab_write(l->host, "tool", 0755, text);
	e->size = size;
	lab_emit(l, "bundle", "c");
	got = lab_read(l->out, "c/rootfs/usr/bin/tool", &len);
	assert_int_equal(len, size);
	assert_memory_equal(got, text, size);
	free(got);
	free(text);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(no_target_is_refused, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(unknown_transport_is_refused, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(
		fields_of_listings_are_refused_elsewhere, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(directories_need_a_name, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(result_counts_bytes_and_files, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(case_052_missing_path_is_named, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(
		case_052_missing_paths_are_all_listed, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(case_052_path_of_another_type, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(case_053_one_byte, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(case_053_mode, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(case_053_extra_file, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(case_053_renamed_file, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(case_053_link_target, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(
		other_modes_and_times_do_not_matter, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(size_of_the_archive_is_verified, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(
		what_is_too_large_is_not_even_read, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(
		other_hash_algorithms_are_not_ignored, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(
		trees_without_a_hash_are_taken_as_they_are, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(
		unverified_run_takes_what_is_there, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(one_verifying_target_is_enough, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(
		special_file_in_a_store_path_is_named, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(
		file_that_grew_since_planning_is_refused, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(
		file_that_became_a_link_is_not_followed, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(
		fifo_in_place_of_a_file_does_not_hang, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(limit_of_bytes, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(limit_of_files, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(callback_can_cancel, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(progress_reaches_the_total, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(existing_output_stops_all, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(
		failed_publication_takes_the_earlier_ones_back, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(all_outputs_of_one_walk_agree, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(number_of_lanes_does_not_show, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(splicing_gives_the_same_files, lab_setup, lab_teardown),
	cmocka_unit_test_setup_teardown(large_files_arrive_whole, lab_setup, lab_teardown),
};

int main(void)
{
	return cmocka_run_group_tests_name("sink/emit", tests, NULL, NULL);
}
