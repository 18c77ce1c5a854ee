/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_nix_path.c: store paths are those that a second, slower judge takes, and every
 * mention in a text is found. */
#include "fuzz/fuzz.h"
#include "source/nix_path.h"

static const char store_dir[] = "/s/st";

static size_t count_chars(const char *s, size_t len, const char *set)
{
	size_t n = 0;

	while (n < len && s[n] && strchr(set, s[n]))
		n++;
	return n;
}

/* Nix's own words: hash alphabet, name alphabet, length, no dots that mean a directory. */
static bool is_store_name(const char *s, size_t len)
{
	static const char letters[] =
		"0123456789+-._?=abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *name = s + NIX_HASH_LEN + 1;
	size_t n = len - NIX_HASH_LEN - 1;

	if (len <= NIX_HASH_LEN + 1 || s[NIX_HASH_LEN] != '-' || n > NIX_NAME_MAX)
		return false;
	if (count_chars(s, NIX_HASH_LEN, "0123456789abcdfghijklmnpqrsvwxyz") < NIX_HASH_LEN)
		return false;
	for (size_t dots = 1; dots <= 2; dots++)
		if (count_chars(name, n, ".") == dots && (n == dots || name[dots] == '-'))
			return false;
	return count_chars(name, n, letters) == n;
}

static void check_fault(enum nix_fault fault, const char *s, size_t len)
{
	FUZZ_CHECK((fault == NIX_FINE) == is_store_name(s, len));
	FUZZ_CHECK(*nix_fault_text(fault));
}

/* The next mention the slow way: where the directory stands, and something of the right shape
 * behind it. */
static size_t find_slowly(const char *text, size_t len, size_t pos)
{
	size_t n, dir = strlen(store_dir);

	for (; pos + dir < len; pos++)
		if (!memcmp(text + pos, store_dir, dir) && text[pos + dir] == '/' &&
			nix_name_scan(text + pos + dir + 1, len - pos - dir - 1, &n) !=
				NIX_NO_SHAPE)
			return pos + dir + 1;
	return len;
}

static void check_mentions(const char *text, size_t len)
{
	struct nix_mention m;
	size_t pos = 0, before = 0;

	while (nix_mention_next(text, len, store_dir, &pos, &m)) {
		size_t at = (size_t)(m.at - text);

		FUZZ_CHECK(pos > before && at == find_slowly(text, len, before));
		FUZZ_CHECK(m.len > NIX_HASH_LEN + 1 && at + m.len == pos && pos <= len);
		check_fault(m.fault, m.at, m.len);
		before = pos;
	}
	FUZZ_CHECK(pos == len && find_slowly(text, len, before) == len);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const char *text = (const char *)bytes;
	char *name = strndup(text, len);

	FUZZ_CHECK(name);
	check_fault(nix_name_check(text, len), text, len);
	check_mentions(text, len);
	FUZZ_CHECK(nix_name_version(name) <= strlen(name));
	free(name);
	return 0;
}
