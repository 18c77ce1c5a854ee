/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/codec/test_nar.c: our archives have the hashes that Nix gives. */
#include <stdio.h>
#include <stdlib.h>

#include "codec/digest.h"
#include "codec/nar.h"
#include "support/test.h"

static void assert_nar(struct nar *n, const char *hex, uint64_t size)
{
	struct digest d, expected;
	uint64_t got_size = 0;

	nar_end(n, &d, &got_size);
	assert_true(digest_parse(hex, strlen(hex), &expected));
	assert_true(got_size == size);
	assert_true(digest_equal(&d, &expected));
}

static void add_file(struct nar *n, bool executable, const char *content)
{
	nar_file(n, executable, strlen(content));
	nar_data(n, content, strlen(content));
	nar_file_end(n);
}

/* The literal hashes and sizes below were made with `nix-store --dump` of Nix 2.8. */
static void a_file_at_the_root(void **state)
{
	struct nar n;

	(void)state;
	nar_begin(&n);
	add_file(&n, false, "hello\n");
	assert_nar(&n, "1c37d01af40be2e80691de3cc3df44377a699afbb17c68f080964b2fd071fc13", 120);
}

static void an_executable_at_the_root(void **state)
{
	struct nar n;

	(void)state;
	nar_begin(&n);
	add_file(&n, true, "#!/bin/sh\n");
	assert_nar(&n, "6283c1668260f903d1a895c0cd6b822fa4b68762bb0b17cedef2d39d97e26554", 160);
}

static void a_link_at_the_root(void **state)
{
	struct nar n;

	(void)state;
	nar_begin(&n);
	nar_link(&n, "../target");
	assert_nar(&n, "e55972a9bdaddf85299cd49c7200c7257b508ae57a3e815587b811c63b9ac834", 128);
}

static void an_empty_directory(void **state)
{
	struct nar n;

	(void)state;
	nar_begin(&n);
	nar_dir(&n);
	nar_dir_end(&n);
	assert_nar(&n, "a50a5ab6d992f5598edd92105059fae9acfc192981e08bd88534c2167e92526a", 96);
}

/* a/b/f, eight (8 bytes, so no padding), empty (executable), l -> a/b/f, z/ */
static void a_tree(void **state)
{
	struct nar n;

	(void)state;
	nar_begin(&n);
	nar_dir(&n);
	nar_enter(&n, "a");
	nar_dir(&n);
	nar_enter(&n, "b");
	nar_dir(&n);
	nar_enter(&n, "f");
	add_file(&n, false, "x");
	nar_leave(&n);
	nar_dir_end(&n);
	nar_leave(&n);
	nar_dir_end(&n);
	nar_leave(&n);
	nar_enter(&n, "eight");
	add_file(&n, false, "AAAAAAAA");
	nar_leave(&n);
	nar_enter(&n, "empty");
	add_file(&n, true, "");
	nar_leave(&n);
	nar_enter(&n, "l");
	nar_link(&n, "a/b/f");
	nar_leave(&n);
	nar_enter(&n, "z");
	nar_dir(&n);
	nar_dir_end(&n);
	nar_leave(&n);
	nar_dir_end(&n);
	assert_nar(&n, "efe3a1b0b80a77828d9bf87cf05d888fd1c5957f3a2d629fe6d8deef1bb03d54", 1392);
}

static void content_in_pieces_is_the_same(void **state)
{
	struct nar n;

	(void)state;
	nar_begin(&n);
	nar_file(&n, false, 6);
	for (size_t i = 0; i < 6; i++)
		nar_data(&n, &"hello\n"[i], 1);
	nar_data(&n, "", 0);
	nar_file_end(&n);
	assert_nar(&n, "1c37d01af40be2e80691de3cc3df44377a699afbb17c68f080964b2fd071fc13", 120);
}

/* An archive is read as strings, and the events it describes are played to our writer. */
struct player {
	const uint8_t *bytes;
	size_t len, at;
	struct nar nar;
};

static uint64_t next_length(struct player *p)
{
	uint64_t v = 0;

	assert_true(p->len - p->at >= 8);
	for (int i = 7; i >= 0; i--)
		v = v << 8 | p->bytes[p->at + (size_t)i];
	p->at += 8;
	return v;
}

