/* SPDX-License-Identifier: Apache-2.0 */
/* codec/digest.c: SHA-2 and MD5 by nettle, and strict readers for every spelling of a digest. */
#include "codec/digest.h"

#include <assert.h>
#include <string.h>

#include <nettle/md5.h>
#include <nettle/sha2.h>

static_assert(sizeof(struct sha256_ctx) <= sizeof(((struct hasher *)0)->state), "hasher.state");
static_assert(sizeof(struct md5_ctx) <= sizeof(((struct hasher *)0)->state), "hasher.state");
static_assert(sizeof(struct sha512_ctx) <= sizeof(((struct hasher *)0)->state), "hasher.state");

struct algo {
	const char *name;
	size_t len; /* bytes of a digest */
};

static const struct algo algos[] = {
	[DIGEST_SHA256] = { "sha256", SHA256_DIGEST_SIZE },
	[DIGEST_SHA512] = { "sha512", SHA512_DIGEST_SIZE },
	[DIGEST_MD5] = { "md5", MD5_DIGEST_SIZE },
};

enum { ALGO_NAME_LEN = 6 };

static const char hex_digits[] = "0123456789abcdef";
static const char nix32_digits[] = "0123456789abcdfghijklmnpqrsvwxyz";
static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void hasher_init(struct hasher *h, enum digest_algo algo)
{
	h->algo = algo;
	if (algo == DIGEST_SHA256)
		sha256_init((void *)h->state);
	else if (algo == DIGEST_SHA512)
		sha512_init((void *)h->state);
	else if (algo == DIGEST_MD5)
		md5_init((void *)h->state);
}

void hasher_add(struct hasher *h, const void *bytes, size_t len)
{
	if (h->algo == DIGEST_SHA256)
		sha256_update((void *)h->state, len, bytes);
	else if (h->algo == DIGEST_SHA512)
		sha512_update((void *)h->state, len, bytes);
	else if (h->algo == DIGEST_MD5)
		md5_update((void *)h->state, len, bytes);
}

void hasher_end(struct hasher *h, struct digest *ret)
{
	struct digest d = { .algo = (uint8_t)h->algo };

	if (h->algo == DIGEST_SHA256) {
		d.len = SHA256_DIGEST_SIZE;
		sha256_digest((void *)h->state, d.len, d.bytes);
	} else if (h->algo == DIGEST_SHA512) {
		d.len = SHA512_DIGEST_SIZE;
		sha512_digest((void *)h->state, d.len, d.bytes);
	} else if (h->algo == DIGEST_MD5) {
		d.len = MD5_DIGEST_SIZE;
		md5_digest((void *)h->state, d.len, d.bytes);
	}
	*ret = d;
}

bool digest_equal(const struct digest *a, const struct digest *b)
{
	return a->algo != DIGEST_NONE && a->algo == b->algo && a->len == b->len &&
	       memcmp(a->bytes, b->bytes, a->len) == 0;
}

void digest_text(const struct digest *d, char ret[DIGEST_TEXT_MAX])
{
	char *to = ret;

	if (d->algo != DIGEST_NONE) {
		to = stpcpy(to, algos[d->algo].name);
		*to++ = ':';
		for (size_t i = 0; i < d->len; i++) {
			*to++ = hex_digits[d->bytes[i] >> 4];
			*to++ = hex_digits[d->bytes[i] & 15];
		}
	}
	*to = '\0';
}

static bool digit_value(const char *digits, unsigned base, char c, unsigned *ret)
{
	const char *at = memchr(digits, c, base);

	if (!at)
		return false;
	*ret = (unsigned)(at - digits);
	return true;
}

/* Each row of a database brings 64 of these: no call for each. */
static bool hex_value(char c, unsigned *ret)
{
	if (c >= '0' && c <= '9')
		*ret = (unsigned)(c - '0');
	else if (c >= 'a' && c <= 'f')
		*ret = (unsigned)(c - 'a') + 10;
	else
		return false;
	return true;
}

