/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_nss.c: --nss=host: where libc looks up names on this host, and with which modules.
 */
#include <string.h>

#include "base/buf.h"
#include "source/files.h"

enum { CONF_MAX = 1 << 20, NAME_MAX_BYTES = 64 };

static const char conf[] = "/etc/nsswitch.conf";

/* libc that looks names up, and whose name for a module it is. */
struct asker {
	struct ctx *cx;
	struct files *fs;
	struct facts *f;
	const char *dir; /* of libc, where modules lie, too */
	uint32_t node;
};

static int want(const struct asker *n, const char *path, const char *detail)
{
	const struct want want = {
		.path = path,
		.from = n->node,
		.rule = RULE_HINT,
		.detail = detail,
		.optional = true,
	};

	return path ? facts_want(n->cx, n->f, &want) : fail_nomem(n->cx);
}

/* Letters, digits, "_" and "-": nothing else is part of the name of a file. */
static bool is_name(const char *word, size_t len)
{
	return len <= NAME_MAX_BYTES &&
	       strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") >=
		       len;
}

/* Of a module several lines may speak; many need none, for libc has "files" and "dns" itself. */
static int want_module(const struct asker *n, const char *word, size_t len)
{
	struct arena *a = &n->fs->arena;
	const char *file = arena_printf(a, "libnss_%.*s.so.2", (int)len, word);
	uint32_t unused;

	if (!file)
		return fail_nomem(n->cx);
	if (map_find(&n->fs->hinted, file, strlen(file), &unused))
		return 0;
	if (map_put(&n->fs->hinted, file, strlen(file), 0) < 0)
		return fail_nomem(n->cx);
	return want(n, arena_printf(a, "%s/%s", n->dir, file), "nsswitch.conf");
}

/* "hosts: files [NOTFOUND=return] dns": what is in brackets is no name. */
static int read_line(const struct asker *n, const char *line, size_t len)
{
	const char *end = memchr(line, '#', len), *word;
	int r = 0;

	end = end ? end : line + len;
	word = memchr(line, ':', (size_t)(end - line));
	for (bool rule = false; word && word < end && r == 0;) {
		size_t room = (size_t)(end - word), size = strcspn(word, ": \t\r\n[]");

		size = size < room ? size : room;
		if (size && !rule && is_name(word, size))
			r = want_module(n, word, size);
		word += size;
		if (word < end && (*word == '[' || *word == ']'))
			rule = *word == '[';
		word++;
	}
	return r;
}

static int read_conf(const struct asker *n)
{
	AUTO(buf) struct buf text;
	int r;

	buf_init(&text, CONF_MAX);
	r = file_read(n->cx, files_root_fd(n->fs), conf + 1, FILE_IN_ROOT, &text);
	if (r == OCIT_E_NOT_FOUND) {
		ctx_clear(n->cx);
		return 0;
	}
	for (const char *line = text.data; r == 0 && line && *line;) {
		size_t len = strcspn(line, "\n");

		r = read_line(n, line, len);
		line += len + (line[len] == '\n');
	}
	return within(n->cx, r, "'%s'", conf);
}

int files_hint_nss(
	struct ctx *cx, struct files *fs, struct facts *f, const char *libc_dir, uint32_t node)
{
	const struct asker n = { cx, fs, f, libc_dir, node };
	uint32_t unused;
	int r;

	if (fs->spec->nss != NSS_HOST || map_find(&fs->hinted, conf, strlen(conf), &unused))
		return 0;
	if (map_put(&fs->hinted, conf, strlen(conf), 0) < 0)
		return fail_nomem(cx);
	r = want(&n, conf, NULL);
	return r < 0 ? r : read_conf(&n);
}
