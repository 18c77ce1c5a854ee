/* SPDX-License-Identifier: Apache-2.0 */
/* codec/shell_words.c: enough of the grammar to know what is a command. */
#include "codec/shell_words.h"

#include <string.h>

enum { DELIMITER_MAX = 64, DOCUMENTS_MAX = 8 };

/* What the next word is. */
enum place {
	AT_COMMAND, /* a command, an assignment or a keyword */
	AT_PREFIX,  /* an option of a word that starts others, or the command that it starts */
	AT_VALUE,   /* the same behind an option: its value, perhaps */
	AT_ARGUMENT,
	AT_LIST,   /* of a loop, up to "do", or "{" of a function */
	AT_TARGET, /* of a redirection */
	AT_NAME,   /* of a loop's variable or a function */
	AT_SUBJECT /* of case, up to "in" */
};

struct span {
	size_t at, len;
};

struct document {
	char end[DELIMITER_MAX];
	size_t len;
	bool tabs; /* <<-: tabs before the end are taken off */
};

struct scan {
	const char *text;
	size_t len, at;
	shell_word_fn *fn; /* NULL: only functions are looked for */
	void *data;
	int result;
	struct span functions[SHELL_FUNCTIONS_MAX];
	size_t n_functions;
	struct document documents[DOCUMENTS_MAX]; /* that begin behind this line */
	size_t n_documents;
	bool outside; /* the command is started by a program: no builtin, no function */
};

struct word {
	char text[SHELL_WORD_MAX + 1];
	size_t len;
	size_t start;
	bool literal; /* nothing of it is expanded */
	bool quoted;  /* some of it is quoted: no keyword */
	bool lines;   /* a newline is in it */
	bool cut;
};

static void commands(struct scan *s, char end, int depth);

static int peek(const struct scan *s, size_t ahead)
{
	return s->at + ahead < s->len ? (unsigned char)s->text[s->at + ahead] : -1;
}

static bool is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Does c end a word that is not quoted? */
static bool ends_word(int c)
{
	return c < 0 || is_blank(c) || strchr("\n;&|()<>", c) != NULL;
}

static void put(struct word *w, int c)
{
	if (w->len >= SHELL_WORD_MAX || c == '\0') {
		w->cut = true;
		return;
	}
	w->lines |= c == '\n';
	w->text[w->len++] = (char)c;
}

/* ${...} and $((...)): up to the bracket that closes, quotes and escapes seen. */
static void skip_brackets(struct scan *s, char open, char close)
{
	int depth = 0;

	for (; s->at < s->len; s->at++) {
		char c = s->text[s->at];

		if (c == '\\')
			s->at++;
		else if (c == open)
			depth++;
		else if (c == close && --depth <= 0)
			break;
	}
	if (s->at < s->len)
		s->at++;
	else
		s->at = s->len;
}

/* Behind '$': what is expanded is not literal; commands in it are told. */
static void expansion(struct scan *s, struct word *w, int depth)
{
	int c = peek(s, 0);

	if (c == '(' && peek(s, 1) == '(') {
		skip_brackets(s, '(', ')');
	} else if (c == '(') {
		s->at++;
		commands(s, ')', depth + 1);
	} else if (c == '{') {
		skip_brackets(s, '{', '}');
	} else if (c == '"' || c == '\'') {
		return; /* other rules of quoting, for the words that matter the same */
	} else if (ends_word(c)) {
		put(w, '$');
		return;
	}
	w->literal = false;
}

static void single_quoted(struct scan *s, struct word *w)
{
	const char *end = memchr(s->text + s->at, '\'', s->len - s->at);
	size_t stop = end ? (size_t)(end - s->text) : s->len;

	while (s->at < stop)
		put(w, s->text[s->at++]);
	s->at = stop < s->len ? stop + 1 : stop;
}

static void double_quoted(struct scan *s, struct word *w, int depth)
{
	while (s->at < s->len) {
		char c = s->text[s->at++];

		if (c == '"')
			return;
		if (c == '\\' && peek(s, 0) == '\n')
			s->at++; /* the line goes on */
		else if (c == '\\' && s->at < s->len)
			put(w, s->text[s->at++]);
		else if (c == '$')
			expansion(s, w, depth);
		else if (c == '`') {
			commands(s, '`', depth + 1);
			w->literal = false;
		} else
			put(w, c);
	}
}

