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

static void sources_with_dots_start_in_the_callers_directory(void **state)
{
	static const struct {
		const char *directory, *given, *source;
	} rows[] = {
		{ "/home/me", ".", "/home/me" },
		{ "/home/me", "./", "/home/me" },
		{ "/home/me", "./data", "/home/me/data" },
		{ "/home/me", ".//data/", "/home/me/data/" },
		{ "/home/me", "./.data", "/home/me/.data" },
		{ "/home/me", "..", "/home" },
		{ "/home/me", "../you", "/home/you" },
		{ "/home/me", "./../.././x", "/x" },
		{ "/home/me", "../../..", "/" },
		{ "/home/me", "./link/../x", "/home/me/link/../x" },
		{ "/", "./x", "/x" },
		{ "/home/me", "/srv", "/srv" },
		{ "/home/me", "data", "data" },
		{ "/home/me", ".data", ".data" },
		{ "/home/me", "...", "..." },
		{ NULL, "./data", "./data" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_empty(&cx);
		AUTO(arena) struct arena a;
		const char *source = NULL;
		char text[256];

		arena_init(&a);
		snprintf(text, sizeof(text), "%s:/d", rows[i].given);
		spec_set(&cx, s, "volume", text);
		/* The order does not matter. */
		if (rows[i].directory)
			spec_set(&cx, s, "directory", rows[i].directory);
		assert_int_equal(spec_mount_source(&cx, s, &s->mounts[0], &a, &source), 0);
		assert_string_equal(source, rows[i].source);
		assert_string_equal(s->mounts[0].source, rows[i].given);
		assert_string_equal(s->mounts[0].option, "volume");
	}
}

static void sources_of_documents_stay_as_given(void **state)
{
	struct ctx cx;
	AUTO(spec)
	struct spec *s = spec_of(&cx, "{\"mounts\":{\"/d\":{\"source\":\"./x\"},\"/e\":{}}}");
	AUTO(arena) struct arena a;
	const char *source = "";

	(void)state;
	arena_init(&a);
	spec_set(&cx, s, "directory", "/w");
	assert_int_equal(spec_mount_source(&cx, s, &s->mounts[0], &a, &source), 0);
	assert_string_equal(source, "./x");
	assert_int_equal(spec_mount_source(&cx, s, &s->mounts[1], &a, &source), 0);
	assert_null(source);
}

static void a_source_of_5000_bytes_is_refused(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);
	AUTO(arena) struct arena a;
	const char *source = "";
	char text[5000];

	(void)state;
	arena_init(&a);
	memset(text, 'x', sizeof(text));
	memcpy(text, "./", 2);
	memcpy(text + sizeof(text) - 4, ":/d", 4);
	spec_set(&cx, s, "volume", text);
	spec_set(&cx, s, "directory", "/w");
	assert_int_equal(spec_mount_source(&cx, s, &s->mounts[0], &a, &source), OCIT_E_FORMAT);
	assert_contains(ctx_message(&cx), "source of 4996 bytes");
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
		cmocka_unit_test(sources_with_dots_start_in_the_callers_directory),
		cmocka_unit_test(sources_of_documents_stay_as_given),
		cmocka_unit_test(a_source_of_5000_bytes_is_refused),
		cmocka_unit_test(malformed_forms_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
