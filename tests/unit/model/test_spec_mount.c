/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/model/test_spec_mount.c: --volume, --mount and --tmpfs. */
#include "support/spec.h"

/* "destination|type|source|option,option", "-" for what is absent. */
static void describe(const struct mount *m, char *to, size_t room)
{
	int n = snprintf(to, room, "%s|%s|%s|%s", m->destination, m->type ? m->type : "-",
		m->source ? m->source : "-", m->has_options ? "" : "-");

	for (size_t i = 0; i < m->n_options; i++)
		n += snprintf(to + n, room - (size_t)n, "%s%s", i ? "," : "", m->options[i]);
}

static void forms_become_mounts(void **state)
{
	static const struct {
		const char *option, *text, *mount;
	} rows[] = {
		{ "volume", "/a:/b", "/b|none|/a|bind,ro,nosuid,nodev" },
		{ "volume", "/a:/b:ro", "/b|none|/a|bind,ro,nosuid,nodev" },
		{ "volume", "/a:/b:rw", "/b|none|/a|bind,nosuid,nodev" },
		{ "mount", "type=bind,src=/a,dst=/b", "/b|none|/a|bind" },
		{ "mount", "type=bind,source=/a,target=/b,ro", "/b|none|/a|ro,bind" },
		{ "mount", "type=bind,src=/a,destination=/b,readonly,rbind",
			"/b|none|/a|ro,rbind" },
		{ "mount", "type=bind,source=/a,dest=/b,ro", "/b|none|/a|ro,bind" },
		{ "mount", "type=tmpfs,dst=/t,size=1m", "/t|tmpfs|tmpfs|size=1m" },
		{ "mount", "type=tmpfs,src=x,dst=/t", "/t|tmpfs|x|-" },
		{ "mount", "type=proc,dst=/p", "/p|proc|-|-" },
		{ "mount", "type=ext4,src=/dev/x,dst=/e,data=journal",
			"/e|ext4|/dev/x|data=journal" },
		{ "tmpfs", "/t", "/t|tmpfs|tmpfs|-" },
		{ "tmpfs", "/t:size=64m,mode=1777", "/t|tmpfs|tmpfs|size=64m,mode=1777" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_empty(&cx);
		char text[256];

		spec_set(&cx, s, rows[i].option, rows[i].text);
		assert_int_equal(s->n_mounts, 1);
		describe(&s->mounts[0], text, sizeof(text));
		assert_string_equal(text, rows[i].mount);
	}
}

static void malformed_forms_are_refused(void **state)
{
	static const struct bad_spec rows[] = {
		{ "volume", "", OCIT_E_USAGE, "expected SRC:DST[:ro|rw]", NULL },
		{ "volume", "/a", OCIT_E_USAGE, "found '/a'", "--mount" },
		{ "volume", "/a:", OCIT_E_USAGE, "found '/a:'", NULL },
		{ "volume", ":/b", OCIT_E_USAGE, "found ':/b'", NULL },
		{ "volume", "/a:/b:z", OCIT_E_USAGE, "expected ro or rw, found 'z'", NULL },
		{ "volume", "/a:/b:ro:rw", OCIT_E_USAGE, "expected SRC:DST", NULL },
		{ "volume", "/a:/b:", OCIT_E_USAGE, "expected ro or rw, found ''", NULL },
		{ "volume", "/a\xff:/b", OCIT_E_USAGE, "byte 2 is not UTF-8", NULL },
		{ "mount", "", OCIT_E_USAGE, "an element is empty", NULL },
		{ "mount", "type=bind,src=/a", OCIT_E_USAGE, "dst= is missing", NULL },
		{ "mount", "dst=/a", OCIT_E_USAGE, "type= is missing", "type=tmpfs" },
		{ "mount", "src=/a,dst=/b", OCIT_E_USAGE, "type= is missing", "type=bind" },
		{ "mount", "bind,src=/a,dst=/b", OCIT_E_USAGE, "type= is missing", "type=bind" },
		{ "mount", "type=bind,dst=/a", OCIT_E_USAGE, "needs src=", NULL },
		{ "mount", "type=bind,src=/a,dst=", OCIT_E_USAGE, "'dst=' has no value", NULL },
		{ "mount", "type=bind,src,dst=/a", OCIT_E_USAGE, "'src' has no value", NULL },
		{ "mount", "type=bind,src=/a,source=/b,dst=/c", OCIT_E_USAGE,
			"'source' is given twice", NULL },
		{ "mount", "type=bind,src=/a,dest=/b,target=/c", OCIT_E_USAGE,
			"'target' is given twice", NULL },
		{ "mount", "src=/a,,dst=/c", OCIT_E_USAGE, "an element is empty", NULL },
		{ "tmpfs", "/t:", OCIT_E_USAGE, "an option is empty", NULL },
		{ "tmpfs", "/t:size=1m,", OCIT_E_USAGE, "an option is empty", NULL },
	};

	(void)state;
	specs_refused(rows, ARRAY_LEN(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_become_mounts),
		cmocka_unit_test(malformed_forms_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