/* One character, or what is quoted or expanded there. */
static void word_part(struct scan *s, struct word *w, int depth)
{
	char c = s->text[s->at++];

	switch (c) {
	case '\\':
		w->quoted = true;
		if (peek(s, 0) == '\n')
			s->at++; /* the line goes on */
		else if (s->at < s->len)
			put(w, s->text[s->at++]);
		break;
	case '\'':
		w->quoted = true;
		single_quoted(s, w);
		break;
	case '"':
		w->quoted = true;
		double_quoted(s, w, depth);
		break;
	case '$':
		expansion(s, w, depth);
		break;
	case '`':
		commands(s, '`', depth + 1);
		w->literal = false;
		break;
	default:
		w->literal &= !strchr("*?[~{", c) || (c == '{' && !w->len) || (c == '[' && !w->len);
		put(w, c);
	}
}

/* end: the closing backquote of the commands around ends the word, too. */
static void read_word(struct scan *s, struct word *w, char end, int depth)
{
	w->len = 0;
	w->literal = true;
	w->quoted = w->lines = w->cut = false;
	w->start = s->at;
	while (s->at < s->len && !ends_word(peek(s, 0)) && !(end == '`' && peek(s, 0) == '`'))
		word_part(s, w, depth);
	w->text[w->len] = '\0';
}

static bool is_one_of(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (!strcmp(*list, word))
			return true;
	return false;
}

static bool is_builtin(const char *word)
{
	static const char *const builtins[] = { ".", ":", "[", "alias", "bg", "bind", "break",
		"caller", "cd", "compgen", "complete", "compopt", "continue", "declare", "dirs",
		"disown", "echo", "enable", "eval", "exit", "export", "false", "fc", "fg",
		"getopts", "hash", "help", "history", "jobs", "kill", "let", "local", "logout",
		"mapfile", "popd", "printf", "pushd", "pwd", "read", "readarray", "readonly",
		"return", "set", "shift", "shopt", "source", "suspend", "test", "times", "trap",
		"true", "type", "typeset", "ulimit", "umask", "unalias", "unset", "wait", NULL };

	return is_one_of(word, builtins);
}

/* Words behind which there is a command, and builtins among them. */
static bool is_prefix(const char *word, bool *ret_builtin)
{
	static const char *const own[] = { "builtin", "command", "exec", NULL };
	static const char *const programs[] = { "chrt", "chroot", "doas", "env", "flock", "ionice",
		"nice", "nohup", "setpriv", "setsid", "stdbuf", "sudo", "taskset", "timeout",
		"unshare", "xargs", NULL };

	const char *slash = strrchr(word, '/');

	*ret_builtin = is_one_of(word, own);
	return *ret_builtin || is_one_of(slash ? slash + 1 : word, programs);
}

/* Keywords behind which a command follows. */
static bool is_opening(const char *word)
{
	static const char *const words[] = { "!", "{", "}", "coproc", "do", "done", "elif", "else",
		"esac", "fi", "if", "then", "time", "until", "while", NULL };

	return is_one_of(word, words);
}

static bool is_assignment(const char *word)
{
	size_t n = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

	if (!n || (word[0] >= '0' && word[0] <= '9'))
		return false;
	if (word[n] == '[' || word[n] == '+')
		return strchr(word + n, '=') != NULL;
	return word[n] == '=';
}

static bool is_function(const struct scan *s, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i < s->n_functions; i++)
		if (s->functions[i].len == len && !memcmp(s->text + s->functions[i].at, word, len))
			return true;
	return false;
}

static void add_function(struct scan *s, const struct word *w)
{
	/* Only what stands there as it is can be compared. */
	if (s->fn || w->quoted || w->cut || !w->literal || s->n_functions == SHELL_FUNCTIONS_MAX)
		return;
	s->functions[s->n_functions++] = (struct span){ .at = w->start, .len = w->len };
}

static void tell(struct scan *s, enum shell_word kind, const struct word *w)
{
	if (!s->fn || s->result || !w->literal || w->cut || w->lines || !w->len)
		return;
	s->result = s->fn(s->data, kind, w->text, w->start);
}

