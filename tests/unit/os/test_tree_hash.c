/* SPDX-License-Identifier: Apache-2.0 */
/* unit/os/test_tree_hash.c: digests as nix-hash and sha256sum print them. */
#include "lab.h"

#include "base/mem.h"
#include "os/copy.h"
#include "os/tree_hash.h"

static void expect(const struct digest *d, const char *hex)
{
	char text[DIGEST_TEXT_MAX];

	digest_text(d, text);
	assert_string_equal(text + strlen("sha256:"), hex);
}

static void make_tree(const struct lab *lab)
{
	lab_dir(lab, "d");
	lab_put(lab, "d/f", "hello");
	assert_int_equal(fchmodat(lab->fd, "d/f", 0755, 0), 0);
	lab_link(lab, "d/l", "f");
	lab_dir(lab, "d/e");
	lab_put(lab, "d/e/g", "x");
}

static void a_tree_has_the_hash_that_nix_prints(void **state)
{
	AUTO(mem) void *buffer = mem_alloc(COPY_BUFFER);
	struct lab *lab = *state;
	struct digest d;
	uint64_t size;

	make_tree(lab);
	assert_int_equal(tree_nar_hash(&lab->cx, lab->fd, "d", buffer, &d, &size), 0);
	expect(&d, "ced81212cf660e75001e4e6985b9f986fe559b3bae80ea352ec3459be59b0f3e");
	assert_int_equal(size, 872);
	assert_int_equal(tree_nar_hash(&lab->cx, lab->fd, "d/f", buffer, &d, &size), 0);
	expect(&d, "9cf814f912eb9ad467da47702739324302f88f2cc635cb3e49d83c3e01d5a3de");
}

static void what_no_nar_can_hold_is_an_error(void **state)
{
	AUTO(mem) void *buffer = mem_alloc(COPY_BUFFER);
	struct lab *lab = *state;
	struct digest d;
	uint64_t size;

	lab_dir(lab, "d");
	assert_int_equal(mkfifoat(lab->fd, "d/pipe", 0644), 0);
	assert_int_equal(tree_nar_hash(&lab->cx, lab->fd, "d", buffer, &d, &size), OCIT_E_FORMAT);
	assert_non_null(strstr(ctx_message(&lab->cx), "'pipe'"));
	assert_int_equal(
		tree_nar_hash(&lab->cx, lab->fd, "none", buffer, &d, &size), OCIT_E_NOT_FOUND);
}

static void a_file_has_the_hash_of_its_bytes(void **state)
{
	AUTO(mem) void *buffer = mem_alloc(COPY_BUFFER);
	struct lab *lab = *state;
	struct copy_source src = { .size = 5, .name = "f" };
	AUTO(fd) int fd = -1;
	struct digest d, md5;

	lab_put(lab, "f", "hello");
	src.fd = fd = openat(lab->fd, "f", O_RDONLY | O_CLOEXEC);
	assert_int_equal(file_hash(&lab->cx, &src, DIGEST_SHA256, buffer, &d), 0);
	expect(&d, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(file_hash(&lab->cx, &src, DIGEST_MD5, buffer, &d), 0);
	assert_true(digest_parse_md5("5d41402abc4b2a76b9719d911017c592", 32, &md5));
	assert_true(digest_equal(&d, &md5));
	/* Shorter than it was said to be. */
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	src.size = 6;
	assert_int_equal(file_hash(&lab->cx, &src, DIGEST_SHA256, buffer, &d), OCIT_E_INTEGRITY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_tree_has_the_hash_that_nix_prints),
		ONCE(what_no_nar_can_hold_is_an_error),
		ONCE(a_file_has_the_hash_of_its_bytes),
	};

	return cmocka_run_group_tests_name("os/tree_hash", tests, NULL, NULL);
}
