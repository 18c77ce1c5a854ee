/* SPDX-License-Identifier: Apache-2.0 */
/* model/schema_form.c: forms of strings, each as its specification spells it. */
#include <string.h>

#include "base/text.h"
#include "model/schema_table.h"

enum { MEDIA_NAME_MAX = 127 };

#define DIGITS "0123456789"
#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define ALNUM  DIGITS LOWER UPPER

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_base64(const char *s)
{
	size_t len = strlen(s);
	size_t n = strspn(s, ALNUM "+/");

	return len % 4 == 0 && len - n <= 2 && strspn(s + n, "=") == len - n;
}

static bool is_cpu_list(const char *s)
{
	return !s[strspn(s, DIGITS ", -")];
}

static bool is_device_type(const char *s)
{
	return *s && strchr("cbup", *s) && !s[1];
}

/* Words of lower-case letters and digits with one separator between them. */
static bool is_algorithm(const char *s, size_t len)
{
	bool word = false;

	for (size_t i = 0; i < len; i++) {
		bool letter = strchr(DIGITS LOWER, s[i]);

		if (!letter && (!word || !strchr("+._-", s[i])))
			return false;
		word = letter;
	}
	return word;
}

/* Registered algorithms say how their digests look. */
static bool is_registered(const char *s, const char *algorithm, size_t digits)
{
	const char *encoded = s + strlen(algorithm);

	return !text_starts(s, algorithm) ||
	       (strlen(encoded) == digits && strspn(encoded, DIGITS "abcdef") == digits);
}

static bool is_digest(const char *s)
{
	const char *colon = strchr(s, ':');

	return colon && is_algorithm(s, (size_t)(colon - s)) && colon[1] &&
	       !colon[1 + strspn(colon + 1, ALNUM "=_-")] && is_registered(s, "sha256:", 64) &&
	       is_registered(s, "sha512:", 128);
}

static bool is_line(const char *s)
{
	return !strchr(s, '\n');
}

static bool is_media_name(const char *s, size_t len)
{
	return len && len <= MEDIA_NAME_MAX && strchr(ALNUM, *s) &&
	       strspn(s, ALNUM "!#$&^_.+-") >= len;
}

static bool is_media_type(const char *s)
{
	const char *slash = strchr(s, '/');

	return slash && is_media_name(s, (size_t)(slash - s)) &&
	       is_media_name(slash + 1, strlen(slash + 1));
}

static bool is_memory_bandwidth(const char *s)
{
	return text_starts(s, "MB:") && is_line(s);
}

static bool is_page_size(const char *s)
{
	size_t n = strspn(s, DIGITS);

	return n && *s != '0' && s[n] && strchr("KMG", s[n]) && !strcmp(s + n + 1, "B");
}

static bool is_rlimit(const char *s)
{
	return text_starts(s, "RLIMIT_") && s[7] && !s[7 + strspn(s + 7, UPPER)];
}

/* Like pattern, in which 0 stands for a digit and every other character for itself. */
static bool is_like(const char *s, const char *pattern)
{
	for (; *pattern; s++, pattern++)
		if (*pattern == '0' ? !is_digit(*s) : *s != *pattern)
			return false;
	return true;
}

static unsigned two(const char *s)
{
	return (unsigned)(s[0] - '0') * 10 + (unsigned)(s[1] - '0');
}