/* Does it look like a file in a directory of PATH? */
static bool is_name(const char *word)
{
	static const char chars[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+-";
	static const char digits[] = "0123456789.";

	return *word && !strchr(".+-", *word) && !word[strspn(word, chars)] &&
	       word[strspn(word, digits)];
}

/* Words that scripts have in any place, of whatever programs there are. */
static bool is_of_shell(const struct scan *s, const char *word)
{
	static const char *const keywords[] = { "case", "for", "function", "in", "select", NULL };
	bool builtin;

	return is_builtin(word) || is_opening(word) || is_one_of(word, keywords) ||
	       (is_prefix(word, &builtin) && builtin) || is_function(s, word);
}

static void tell_piece(struct scan *s, const char *piece, size_t at)
{
	bool path = piece[0] == '/' && piece[1];

	if (!s->result && (path || (is_name(piece) && !is_of_shell(s, piece))))
		s->result = s->fn(s->data, path ? SHELL_PATH : SHELL_BARE, piece, at);
}

/* What text may name, that is no command here: "a=/b/c", 'grep x | sed y'. */
static void tell_text(struct scan *s, const struct word *w, const char *text)
{
	static const char between[] = " \t\r\n;&|()<>\"'`=:,{}";
	char pieces[SHELL_WORD_MAX + 1], *p = pieces;

	if (!s->fn || !w->literal || w->cut)
		return;
	memcpy(pieces, text, w->len - (size_t)(text - w->text) + 1);
	while (*p) {
		char *piece = p + strspn(p, between);
		char *end = piece + strcspn(piece, between);

		p = *end ? end + 1 : end;
		*end = '\0';
		tell_piece(s, piece, w->start);
	}
}

/* A word that is no command. */
static void tell_other(struct scan *s, const struct word *w)
{
	if (w->text[0] == '/' && w->text[1])
		tell(s, SHELL_PATH, w);
	/* As one word it has been told. */
	if (w->text[0] != '/' || strpbrk(w->text, " \t\n"))
		tell_text(s, w, w->text);
}

/* "<<" was read: the word behind it ends the document, quoted or not. */
static void begin_document(struct scan *s, char end, int depth)
{
	struct document d = { .tabs = peek(s, 0) == '-' };
	struct word w;

	s->at += d.tabs;
	while (is_blank(peek(s, 0)))
		s->at++;
	read_word(s, &w, end, depth);
	if (w.cut || w.lines || w.len >= sizeof(d.end) || s->n_documents == DOCUMENTS_MAX)
		return;
	memcpy(d.end, w.text, w.len + 1);
	d.len = w.len;
	s->documents[s->n_documents++] = d;
}

static size_t line_end(const struct scan *s, size_t from)
{
	const char *end = memchr(s->text + from, '\n', s->len - from);

	return end ? (size_t)(end - s->text) : s->len;
}

static bool is_last_line(const struct scan *s, const struct document *d, size_t at, size_t end)
{
	while (d->tabs && at < end && s->text[at] == '\t')
		at++;
	return end - at == d->len && !memcmp(s->text + at, d->end, d->len);
}

/* The line has ended: what it announced follows. */
static void skip_documents(struct scan *s)
{
	for (size_t i = 0; i < s->n_documents; i++) {
		bool last = false;

		while (!last && s->at < s->len) {
			size_t end = line_end(s, s->at);

			last = is_last_line(s, &s->documents[i], s->at, end);
			s->at = end < s->len ? end + 1 : end;
		}
	}
	s->n_documents = 0;
}

/* '<' or '>' and what belongs to it. */
static enum place redirection(struct scan *s, char end, int depth, enum place place)
{
	char c = s->text[s->at++];

	if (peek(s, 0) == '(') { /* <(...): commands */
		s->at++;
		commands(s, ')', depth + 1);
		return place == AT_COMMAND ? AT_ARGUMENT : place;
	}
	if (c == '<' && peek(s, 0) == '<' && peek(s, 1) != '<') {
		s->at++;
		begin_document(s, end, depth);
		return place;
	}
	while (peek(s, 0) == '<' || peek(s, 0) == '>' || peek(s, 0) == '&' || peek(s, 0) == '|')
		s->at++;
	return AT_TARGET;
}

static bool at_backquote(const struct scan *s, char end)
{
	return end == '`' && peek(s, 0) == '`';
}

/* Blanks, comments and what stands between patterns. */
static void skip_between(struct scan *s)
{
	for (;;) {
		int c = peek(s, 0);

		if (c == '#')
			s->at = line_end(s, s->at);
		else if (c > 0 && (is_blank(c) || strchr("\n|(;&", c)))
			s->at++;
		else
			return;
	}
}

/* Patterns up to ")": commands follow. False at esac. */
static bool skip_patterns(struct scan *s, char end, int depth)
{
	struct word w;

	for (;;) {
		skip_between(s);
		if (peek(s, 0) == ')') {
			s->at++;
			return true;
		}
		if (ends_word(peek(s, 0)) || at_backquote(s, end))
			return false;
		read_word(s, &w, end, depth);
		if (!w.quoted && !strcmp(w.text, "esac"))
			return false;
	}
}

/* "case WORD in" was read. */
static void case_items(struct scan *s, char end, int depth)
{
	while (s->at < s->len && !s->result && skip_patterns(s, end, depth))
		commands(s, ';', depth + 1);
}

/* [[ ... ]] and ((...)) hold no commands but in expansions. */
static void skip_test(struct scan *s, char end, int depth)
{
	struct word w;

	while (s->at < s->len) {
		if (ends_word(peek(s, 0)) || at_backquote(s, end)) {
			s->at++;
			continue;
		}
		read_word(s, &w, end, depth);
		if (!strcmp(w.text, "]]"))
			return;
		tell_other(s, &w);
	}
}

static bool follows_parentheses(struct scan *s)
{
	size_t at = s->at;

	while (at < s->len && is_blank((unsigned char)s->text[at]))
		at++;
	if (at >= s->len || s->text[at] != '(')
		return false;
	at++;
	while (at < s->len && is_blank((unsigned char)s->text[at]))
		at++;
	if (at >= s->len || s->text[at] != ')')
		return false;
	s->at = at + 1;
	return true;
}

/* An option of a word that starts others, its number, or xargs' "{}". */
static enum place prefix_word(const struct word *w)
{
	if (w->text[0] == '-')
		return AT_VALUE;
	if (w->text[0] == '{' || (w->text[0] >= '0' && w->text[0] <= '9'))
		return AT_PREFIX;
	return AT_ARGUMENT;
}

/* A word where a command may stand, that is not literally a keyword. */
static enum place command_word(struct scan *s, const struct word *w, enum place place)
{
	enum place prefix = place == AT_COMMAND ? AT_ARGUMENT : prefix_word(w);
	bool builtin = false;

	if (is_assignment(w->text)) {
		tell_text(s, w, strchr(w->text, '=') + 1);
		return place;
	}
	if (prefix != AT_ARGUMENT)
		return prefix;
	if (w->literal && is_prefix(w->text, &builtin)) {
		if (!builtin)
			tell(s, SHELL_COMMAND, w);
		s->outside |= !builtin || !strcmp(w->text, "exec");
		return AT_PREFIX;
	}
	if (s->outside || (!is_builtin(w->text) && !is_function(s, w->text)))
		tell(s, SHELL_COMMAND, w);
	return place == AT_VALUE ? AT_PREFIX : AT_ARGUMENT;
}

/* Keywords stand where a command may stand and are not quoted. */
static enum place first_word(struct scan *s, const struct word *w, char end, int depth)
{
	if (w->quoted)
		return command_word(s, w, AT_COMMAND);
	if (is_opening(w->text))
		return AT_COMMAND;
	if (!strcmp(w->text, "for") || !strcmp(w->text, "select") || !strcmp(w->text, "function"))
		return AT_NAME;
	if (!strcmp(w->text, "case"))
		return AT_SUBJECT;
	if (!strcmp(w->text, "[[")) {
		skip_test(s, end, depth);
		return AT_ARGUMENT;
	}
	if (follows_parentheses(s)) {
		add_function(s, w);
		return AT_COMMAND;
	}
	return command_word(s, w, AT_COMMAND);
}

static enum place named(struct scan *s, const struct word *w)
{
	if (follows_parentheses(s)) {
		add_function(s, w);
		return AT_COMMAND;
	}
	/* The name of "function f {" is a function, that of "for" harms nobody. */
	add_function(s, w);
	return AT_LIST;
}

/* find(1) and its kin start what stands behind "-exec". */
static enum place argument(struct scan *s, const struct word *w)
{
	static const char *const options[] = { "-exec", "-execdir", "-ok", "-okdir", NULL };

	if (w->literal && is_one_of(w->text, options)) {
		s->outside = true;
		return AT_PREFIX;
	}
	tell_other(s, w);
	return AT_ARGUMENT;
}

static enum place next_word(
	struct scan *s, enum place place, enum place before, char end, int depth)
{
	struct word w;

	read_word(s, &w, end, depth);
	switch (place) {
	case AT_COMMAND:
		return first_word(s, &w, end, depth);
	case AT_PREFIX:
	case AT_VALUE:
		return command_word(s, &w, place);
	case AT_LIST:
		if (!w.quoted && (!strcmp(w.text, "{") || !strcmp(w.text, "do")))
			return AT_COMMAND;
		tell_other(s, &w);
		return AT_LIST;
	case AT_TARGET:
		return before;
	case AT_NAME:
		return named(s, &w);
	case AT_SUBJECT:
		if (w.quoted || strcmp(w.text, "in") != 0)
			return AT_SUBJECT;
		case_items(s, end, depth);
		return AT_COMMAND;
	case AT_ARGUMENT:
		break;
	}
	return argument(s, &w);
}

/* "A=(" was read. */
static void elements(struct scan *s, int depth)
{
	struct word w;

	while (s->at < s->len && !s->result) {
		int c = peek(s, 0);

		if (c == '#') {
			s->at = line_end(s, s->at);
		} else if (ends_word(c)) {
			s->at++;
			if (c == ')')
				return;
		} else {
			read_word(s, &w, ')', depth);
			tell_other(s, &w);
		}
	}
}

/* An operator, or the end of the line: a command may follow. */
static enum place operator_at(struct scan *s, enum place place, int depth)
{
	char c = s->text[s->at];

	if (c == '(' && peek(s, 1) == '(' && place == AT_COMMAND) {
		skip_brackets(s, '(', ')');
		return AT_ARGUMENT;
	}
	s->at++;
	if (c == '\n') {
		skip_documents(s);
		return place == AT_SUBJECT || place == AT_NAME ? place : AT_COMMAND;
	}
	if (c != '(')
		return AT_COMMAND;
	/* A=(...) is a list of words, all else commands. */
	if (s->at > 1 && s->text[s->at - 2] == '=') {
		elements(s, depth);
		return place;
	}
	commands(s, ')', depth + 1);
	return AT_ARGUMENT;
}

/* Is this where commands that end so end? ";;" ends those of a case item. */
static bool is_end(struct scan *s, char end)
{
	int c = peek(s, 0);

	if (end == ';') {
		if (c != ';' || (peek(s, 1) != ';' && peek(s, 1) != '&'))
			return false;
		s->at += 2;
		return true;
	}
	if (end == '\0' || c != end)
		return false;
	s->at++;
	return true;
}

/* An item of case may end without ";;". */
static bool is_esac(const struct scan *s, char end, enum place place)
{
	return end == ';' && place == AT_COMMAND && s->len - s->at >= 4 &&
	       !memcmp(s->text + s->at, "esac", 4) && ends_word(peek(s, 4));
}

/* What separates words and is no operator. */
static bool skip_blank(struct scan *s)
{
	int c = peek(s, 0);

	if (is_blank(c))
		s->at++;
	else if (c == '\\' && peek(s, 1) == '\n')
		s->at += 2; /* the line goes on */
	else if (c == '#')
		s->at = line_end(s, s->at);
	else
		return false;
	return true;
}

/* before: what a redirection stands in. */
static enum place step(struct scan *s, enum place place, enum place *before, char end, int depth)
{
	int c = peek(s, 0);
	enum place next;

	if (c != '<' && c != '>')
		return ends_word(c) ? operator_at(s, place, depth)
				    : next_word(s, place, *before, end, depth);
	next = redirection(s, end, depth, place);
	if (next == AT_TARGET && place != AT_TARGET)
		*before = place;
	return next;
}

static void list(struct scan *s, char end, int depth)
{
	enum place place = AT_COMMAND, before = AT_COMMAND;

	/* Deeper than anybody writes: where it ends is not looked for. */
	if (depth > SHELL_DEPTH_MAX)
		s->at = s->len;
	while (s->at < s->len && !s->result) {
		size_t at = s->at;

		if (is_end(s, end) || is_esac(s, end, place))
			return;
		if (skip_blank(s))
			continue;
		if (place == AT_COMMAND)
			s->outside = false;
		place = step(s, place, &before, end, depth);
		if (s->at == at)
			s->at++; /* whatever it is, it is not looked at twice */
	}
}

static void commands(struct scan *s, char end, int depth)
{
	bool outside = s->outside;

	list(s, end, depth);
	s->outside = outside;
}

bool shell_is_known(const char *interpreter)
{
	static const char *const shells[] = { "ash", "bash", "dash", "ksh", "mksh", "rbash", "sh",
		NULL };
	const char *slash = strrchr(interpreter, '/');

	return is_one_of(slash ? slash + 1 : interpreter, shells);
}

int shell_words(const char *text, size_t len, shell_word_fn *fn, void *data)
{
	struct scan s = { .text = text, .len = len };

	/* A function may be called above where it is written. */
	commands(&s, '\0', 0);
	s.at = s.n_documents = 0;
	s.fn = fn;
	s.data = data;
	commands(&s, '\0', 0);
	return s.result;
}
