/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_digest.c: each digest has one spelling in each form, and what is written is read
 * again. */
#include "codec/digest.h"
#include "fuzz/fuzz.h"

enum { TEXT_MAX = 256 };

static void base64_encode(const struct digest *d, char *ret)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t bytes[DIGEST_MAX + 2] = { 0 };

	memcpy(bytes, d->bytes, d->len);
	for (size_t i = 0; i < d->len; i += 3) {
		uint32_t bits = (uint32_t)bytes[i] << 16 | (uint32_t)bytes[i + 1] << 8 |
				bytes[i + 2];

		for (size_t k = 0; k < 4; k++)
			*ret++ = i + k > d->len ? '=' : digits[bits >> (18 - 6 * k) & 63];
	}
	*ret = '\0';
}

/* All four spellings; the two names have six letters. */
static void spell(const struct digest *d, char ret[4][TEXT_MAX])
{
	char text[DIGEST_TEXT_MAX], base32[DIGEST_TEXT_MAX], base64[DIGEST_TEXT_MAX];

	digest_text(d, text);
	nix32_encode(d->bytes, d->len, base32);
	base64_encode(d, base64);
	snprintf(ret[0], TEXT_MAX, "%s", text);
	snprintf(ret[1], TEXT_MAX, "%s", text + 7);
	snprintf(ret[2], TEXT_MAX, "%.7s%s", text, base32);
	snprintf(ret[3], TEXT_MAX, "%.6s-%s", text, base64);
}

/* All of them are read as d. Is one of them the input? */
static bool check_spellings(const struct digest *d, const uint8_t *bytes, size_t len)
{
	char texts[4][TEXT_MAX];
	bool found = false;

	spell(d, texts);
	for (size_t i = 0; i < 4; i++) {
		struct digest again;

		FUZZ_CHECK(digest_parse(texts[i], strlen(texts[i]), &again));
		FUZZ_CHECK(digest_equal(d, &again));
		found = found || (strlen(texts[i]) == len && !memcmp(texts[i], bytes, len));
	}
	return found;
}

/* The input as the bytes of a digest. */
static void check_raw(const uint8_t *bytes, size_t len)
{
	struct digest d = { .algo = len & 1 ? DIGEST_SHA256 : DIGEST_SHA512 };

	d.len = len & 1 ? 32 : 64;
	memcpy(d.bytes, bytes, len < d.len ? len : d.len);
	(void)check_spellings(&d, bytes, len);
}

static void check_md5(const uint8_t *bytes, size_t len)
{
	char text[DIGEST_TEXT_MAX];
	struct digest d;

	if (!digest_parse_md5((const char *)bytes, len, &d))
		return;
	digest_text(&d, text);
	FUZZ_CHECK(!strncmp(text, "md5:", 4) && strlen(text + 4) == len);
	FUZZ_CHECK(!memcmp(text + 4, bytes, len));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct digest d = { 0 };

	if (digest_parse((const char *)bytes, len, &d)) {
		FUZZ_CHECK(d.len == (d.algo == DIGEST_SHA256 ? 32 : 64));
		FUZZ_CHECK(check_spellings(&d, bytes, len));
	}
	check_md5(bytes, len);
	check_raw(bytes, len);
	return 0;
}
