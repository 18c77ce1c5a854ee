/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_record.c: a record that is believed has clean paths, once each, and everything in
 * it is found. */
#include "base/mem.h"
#include "codec/json.h"
#include "fuzz/fuzz.h"
#include "inspect/record.h"

static bool is_clean(const char *path)
{
	char *text = malloc(strlen(path) + 2);
	bool clean;

	FUZZ_CHECK(text);
	sprintf(text, "%s%s", path, path[1] ? "/" : "");
	clean = text[0] == '/' && !strstr(text, "//") && !strstr(text, "/./") &&
		!strstr(text, "/../");
	free(text);
	return clean;
}

static void check_file(const struct record_view *view, size_t i)
{
	const struct recorded_file *f = &view->files[i];

	FUZZ_CHECK(is_clean(f->path) && record_find(view, f->path) == f);
	FUZZ_CHECK(f->kind == RECORDED_LINK ? f->target != NULL : true);
	FUZZ_CHECK(i == 0 || strcmp(view->files[i - 1].path, f->path) < 0);
}

static void check_unit(const struct record_view *view, size_t i)
{
	const struct recorded_unit *u = &view->units[i];

	FUZZ_CHECK(
		u->id && u->name && u->source && u->reason && record_find_unit(view, u->id) == u);
	FUZZ_CHECK(i == 0 || strcmp(view->units[i - 1].id, u->id) < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(json) struct json *doc = NULL;
	AUTO(arena) struct arena a;
	struct record_view view = { 0 };
	struct ctx cx;
	int r;

	arena_init(&a);
	fuzz_ctx(&cx);
	r = json_parse(&cx, bytes, len, "record.json", &doc);
	if (!r)
		r = record_read(&cx, json_root(doc), &a, &view);
	fuzz_judge(&cx, r);
	FUZZ_CHECK(a.used <= (64 << 10) + 256 * len);
	for (size_t i = 0; !r && i < view.n_files; i++)
		check_file(&view, i);
	for (size_t i = 0; !r && i < view.n_units; i++)
		check_unit(&view, i);
	return 0;
}
