/* SPDX-License-Identifier: Apache-2.0 */
/* source/nix_path.c: recognise store paths, alone and inside other text. */
#include "source/nix_path.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

enum { NAME = 1, HASH = 2 | NAME, FOREIGN = 4 | HASH };

/* Each row of a database comes by here, so a byte costs one look. */
static const uint8_t classes[256] = {
	['0' ... '9'] = HASH,
	['a' ... 'd'] = HASH,
	['e'] = FOREIGN,
	['f' ... 'n'] = HASH,
	['o'] = FOREIGN,
	['p' ... 's'] = HASH,
	['t'] = FOREIGN,
	['u'] = FOREIGN,
	['v' ... 'z'] = HASH,
	['A' ... 'Z'] = NAME,
	['+'] = NAME,
	['-'] = NAME,
	['.'] = NAME,
	['_'] = NAME,
	['?'] = NAME,
	['='] = NAME,
};

static uint8_t class_of(char c)
{
	return classes[(unsigned char)c];
}

static bool is_name(char c)
{
	return class_of(c) & NAME;
}

/* Nix refuses names that look like "." or "..", alone or before a "-". */
static bool name_is_dots(const char *name, size_t len)
{
	size_t dots = len > 1 && name[0] == '.' && name[1] == '.' ? 2 : 1;

	return name[0] == '.' && (len == dots || name[dots] == '-');
}

/* 32 digits and lower case letters; *ret_foreign: with some that Nix does not use. */
static bool is_hash_part(const char *s, bool *ret_foreign)
{
	uint8_t any = 0, all = HASH;

	for (size_t i = 0; i < NIX_HASH_LEN; i++) {
		any |= class_of(s[i]);
		all &= class_of(s[i]);
	}
	*ret_foreign = (any & FOREIGN) == FOREIGN;
	return all == HASH;
}

enum nix_fault nix_name_scan(const char *s, size_t len, size_t *ret_len)
{
	bool foreign;
	size_t n = NIX_HASH_LEN + 1;

	*ret_len = 0;
	if (len <= n || !is_hash_part(s, &foreign) || s[NIX_HASH_LEN] != '-' || !is_name(s[n]))
		return NIX_NO_SHAPE;
	while (n < len && is_name(s[n]))
		n++;
	*ret_len = n;
	if (foreign)
		return NIX_BAD_ALPHABET;
	if (name_is_dots(s + NIX_HASH_LEN + 1, n - NIX_HASH_LEN - 1))
		return NIX_BAD_DOTS;
	return n - NIX_HASH_LEN - 1 > NIX_NAME_MAX ? NIX_TOO_LONG : NIX_FINE;
}

enum nix_fault nix_name_check(const char *s, size_t len)
{
	size_t n;
	enum nix_fault fault = nix_name_scan(s, len, &n);

	return fault == NIX_FINE && n != len ? NIX_NO_SHAPE : fault;
}

const char *nix_fault_text(enum nix_fault fault)
{
	switch (fault) {
	case NIX_FINE:
		break;
	case NIX_NO_SHAPE:
		return "not 32 digits or letters, '-' and a name";
	case NIX_BAD_ALPHABET:
		return "its hash part has a letter of e, o, u, t, which Nix never writes";
	case NIX_BAD_DOTS:
		return "its name looks like '.' or '..'";
	case NIX_TOO_LONG:
		return "its name is longer than 211 bytes";
	}
	return "nothing is wrong with it";
}

size_t nix_name_version(const char *name)
{
	for (size_t i = 0; name[i]; i++)
		if (name[i] == '-' && name[i + 1] >= '0' && name[i + 1] <= '9')
			return i + 1;
	return 0;
}

bool nix_mention_next(
	const char *text, size_t len, const char *store_dir, size_t *pos, struct nix_mention *ret)
{
	size_t dir_len = strlen(store_dir);

	while (*pos < len) {
		const char *hit = memmem(text + *pos, len - *pos, store_dir, dir_len);
		size_t at, n;
		enum nix_fault fault;

		if (!hit)
			break;
		at = (size_t)(hit - text) + dir_len;
		*pos = at;
		if (at == len || text[at] != '/')
			continue;
		at++;
		fault = nix_name_scan(text + at, len - at, &n);
		if (fault == NIX_NO_SHAPE)
			continue;
		*pos = at + n;
		*ret = (struct nix_mention){ .at = text + at, .len = n, .fault = fault };
		return true;
	}
	*pos = len;
	return false;
}

const char *nix_path_entry(const char *path, const char *store_dir, size_t *ret_len)
{
	const char *entry = path + strlen(store_dir) + 1;

	*ret_len = strcspn(entry, "/");
	return entry;
}
