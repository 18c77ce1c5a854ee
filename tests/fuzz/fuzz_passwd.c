/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_passwd.c: accounts, written again, are told again the same. */
#include "base/buf.h"
#include "base/mem.h"
#include "codec/passwd.h"
#include "fuzz/fuzz.h"

typedef int read_fn(const char *text, size_t len, passwd_fn *fn, void *data);

struct told {
	bool user;
	struct buf text;
};

static int tell(void *data, const struct passwd_line *l)
{
	struct told *t = data;

	FUZZ_CHECK(l->name.len && l->name.len <= 32 && l->name.text[0] != '-');
	FUZZ_CHECK(l->id <= INT32_MAX && l->gid <= INT32_MAX);
	buf_printf(&t->text, "%.*s:*:%u:", (int)l->name.len, l->name.text, l->id);
	if (t->user) {
		buf_printf(&t->text, "%u::", l->gid);
		buf_add(&t->text, l->home.text, l->home.len);
		buf_char(&t->text, ':');
		buf_add(&t->text, l->shell.text, l->shell.len);
	}
	buf_char(&t->text, '\n');
	return 0;
}

static void auto_told(struct told *t)
{
	buf_done(&t->text);
}

static void check(read_fn *read, bool user, const char *text, size_t len)
{
	AUTO(told) struct told once = { .user = user }, again = { .user = user };

	buf_init(&once.text, 64 << 20);
	buf_init(&again.text, 64 << 20);
	FUZZ_CHECK(read(text, len, tell, &once) == 0);
	FUZZ_CHECK(once.text.len <= len + 16);
	FUZZ_CHECK(read(once.text.len ? once.text.data : "", once.text.len, tell, &again) == 0);
	FUZZ_CHECK(once.text.len == again.text.len);
	FUZZ_CHECK(!once.text.len || !memcmp(once.text.data, again.text.data, once.text.len));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	check(passwd_read, true, (const char *)bytes, len);
	check(passwd_read_groups, false, (const char *)bytes, len);
	return 0;
}
