/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_accounts.c: whatever the user is called, passwd and group have whole lines, and
 * one for him. */
#include "base/mem.h"
#include "engine/accounts.h"
#include "fuzz/fuzz.h"
#include "model/spec.h"

/* Lines of so many fields, the third a number. Returns how many have this one. */
static size_t check_lines(const char *text, size_t fields, uint32_t id)
{
	size_t hits = 0;

	while (*text) {
		const char *end = strchr(text, '\n');
		size_t colons = 0;
		unsigned found = 0;

		FUZZ_CHECK(end && end > text);
		for (const char *p = text; p < end; p++)
			colons += *p == ':';
		FUZZ_CHECK(colons + 1 == fields);
		FUZZ_CHECK(sscanf(text, "%*[^:]:*:%u:", &found) == 1);
		hits += found == id;
		text = end + 1;
	}
	return hits;
}

static int build(
	struct ctx *cx, struct spec *s, const char *user, struct arena *a, struct accounts *ret)
{
	s->user = user;
	return accounts_build(cx, s, NULL, "/bin/sh", a, ret);
}

/* By number it is the same account. */
static void check_numbers(
	struct ctx *cx, struct spec *s, struct arena *a, const struct accounts *who)
{
	struct accounts again = { 0 };
	char user[64];

	snprintf(user, sizeof(user), "%u:%u", who->uid, who->gid);
	FUZZ_CHECK(build(cx, s, user, a, &again) == 0);
	FUZZ_CHECK(who->uid == again.uid && who->gid == again.gid);
	FUZZ_CHECK(!strcmp(who->passwd, again.passwd) && !strcmp(who->group, again.group));
	FUZZ_CHECK(!strcmp(who->home, again.home) && *who->home == '/');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(arena) struct arena a;
	AUTO(spec) struct spec *s = NULL;
	char *user = strndup((const char *)bytes, len);
	struct accounts who = { 0 };
	struct ctx cx;
	int r;

	arena_init(&a);
	fuzz_ctx(&cx);
	FUZZ_CHECK(user && spec_new(&cx, &s) == 0);
	r = build(&cx, s, user, &a, &who);
	fuzz_judge(&cx, r);
	if (!r) {
		FUZZ_CHECK(who.uid <= INT32_MAX && who.gid <= INT32_MAX);
		FUZZ_CHECK(check_lines(who.passwd, 7, who.uid) == 1);
		FUZZ_CHECK(check_lines(who.group, 4, who.gid) == 1);
		check_numbers(&cx, s, &a, &who);
	}
	free(user);
	return 0;
}