static bool is_date(const char *s)
{
	static const uint8_t days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	unsigned year, month, day;

	if (!is_like(s, "0000-00-00"))
		return false;
	year = two(s) * 100 + two(s + 2);
	month = two(s + 5);
	day = two(s + 8);
	if (month == 2 && day == 29 && (year % 4 || (year % 100 == 0 && year % 400)))
		return false;
	return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

static bool is_clock(const char *s)
{
	return is_like(s, "00:00:00") && two(s) <= 23 && two(s + 3) <= 59 && two(s + 6) <= 60;
}

static bool is_zone(const char *s)
{
	if (!strcmp(s, "Z") || !strcmp(s, "z"))
		return true;
	return (*s == '+' || *s == '-') && is_like(s + 1, "00:00") && !s[6] && two(s + 1) <= 23 &&
	       two(s + 4) <= 59;
}

/* RFC 3339. A second 60 is a leap second. */
static bool is_time(const char *s)
{
	if (!is_date(s) || (s[10] != 'T' && s[10] != 't') || !is_clock(s + 11))
		return false;
	s += 19;
	if (*s == '.') {
		if (!is_digit(s[1]))
			return false;
		s += 1 + strspn(s + 1, DIGITS);
	}
	return is_zone(s);
}

static bool is_hex(char c)
{
	return c && strchr(DIGITS "abcdefABCDEF", c);
}

/* RFC 3986, as far as it says which characters may stand where. */
static bool is_uri(const char *s)
{
	const char *colon = strchr(s, ':');

	if (!colon || !*s || !strchr(LOWER UPPER, *s) || s + strspn(s, ALNUM "+.-") != colon)
		return false;
	for (s = colon + 1; *s; s++) {
		if (*s == '%' && (!is_hex(s[1]) || !is_hex(s[2])))
			return false;
		if (!strchr(ALNUM "-._~:/?#[]@!$&'()*+,;=%", *s))
			return false;
	}
	return colon[1];
}

static bool is_variable(const char *s)
{
	return *s != '=' && strchr(s, '=');
}

/* Identifiers with dots between them; numbers among those of a prerelease have no leading zero. */
static bool is_dotted(const char *s, size_t len, bool zeros)
{
	size_t i = 0;

	for (;;) {
		size_t n = strspn(s + i, ALNUM "-");

		n = n > len - i ? len - i : n;
		if (!n || (!zeros && n > 1 && s[i] == '0' && strspn(s + i, DIGITS) >= n))
			return false;
		i += n;
		if (i == len)
			return true;
		if (s[i++] != '.')
			return false;
	}
}

/* Semantic Versioning 2.0.0. */
static bool is_version(const char *s)
{
	for (int i = 0; i < 3; i++) {
		size_t n = strspn(s, DIGITS);

		if (!n || (n > 1 && *s == '0') || (i < 2 && s[n] != '.'))
			return false;
		s += n + (i < 2);
	}
	if (*s == '-') {
		size_t n = strcspn(s + 1, "+");

		if (!is_dotted(s + 1, n, false))
			return false;
		s += 1 + n;
	}
	return !*s || (*s == '+' && is_dotted(s + 1, strlen(s + 1), true));
}

static const struct {
	bool (*fits)(const char *s);
	const char *name;
} forms[] = {
	[FORM_BASE64] = { is_base64, "base64 text with its padding" },
	[FORM_CPU_LIST] = { is_cpu_list, "a list of processors, such as '0-3,7'" },
	[FORM_DEVICE_TYPE] = { is_device_type, "a type of device: 'c', 'b', 'u' or 'p'" },
	[FORM_DIGEST] = { is_digest,
		"a digest: sha256: and 64 lower-case hexadecimal digits, or another algorithm" },
	[FORM_LINE] = { is_line, "a single line" },
	[FORM_MEDIA_TYPE] = { is_media_type, "a media type, TYPE/SUBTYPE" },
	[FORM_MEMORY_BANDWIDTH] = { is_memory_bandwidth, "a line that begins with 'MB:'" },
	[FORM_PAGE_SIZE] = { is_page_size, "a page size, such as '2MB'" },
	[FORM_RLIMIT] = { is_rlimit, "a resource limit, 'RLIMIT_' and upper-case letters" },
	[FORM_TIME] = { is_time, "a time as RFC 3339 has it, such as '2026-01-02T15:04:05Z'" },
	[FORM_URI] = { is_uri, "a URI with a scheme" },
	[FORM_VARIABLE] = { is_variable, "an environment variable, NAME=VALUE" },
	[FORM_VERSION] = { is_version, "a semantic version, such as '1.0.2'" },
};

bool schema_form_fits(enum schema_form form, const char *s)
{
	return form == FORM_NONE || forms[form].fits(s);
}

const char *schema_form_name(enum schema_form form)
{
	return forms[form].name;
}
