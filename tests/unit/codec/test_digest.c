/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/codec/test_digest.c: published hashes, every spelling, and no second spelling. */
#include <stdlib.h>

#include "codec/digest.h"
#include "support/test.h"

/* FIPS 180-4, the examples NIST publishes for "", "abc" and the two-block messages. */
#define SHA256_EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SHA256_ABC   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SHA256_TWO   "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
#define SHA256_MILL  "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
#define SHA512_EMPTY                                                                               \
	"cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"                         \
	"47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
#define SHA512_ABC                                                                                 \
	"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"                         \
	"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
#define SHA512_TWO                                                                                 \
	"8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"                         \
	"501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"
#define TAGGED_ABC     "sha256:" SHA256_ABC
#define TAGGED_ABC_512 "sha512:" SHA512_ABC
#define MD5_ABC        "md5:900150983cd24fb0d6963f7d28e17f72"
#define TWO256         "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
#define TWO512                                                                                     \
	"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"                                 \
	"hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"

static struct digest hash_of(enum digest_algo algo, const char *text)
{
	struct hasher h;
	struct digest d;

	hasher_init(&h, algo);
	hasher_add(&h, text, strlen(text));
	hasher_end(&h, &d);
	return d;
}

static void published_hashes_come_out(void **state)
{
	static const struct {
		enum digest_algo algo;
		const char *message;
		const char *text;
	} rows[] = {
		{ DIGEST_SHA256, "", "sha256:" SHA256_EMPTY },
		{ DIGEST_SHA256, "abc", "sha256:" SHA256_ABC },
		{ DIGEST_SHA256, TWO256, "sha256:" SHA256_TWO },
		{ DIGEST_SHA512, "", "sha512:" SHA512_EMPTY },
		{ DIGEST_SHA512, "abc", "sha512:" SHA512_ABC },
		{ DIGEST_SHA512, TWO512, "sha512:" SHA512_TWO },
		{ DIGEST_MD5, "", "md5:d41d8cd98f00b204e9800998ecf8427e" }, /* RFC 1321 */
		{ DIGEST_MD5, "abc", MD5_ABC },
		{ DIGEST_NONE, "abc", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct digest d = hash_of(rows[i].algo, rows[i].message);
		char text[DIGEST_TEXT_MAX];

		digest_text(&d, text);
		assert_string_equal(text, rows[i].text);
	}
}

static void a_million_letters_in_odd_pieces(void **state)
{
	char letters[997];
	size_t left = 1000000;
	struct hasher h;
	struct digest d, expected;

	(void)state;
	memset(letters, 'a', sizeof(letters));
	hasher_init(&h, DIGEST_SHA256);
	while (left) {
		size_t n = left < sizeof(letters) ? left : sizeof(letters);

		hasher_add(&h, letters, n);
		left -= n;
	}
	hasher_end(&h, &d);
	assert_true(digest_parse(SHA256_MILL, 64, &expected));
	assert_true(digest_equal(&d, &expected));
}

/* The same digest as nix-hash --to-base32, --to-sri and --to-base16 write it. */
static const char *const spellings_of_abc[] = {
	TAGGED_ABC,
	SHA256_ABC,
	"sha256:1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s",
	"sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
};

static const char *const spellings_of_abc_512[] = {
	TAGGED_ABC_512,
	SHA512_ABC,
	"sha512:2gs8k559z4rlahfx0y688s49m2vvszylcikrfinm30ly9rak69236nkam5ydvly1ai7xac99vxfc4ii84"
	"hawjbk876blyk1jfhkbbyx",
	"sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/"
	"BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==",
};

static void every_spelling_means_the_same(void **state)
{
	struct digest abc = hash_of(DIGEST_SHA256, "abc"), abc512 = hash_of(DIGEST_SHA512, "abc");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(spellings_of_abc); i++) {
		const char *s = spellings_of_abc[i], *t = spellings_of_abc_512[i];
		struct digest d = { 0 };

		assert_true(digest_parse(s, strlen(s), &d));
		assert_true(digest_equal(&d, &abc));
		assert_true(digest_parse(t, strlen(t), &d));
		assert_true(digest_equal(&d, &abc512));
	}
}

static void an_md5_is_read_on_its_own_only(void **state)
{
	static const char *const bad[] = { "", MD5_ABC, "900150983cd24fb0d6963f7d28e17f7",
		"900150983cd24fb0d6963f7d28e17f721", "900150983cd24fb0d6963f7d28e17f7G",
		"900150983CD24FB0d6963f7d28e17f72", "newconffile" };
	struct digest abc = hash_of(DIGEST_MD5, "abc"), d;

	(void)state;
	assert_true(digest_parse_md5(&MD5_ABC[4], 32, &d));
	assert_true(digest_equal(&d, &abc));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(digest_parse_md5(bad[i], strlen(bad[i]), &d));
}

