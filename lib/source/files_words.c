/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_words.c: programs that shell scripts start, and the text behind "sh -c". */
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "codec/shell_words.h"
#include "source/files.h"

enum { SCRIPT_MAX = 4 << 20 };

struct words {
	struct ctx *cx;
	struct files *fs;
	struct facts *f;
	uint32_t from; /* node */
	bool packaged; /* the text is a package's, which says itself what it depends on */
	struct map seen;
	struct arena arena;
};

static void auto_words(struct words *w)
{
	map_done(&w->seen);
	arena_done(&w->arena);
}

/* Nobody says that the script gets there: what is not a program here is no matter. */
static int want_program(struct words *w, const char *path, const char *word)
{
	bool may = true;
	int r = w->packaged ? packages_may_name(w->cx, w->fs, word, path, &may) : 0;
	const struct want want = {
		.path = path,
		.from = w->from,
		.rule = RULE_TEXT,
		.detail = word,
		.optional = true,
	};

	return r < 0 || !may ? r : facts_want(w->cx, w->f, &want);
}

static int find(struct words *w, const char *word)
{
	const char *path = NULL;
	bool found = false;
	int r = 0;

	if (!strchr(word, '/')) {
		r = files_search_program(w->cx, w->fs, w->f, w->fs->search_path, word, &path);
		return r < 0 || !path ? r : want_program(w, path, word);
	}
	if (word[0] != '/')
		return 0; /* who knows from where it is started */
	path = path_resolve(&w->fs->arena, "/", word);
	if (!path || files_is_kernel(path))
		return 0;
	r = files_find_program(w->cx, w->fs, w->f, path, &found);
	return r < 0 || !found ? r : want_program(w, path, word);
}

static int on_word(void *data, enum shell_word kind, const char *word, size_t at)
{
	struct words *w = data;
	uint32_t unused;
	const char *kept;

	(void)at;
	/* A path in any place may be that of a program; a name may be just a word, and in a script
	 * of a package it is that of a small program at worst. */
	if (kind == SHELL_BARE && !w->packaged)
		return 0;
	if (map_find(&w->seen, word, strlen(word), &unused))
		return 0;
	kept = arena_str(&w->arena, word);
	if (!kept || map_put(&w->seen, kept, strlen(kept), 0) < 0)
		return fail_nomem(w->cx);
	return find(w, kept);
}

struct text {
	const char *bytes;
	size_t len;
	bool packaged;
};

static int scan(struct ctx *cx, struct files *fs, struct facts *f, uint32_t from, struct text text)
{
	AUTO(words)
	struct words w = { .cx = cx, .fs = fs, .f = f, .from = from, .packaged = text.packaged };

	arena_init(&w.arena);
	map_init(&w.seen);
	return shell_words(text.bytes, text.len, on_word, &w);
}

/* Scripts of packages elsewhere are hooks and examples that others start. */
static bool is_started(const char *path)
{
	static const char *const dirs[] = { "/usr/bin", "/usr/sbin", "/usr/games", "/usr/lib",
		"/usr/libexec", "/bin", "/sbin", "/lib" };

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (path_within(path, dirs[i]))
			return true;
	return false;
}

int files_scan_script(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot)
{
	const struct spot *s = &fs->spots[spot];
	const struct shebang *line = &s->object->shebang;
	AUTO(buf) struct buf text;
	bool packaged;
	int r = packages_trust(cx, fs, s->path, &packaged);

	buf_init(&text, SCRIPT_MAX + 1);
	if (r < 0 || (packaged && !(s->roles & ROLE_NAMED) && !is_started(s->path)))
		return r;
	if (!shell_is_known(line->program ? line->program : line->interpreter))
		return 0;
	if (s->info.size > SCRIPT_MAX)
		return facts_note(cx, f, "'%s' is not searched for programs: %llu bytes, limit %d",
			s->path, (unsigned long long)s->info.size, SCRIPT_MAX);
	r = file_read(cx, files_root_fd(fs), s->path + 1, FILE_IN_ROOT, &text);
	return r < 0 ? r
		     : scan(cx, fs, f, fs->spots[spot].node,
			       (struct text){ text.data, text.len, packaged });
}

/* "-c", also among other letters: "-euc". */
static bool is_command_option(const char *arg)
{
	return arg[0] == '-' && arg[1] != '-' && strchr(arg, 'c') != NULL;
}

int files_scan_command(struct ctx *cx, struct files *fs, struct facts *f, uint32_t node)
{
	bool shell = false;

	for (size_t i = 0; i < fs->n_args; i++) {
		const char *arg = fs->args[i];

		if (shell && is_command_option(arg)) {
			const char *text = i + 1 < fs->n_args ? fs->args[i + 1] : "";

			return scan(cx, fs, f, node, (struct text){ text, strlen(text), false });
		}
		shell = shell_is_known(arg) || (shell && arg[0] == '-');
	}
	return 0;
}
