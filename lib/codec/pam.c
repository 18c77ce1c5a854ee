/* SPDX-License-Identifier: Apache-2.0 */
/* codec/pam.c: lines put together, then split into words. */
#include "codec/pam.h"

#include <string.h>

struct reader {
	const char *text;
	size_t len, at;
	size_t line; /* that begins at "at" */
};

/* A line with those that belong to it. */
struct line {
	char text[PAM_LINE_MAX + 1];
	size_t len;
	size_t number;
	bool cut; /* too long, or there is a NUL */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static void add(struct line *l, const char *bytes, size_t len)
{
	if (l->cut || len > PAM_LINE_MAX - l->len || memchr(bytes, '\0', len)) {
		l->cut = true;
		return;
	}
	memcpy(l->text + l->len, bytes, len);
	l->len += len;
}

/* The next line of the file; true: the one behind it belongs to it. */
static bool add_part(struct reader *r, struct line *l)
{
	const char *bytes = r->text + r->at;
	const char *newline = memchr(bytes, '\n', r->len - r->at);
	size_t len = newline ? (size_t)(newline - bytes) : r->len - r->at;
	const char *comment = memchr(bytes, '#', len);
	bool more;

	r->at += len + (newline != NULL);
	r->line++;
	if (comment)
		len = (size_t)(comment - bytes);
	while (len && is_blank(bytes[len - 1]))
		len--;
	more = len && bytes[len - 1] == '\\' && !comment;
	add(l, bytes, len - more);
	if (more)
		add(l, " ", 1);
	return more;
}

static void read_line(struct reader *r, struct line *l)
{
	l->len = 0;
	l->cut = false;
	l->number = r->line;
	while (add_part(r, l) && r->at < r->len)
		;
	l->text[l->len] = '\0';
}

/* The next word, cut off in place; "" at the end. "[...]" is one, whatever is in it. */
static char *take_word(char **rest)
{
	char *word = *rest, *end;

	while (is_blank(*word))
		word++;
	end = word;
	for (bool inside = *word == '['; *end && (inside || !is_blank(*end)); end++) {
		if (inside && *end == '\\' && end[1])
			end++;
		else if (*end == ']')
			inside = false;
	}
	*rest = *end ? end + 1 : end;
	*end = '\0';
	return word;
}

static bool is_type(const char *word)
{
	static const char *const types[] = { "account", "auth", "password", "session" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcasecmp(word, types[i]))
			return true;
	return false;
}

static enum pam_kind kind_of(const char *control)
{
	if (!strcasecmp(control, "include"))
		return PAM_INCLUDE;
	return !strcasecmp(control, "substack") ? PAM_SUBSTACK : PAM_MODULE;
}

/* False: it is no rule. */
static bool parse(struct line *l, struct pam_rule *rule)
{
	char *rest = l->text, *word;

	if (l->cut)
		return false;
	*rule = (struct pam_rule){ .line = l->number, .type = "", .control = "" };
	word = take_word(&rest);
	if (!strcasecmp(word, "@include")) {
		rule->kind = PAM_INCLUDE;
	} else {
		rule->optional = word[0] == '-';
		rule->type = word + rule->optional;
		rule->control = take_word(&rest);
		rule->kind = kind_of(rule->control);
		if (!is_type(rule->type))
			return false;
	}
	rule->name = take_word(&rest);
	return rule->name[0] != '\0';
}

int pam_read(const char *text, size_t len, pam_fn *fn, void *data)
{
	struct reader r = { .text = text, .len = len, .line = 1 };
	struct pam_rule rule;
	struct line line;
	int result = 0;

	while (r.at < len && !result) {
		read_line(&r, &line);
		if (parse(&line, &rule))
			result = fn(data, &rule);
	}
	return result;
}
