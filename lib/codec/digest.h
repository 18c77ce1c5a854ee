/* SPDX-License-Identifier: Apache-2.0 */
/* codec/digest.h: hashes, and the spellings the field uses for them. The one user of nettle. */
#ifndef CODEC_DIGEST_H
#define CODEC_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* MD5 proves nothing: it is what dpkg's database has, and says that a file was changed. */
enum digest_algo { DIGEST_NONE, DIGEST_SHA256, DIGEST_SHA512, DIGEST_MD5 };
enum { DIGEST_MAX = 64, DIGEST_TEXT_MAX = 136 };

struct digest {
	uint8_t algo; /* enum digest_algo; DIGEST_NONE: not known */
	uint8_t len;  /* bytes used */
	uint8_t bytes[DIGEST_MAX];
};

/* Opaque running hash; holds nettle's state. */
struct hasher {
	int algo;
	_Alignas(16) uint8_t state[256];
};

/* With DIGEST_NONE nothing is hashed, and the end gives DIGEST_NONE. */
void hasher_init(struct hasher *h, enum digest_algo algo);
void hasher_add(struct hasher *h, const void *bytes, size_t len);
/* Finish; the hasher must be initialised again before more is added. */
void hasher_end(struct hasher *h, struct digest *ret);

/* Two digests that are not known are not equal: nothing was proved. */
bool digest_equal(const struct digest *a, const struct digest *b);
/* "sha256:<hex>" as image-spec and Nix's database write it; "" for DIGEST_NONE. */
void digest_text(const struct digest *d, char ret[DIGEST_TEXT_MAX]);
/*
 * Read "sha256:<hex>", "sha256:<base-32>" (Nix's alphabet), "sha256-<base64>" (SRI) or bare hex of
 * 64 or 128 digits. Anything else is false. Nix's own writers never pad wrongly; neither do we
 * accept it.
 */
bool digest_parse(const char *s, size_t len, struct digest *ret);
/* Read an MD5 of 32 hex digits, which none of those is. */
bool digest_parse_md5(const char *s, size_t len, struct digest *ret);
/* Nix's base-32: least significant digit last, alphabet without e, o, u, t. ret gets (len*8-1)/5+1
 * bytes and NUL. */
void nix32_encode(const uint8_t *bytes, size_t len, char *ret);

#endif