static const char *next_string(struct player *p, char ret[4096])
{
	uint64_t len = next_length(p);

	assert_true(len < 4096 && len + 7 <= p->len - p->at + 7);
	memcpy(ret, p->bytes + p->at, (size_t)len);
	ret[len] = '\0';
	p->at += (size_t)(len + (-len % 8));
	return ret;
}

static void expect(struct player *p, const char *text)
{
	char got[4096];

	assert_string_equal(next_string(p, got), text);
}

static void play_file(struct player *p)
{
	char word[4096];
	bool executable = strcmp(next_string(p, word), "executable") == 0;
	uint64_t size;

	if (executable) {
		expect(p, "");
		expect(p, "contents");
	}
	size = next_length(p);
	assert_true(size <= p->len - p->at);
	nar_file(&p->nar, executable, size);
	nar_data(&p->nar, p->bytes + p->at, (size_t)size);
	nar_file_end(&p->nar);
	p->at += (size_t)(size + (-size % 8));
	expect(p, ")");
}

/* Play one node; says whether it is a directory, which stays open. */
static bool play_node(struct player *p)
{
	char word[4096];

	expect(p, "(");
	expect(p, "type");
	next_string(p, word);
	if (strcmp(word, "directory") == 0) {
		nar_dir(&p->nar);
		return true;
	}
	if (strcmp(word, "symlink") == 0) {
		expect(p, "target");
		nar_link(&p->nar, next_string(p, word));
		expect(p, ")");
		return false;
	}
	assert_string_equal(word, "regular");
	play_file(p);
	return false;
}

static void play_archive(struct player *p)
{
	char word[4096];
	size_t depth;

	expect(p, "nix-archive-1");
	nar_begin(&p->nar);
	depth = play_node(p) ? 1 : 0;
	while (depth) {
		if (strcmp(next_string(p, word), "entry") == 0) {
			expect(p, "(");
			expect(p, "name");
			nar_enter(&p->nar, next_string(p, word));
			expect(p, "node");
			if (play_node(p)) {
				depth++;
				continue;
			}
		} else {
			nar_dir_end(&p->nar);
			if (!--depth)
				break;
		}
		nar_leave(&p->nar);
		expect(p, ")");
	}
	assert_true(p->at == p->len);
}

static size_t read_file(const char *dir, const char *name, uint8_t *bytes, size_t room)
{
	char path[4096];
	FILE *f;
	size_t len;

	snprintf(path, sizeof(path), "%s/acceptance/nix-vectors/nar/%s", dir, name);
	f = fopen(path, "r");
	assert_non_null(f);
	len = fread(bytes, 1, room, f);
	assert_true(len < room);
	fclose(f);
	bytes[len] = '\0';
	return len;
}

static void golden_archive(const char *shared, const char *name, const char *hash)
{
	static uint8_t bytes[65536];
	struct player p = { .bytes = bytes };
	struct digest expected;
	char file[80];
	struct digest d;
	uint64_t size = 0;

	snprintf(file, sizeof(file), "%s.nar", name);
	p.len = read_file(shared, file, bytes, sizeof(bytes));
	play_archive(&p);
	nar_end(&p.nar, &d, &size);
	assert_true(digest_parse(hash, strlen(hash), &expected));
	assert_true(size == p.len);
	assert_true(digest_equal(&d, &expected));
}

static void golden_archives_of_nix(void **state)
{
	static uint8_t list[16384];
	const char *shared = getenv("OCITOOLS_SHARED");
	char name[64], hash[128];
	size_t count = 0;

	(void)state;
	if (!shared) {
		print_message("# skipped: OCITOOLS_SHARED is not set\n");
		return;
	}
	read_file(shared, "SHA256.txt", list, sizeof(list));
	for (char *line = (char *)list, *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		assert_int_equal(sscanf(line, "%63s %127s", name, hash), 2);
		golden_archive(shared, name, hash);
		count++;
	}
	assert_int_equal(count, 14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_at_the_root),
		cmocka_unit_test(an_executable_at_the_root),
		cmocka_unit_test(a_link_at_the_root),
		cmocka_unit_test(an_empty_directory),
		cmocka_unit_test(a_tree),
		cmocka_unit_test(content_in_pieces_is_the_same),
		cmocka_unit_test(golden_archives_of_nix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
