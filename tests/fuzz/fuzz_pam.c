/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_pam.c: rules of PAM, written again one on a line, are told again the same. */
#include "base/buf.h"
#include "base/mem.h"
#include "codec/pam.h"
#include "fuzz/fuzz.h"

struct told {
	size_t last; /* line */
	bool again;
	struct buf text;
};

static int tell(void *data, const struct pam_rule *r)
{
	struct told *t = data;

	FUZZ_CHECK(r->line > t->last);
	FUZZ_CHECK(!t->again || r->line == t->last + 1);
	FUZZ_CHECK(*r->name && (*r->type || r->kind == PAM_INCLUDE));
	FUZZ_CHECK(!*r->type == !*r->control);
	FUZZ_CHECK(!r->optional || *r->type);
	t->last = r->line;
	/* Without its closing bracket it takes the rest of the line, blanks and all. */
	if (r->name[0] == '[')
		return 0;
	if (*r->type)
		buf_printf(&t->text, "%s%s %s ", r->optional ? "-" : "", r->type, r->control);
	else
		buf_str(&t->text, "@include ");
	/* At the end of a line a backslash would be something else. */
	buf_printf(&t->text, "%s%s\n", r->name, r->name[strlen(r->name) - 1] == '\\' ? " -" : "");
	return 0;
}

static void auto_told(struct told *t)
{
	buf_done(&t->text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(told) struct told once = { .last = 0 }, again = { .again = true };

	buf_init(&once.text, 64 << 20);
	buf_init(&again.text, 64 << 20);
	FUZZ_CHECK(pam_read((const char *)bytes, len, tell, &once) == 0);
	FUZZ_CHECK(once.text.len <= 2 * len + 16);
	FUZZ_CHECK(pam_read(once.text.len ? once.text.data : "", once.text.len, tell, &again) == 0);
	FUZZ_CHECK(once.text.len == again.text.len);
	FUZZ_CHECK(!once.text.len || !memcmp(once.text.data, again.text.data, once.text.len));
	return 0;
}
