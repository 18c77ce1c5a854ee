/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_interpreter.c: interpreters by their names, and their command lines. */
#include <string.h>

#include "base/text.h"
#include "source/files_imports.h"

static const char *const names[] = {
	[LANGUAGE_PYTHON] = "python", [LANGUAGE_PERL] = "perl", [LANGUAGE_RUBY] = "ruby"
};

const char *language_name(enum language language)
{
	return names[language];
}

enum language language_of(const char *name)
{
	const char *base = strrchr(name, '/');

	base = base ? base + 1 : name;
	for (enum language l = LANGUAGE_PYTHON; l <= LANGUAGE_RUBY; l++) {
		size_t n = strlen(names[l]);

		if (text_starts(base, names[l]) && !base[n + strspn(base + n, ".0123456789")])
			return l;
	}
	return LANGUAGE_NONE;
}

int language_of_program(struct ctx *cx, struct files *fs, const struct facts *f, const char *path,
	enum language *ret)
{
	struct trail t;
	int r = 0;

	*ret = language_of(path);
	if (*ret || path[0] != '/')
		return 0;
	r = modules_walk(cx, fs, f, path, &t);
	for (size_t i = 0; r == 0 && i < t.n_links && !*ret; i++)
		*ret = language_of(fs->spots[t.links[i].spot].path);
	if (r == 0 && !*ret && t.end == TRAIL_FILE)
		*ret = language_of(fs->spots[t.spot].path);
	return r;
}

/* How options go on, by their letters; all others stand alone. */
struct grammar {
	const char *value;  /* the rest of the word, or else the next word */
	const char *rest;   /* the rest of the word */
	const char *digits; /* perhaps a number */
	const char *text;   /* of value: it is the program */
	bool ends;          /* and no option follows */
	const char *words;  /* long options that take the next word */
};

static const struct grammar grammars[] = {
	[LANGUAGE_PYTHON] = { "cmWXQ", "", "", "cm", true, " --check-hash-based-pycs " },
	[LANGUAGE_PERL] = { "eEI", "MmiFDxVdC", "0l", "eE", false, " " },
	[LANGUAGE_RUBY] = { "eEICXr", "iFxKTW", "0", "e", false,
		" --enable --disable --encoding --external-encoding --internal-encoding "
		"--backtrace-limit " },
};

/* Where a command line is read. */
struct line {
	const struct grammar *grammar;
	const char *const *args;
	size_t n, at;
	option_fn *fn;
	void *data;
	bool text; /* the program is the value of an option */
};

/* Letters of one word: "-ne", "-Bc". */
static int read_letters(struct line *l)
{
	const struct grammar *g = l->grammar;

	for (const char *s = l->args[l->at] + 1; *s;) {
		char c = *s++;
		bool value = strchr(g->value, c);

		if (strchr(g->digits, c))
			s += strspn(s, "0123456789");
		if (!value && !strchr(g->rest, c))
			continue;
		if (value && !*s)
			s = ++l->at < l->n ? l->args[l->at] : NULL;
		l->text |= strchr(g->text, c) != NULL;
		return s ? l->fn(l->data, c, s) : 0;
	}
	return 0;
}

int interpreter_options(enum language language, const char *const *args, size_t n, option_fn *fn,
	void *data, struct line_end *ret)
{
	struct line l = {
		.grammar = &grammars[language], .args = args, .n = n, .fn = fn, .data = data
	};
	int r = 0;

	for (; r == 0 && l.at < n && args[l.at][0] == '-' && args[l.at][1]; l.at++) {
		if (l.text && l.grammar->ends)
			break;
		if (!strcmp(args[l.at], "--")) {
			l.at++;
			break;
		}
		if (args[l.at][1] == '-')
			l.at += text_has_word(l.grammar->words, args[l.at]);
		else
			r = read_letters(&l);
	}
	*ret = (struct line_end){ .next = l.at < n ? l.at : n, .text = l.text };
	/* "-" is standard input. */
	ret->script = !l.text && ret->next < n && strcmp(args[ret->next], "-") != 0;
	return r;
}