static bool hex_decode(const char *s, uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned high, low;

		if (!hex_value(s[2 * i], &high) || !hex_value(s[2 * i + 1], &low))
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static size_t nix32_length(size_t len)
{
	return len ? (len * 8 - 1) / 5 + 1 : 0;
}

/* The last digit holds the lowest five bits of the first byte. Bits beyond the last byte must be 0:
 * otherwise two spellings would mean one digest. */
static bool nix32_decode(const char *s, uint8_t *bytes, size_t len)
{
	unsigned bits = 0, n_bits = 0;
	size_t at = 0;

	for (size_t i = nix32_length(len); i-- > 0;) {
		unsigned digit;

		if (!digit_value(nix32_digits, 32, s[i], &digit))
			return false;
		bits |= digit << n_bits;
		n_bits += 5;
		if (n_bits >= 8 && at < len) {
			bytes[at++] = (uint8_t)bits;
			bits >>= 8;
			n_bits -= 8;
		}
	}
	return bits == 0;
}

void nix32_encode(const uint8_t *bytes, size_t len, char *ret)
{
	size_t count = nix32_length(len);
	unsigned bits = 0, n_bits = 0;
	size_t at = 0;

	ret[count] = '\0';
	while (count > 0) {
		if (n_bits < 5 && at < len) {
			bits |= (unsigned)bytes[at++] << n_bits;
			n_bits += 8;
		}
		ret[--count] = nix32_digits[bits & 31];
		bits >>= 5;
		n_bits = n_bits > 5 ? n_bits - 5 : 0;
	}
}

static size_t base64_length(size_t len)
{
	return (len + 2) / 3 * 4;
}

static bool base64_decode(const char *s, uint8_t *bytes, size_t len)
{
	size_t n_digits = (len * 8 + 5) / 6;
	unsigned bits = 0, n_bits = 0;
	size_t at = 0;

	for (size_t i = 0; i < n_digits; i++) {
		unsigned digit;

		if (!digit_value(base64_digits, 64, s[i], &digit))
			return false;
		bits = bits << 6 | digit;
		n_bits += 6;
		if (n_bits >= 8) {
			n_bits -= 8;
			bytes[at++] = (uint8_t)(bits >> n_bits);
			bits &= (1u << n_bits) - 1;
		}
	}
	for (size_t i = n_digits; i < base64_length(len); i++)
		if (s[i] != '=')
			return false;
	return bits == 0;
}

static enum digest_algo algo_by_name(const char *s, size_t len)
{
	if (len > ALGO_NAME_LEN)
		for (int a = DIGEST_SHA256; a <= DIGEST_SHA512; a++)
			if (memcmp(s, algos[a].name, ALGO_NAME_LEN) == 0)
				return (enum digest_algo)a;
	return DIGEST_NONE;
}

static bool parse_tagged(const char *s, size_t len, struct digest *d)
{
	char separator = s[ALGO_NAME_LEN];

	s += ALGO_NAME_LEN + 1;
	len -= ALGO_NAME_LEN + 1;
	if (separator == '-')
		return len == base64_length(d->len) && base64_decode(s, d->bytes, d->len);
	if (separator != ':')
		return false;
	if (len == 2u * d->len)
		return hex_decode(s, d->bytes, d->len);
	return len == nix32_length(d->len) && nix32_decode(s, d->bytes, d->len);
}

static enum digest_algo algo_by_hex_length(size_t len)
{
	for (int a = DIGEST_SHA256; a <= DIGEST_SHA512; a++)
		if (len == 2 * algos[a].len)
			return (enum digest_algo)a;
	return DIGEST_NONE;
}

bool digest_parse(const char *s, size_t len, struct digest *ret)
{
	enum digest_algo tag = algo_by_name(s, len);
	enum digest_algo algo = tag != DIGEST_NONE ? tag : algo_by_hex_length(len);
	struct digest d = { .algo = (uint8_t)algo };

	if (algo == DIGEST_NONE)
		return false;
	d.len = (uint8_t)algos[algo].len;
	if (tag != DIGEST_NONE ? !parse_tagged(s, len, &d) : !hex_decode(s, d.bytes, d.len))
		return false;
	*ret = d;
	return true;
}

bool digest_parse_md5(const char *s, size_t len, struct digest *ret)
{
	struct digest d = { .algo = DIGEST_MD5, .len = MD5_DIGEST_SIZE };

	if (len != 2u * d.len || !hex_decode(s, d.bytes, d.len))
		return false;
	*ret = d;
	return true;
}