static void other_spellings_are_refused(void **state)
{
	static const char *const rows[] = {
		"",
		":",
		"sha256",
		"sha256:",
		"sha256-",
		"sha257:" SHA256_ABC,
		"SHA256:" SHA256_ABC,
		"sha512:" SHA256_ABC,
		"sha256:" SHA512_ABC,
		"sha256:" SHA256_ABC "0",
		"sha256:" SHA256_ABC "\n",
		" sha256:" SHA256_ABC,
		"sha256=" SHA256_ABC,
		"sha256-" SHA256_ABC,
		MD5_ABC,
		"900150983cd24fb0d6963f7d28e17f72",
		"blake3:" SHA256_ABC,
		"BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"xa7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
		"1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s",        /* bare base-32 */
		"sha256:1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5",  /* too short */
		"sha256:1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5e", /* no such digit */
		"sha256:2b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s", /* over 256 bits */
		"sha256:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", /* base64 after ":" */
		"sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0",  /* no padding */
		"sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0A", /* a 33rd byte */
		"sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa1=", /* stray bits */
		"sha256-ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0=", /* URL alphabet */
		"sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa==",
		"sha256-=ngWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct digest d = { .len = 77 };

		assert_false(digest_parse(rows[i], strlen(rows[i]), &d));
		assert_int_equal(d.len, 77);
	}
}

static void base32_is_written_as_nix_does(void **state)
{
	static const struct {
		const uint8_t bytes[5];
		size_t len;
		const char *text;
	} rows[] = {
		{ { 0 }, 0, "" },
		{ { 0x1f }, 1, "0z" },
		{ { 0xff }, 1, "7z" },
		{ { 0x00, 0x00, 0x00, 0x00, 0x80 }, 5, "h0000000" },
	};
	struct digest abc = hash_of(DIGEST_SHA256, "abc");
	char text[64];

	(void)state;
	nix32_encode(abc.bytes, abc.len, text);
	assert_string_equal(text, spellings_of_abc[2] + strlen("sha256:"));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		nix32_encode(rows[i].bytes, rows[i].len, text);
		assert_string_equal(text, rows[i].text);
	}
}

/* Written and read again, whatever the bits are. */
static void base32_round_trips(void **state)
{
	struct digest d = { .algo = DIGEST_SHA256, .len = 32 }, back;
	char text[8 + 64] = "sha256:";
	uint32_t noise = 1;

	(void)state;
	for (int round = 0; round < 1000; round++) {
		for (size_t i = 0; i < d.len; i++) {
			noise = noise * 1664525 + 1013904223;
			d.bytes[i] = (uint8_t)(noise >> 24);
		}
		nix32_encode(d.bytes, d.len, text + 7);
		assert_true(digest_parse(text, strlen(text), &back));
		assert_true(digest_equal(&d, &back));
	}
}

static void unknown_digests_equal_nothing(void **state)
{
	struct digest none = { 0 }, abc = hash_of(DIGEST_SHA256, "abc"), other = abc;

	(void)state;
	other.bytes[31] ^= 1;
	assert_true(digest_equal(&abc, &abc));
	assert_false(digest_equal(&abc, &other));
	assert_false(digest_equal(&none, &none));
	assert_false(digest_equal(&none, &abc));
}

/* No byte anywhere may crash the reader, read beyond the text, or mean the same digest again. */
static void flipped_bytes_never_mean_the_same(void **state)
{
	struct digest abc = hash_of(DIGEST_SHA256, "abc");

	(void)state;
	for (size_t n = 0; n < ARRAY_LEN(spellings_of_abc); n++) {
		size_t len = strlen(spellings_of_abc[n]);
		char *exact = malloc(len); /* no NUL: an overread is a finding of the sanitizer */

		assert_non_null(exact);
		memcpy(exact, spellings_of_abc[n], len);
		for (size_t i = 0; i < len; i++) {
			for (unsigned flip = 1; flip < 256; flip++) {
				struct digest d;

				exact[i] = (char)(spellings_of_abc[n][i] ^ (char)flip);
				if (digest_parse(exact, len, &d))
					assert_false(digest_equal(&d, &abc));
			}
			exact[i] = spellings_of_abc[n][i];
		}
		for (size_t cut = 0; cut < len; cut++) {
			struct digest d;

			assert_false(digest_parse(exact, cut, &d));
		}
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_hashes_come_out),
		cmocka_unit_test(a_million_letters_in_odd_pieces),
		cmocka_unit_test(every_spelling_means_the_same),
		cmocka_unit_test(an_md5_is_read_on_its_own_only),
		cmocka_unit_test(other_spellings_are_refused),
		cmocka_unit_test(base32_is_written_as_nix_does),
		cmocka_unit_test(base32_round_trips),
		cmocka_unit_test(unknown_digests_equal_nothing),
		cmocka_unit_test(flipped_bytes_never_mean_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
