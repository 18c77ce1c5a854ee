/* SPDX-License-Identifier: Apache-2.0 */
/* cli/ui.c: one line an error, one line of status on a terminal, nothing else. */
#include "ui.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "text.h"

enum { MESSAGE_MAX = 4096, WIDTH_DEFAULT = 80, LINE_MAX_SIZE = 8192 };

static bool color_by_default(bool terminal)
{
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return terminal && !(no && *no) && term && *term && strcmp(term, "dumb") != 0;
}

void ui_init(struct ui *ui)
{
	/* A line is one call, so that two programs that share a terminal do not mix their letters.
	 */
	static char line[LINE_MAX_SIZE];
	bool terminal = isatty(STDERR_FILENO) == 1;

	(void)setvbuf(stderr, line, _IOLBF, sizeof(line));
	*ui = (struct ui){
		.terminal = terminal,
		.color = color_by_default(terminal),
		.progress = terminal ? UI_LINE : UI_NONE,
		.format = "text",
	};
}

static enum ui_progress progress_kind(const struct ui *ui, const char *word)
{
	if (!strcmp(word, "plain"))
		return UI_PLAIN;
	if (!strcmp(word, "json"))
		return UI_JSON;
	return !strcmp(word, "auto") && ui->terminal ? UI_LINE : UI_NONE;
}

void ui_option(struct ui *ui, enum ui_option option, const char *value)
{
	switch (option) {
	case UI_HELP:
		break;
	case UI_QUIET:
		ui->quiet = true;
		ui_line_off(ui);
		break;
	case UI_VERBOSE:
		ui->verbose = true;
		ui->notes = true;
		break;
	case UI_FORMAT:
		ui->format = value;
		break;
	case UI_PROGRESS:
		ui->progress = progress_kind(ui, value);
		break;
	case UI_COLOR:
		ui->color = !strcmp(value, "always") ||
			    (!strcmp(value, "auto") && color_by_default(ui->terminal));
		break;
	}
}

bool ui_is_json(const struct ui *ui)
{
	return !strcmp(ui->format, "json");
}

static int code_status(int code)
{
	static const int statuses[] = {
		[-OCIT_OK] = STATUS_OK,
		[-OCIT_E_USAGE] = STATUS_USAGE,
		[-OCIT_E_NOMEM] = STATUS_SYSTEM,
		[-OCIT_E_SYSTEM] = STATUS_SYSTEM,
		[-OCIT_E_NOT_FOUND] = STATUS_INPUT,
		[-OCIT_E_EXISTS] = STATUS_CONFLICT,
		[-OCIT_E_FORMAT] = STATUS_INPUT,
		[-OCIT_E_INTEGRITY] = STATUS_VERIFY,
		[-OCIT_E_POLICY] = STATUS_VERIFY,
		[-OCIT_E_LIMIT] = STATUS_INPUT,
		[-OCIT_E_NETWORK] = STATUS_SYSTEM,
		[-OCIT_E_UNSUPPORTED] = STATUS_INPUT,
		[-OCIT_E_CANCELLED] = STATUS_SYSTEM,
		[-OCIT_E_BUG] = STATUS_SYSTEM,
		[-OCIT_E_BUSY] = STATUS_CONFLICT,
	};

	if (code > 0 || code <= -(int)(sizeof(statuses) / sizeof(statuses[0])))
		return STATUS_SYSTEM;
	return statuses[-code];
}

static int status_of(const struct ui *ui, int code)
{
	if (!ui->running || code == OCIT_E_USAGE)
		return code_status(code);
	return ui->program ? ui->program : STATUS_RUN_FAILED;
}

/* Take the status line off the screen before anything else is written there. */
static void line_clear(struct ui *ui)
{
	if (ui->line) {
		fputs("\r\033[K", stderr);
		(void)fflush(stderr);
	}
	ui->line = false;
}

static void report_json(const struct ui *ui, const ocit_error *error)
{
	fprintf(stderr, "{\"schemaVersion\":1,\"error\":{\"code\":\"%s\",\"status\":%d",
		ocit_code_name(error->code), status_of(ui, error->code));
	if (error->sys)
		fprintf(stderr, ",\"errno\":%d", error->sys);
	fputs(",\"message\":", stderr);
	text_json(stderr, error->message);
	if (error->hint) {
		fputs(",\"hint\":", stderr);
		text_json(stderr, error->hint);
	}
	fputs("}}\n", stderr);
}

static void report_text(const struct ui *ui, const ocit_error *error)
{
	fputs(ui->color ? "\033[1;31mocitools:\033[0m " : "ocitools: ", stderr);
	text_print(stderr, error->message);
	putc('\n', stderr);
	if (ui->verbose) {
		fprintf(stderr, "code: %s", ocit_code_name(error->code));
		if (error->sys)
			fprintf(stderr, ", errno %d", error->sys);
		putc('\n', stderr);
	}
	if (error->hint) {
		fputs("hint: ", stderr);
		text_print(stderr, error->hint);
		putc('\n', stderr);
	}
}

int ui_report(struct ui *ui, const ocit_error *error)
{
	line_clear(ui);
	if (ui_is_json(ui))
		report_json(ui, error);
	else
		report_text(ui, error);
	return status_of(ui, error->code);
}

int ui_fail(struct ui *ui, int code, const char *hint, const char *format, ...)
{
	char message[MESSAGE_MAX];
	ocit_error error = { .code = code, .message = message, .hint = hint };
	va_list ap;

	va_start(ap, format);
	vsnprintf(message, sizeof(message), format, ap);
	va_end(ap);
	return ui_report(ui, &error);
}

int ui_fail_errno(struct ui *ui, const char *format, ...)
{
	int sys = errno;
	char message[MESSAGE_MAX];
	char why[128];
	int code = sys == ENOENT ? OCIT_E_NOT_FOUND : OCIT_E_SYSTEM;
	ocit_error error = { .code = code, .sys = sys, .message = message };
	va_list ap;
	size_t n;

	va_start(ap, format);
	vsnprintf(message, sizeof(message) - sizeof(why), format, ap);
	va_end(ap);
	n = strlen(message);
	snprintf(message + n, sizeof(message) - n, ": %s", strerror_r(sys, why, sizeof(why)));
	return ui_report(ui, &error);
}

int ui_fail_ctx(struct ui *ui, const ocit_ctx *ctx, const char *what)
{
	ocit_error error = *ocit_ctx_error(ctx);
	char message[MESSAGE_MAX];

	if (what) {
		snprintf(message, sizeof(message), "%s: %s", what, error.message);
		error.message = message;
	}
	return ui_report(ui, &error);
}

static void print_line(struct ui *ui, const char *word, const char *text)
{
	if (ui->quiet)
		return;
	line_clear(ui);
	fprintf(stderr, "%s: ", word);
	text_print(stderr, text);
	putc('\n', stderr);
}

void ui_hint(struct ui *ui, const char *text)
{
	print_line(ui, "hint", text);
}

int ui_note(struct ui *ui, const char *text)
{
	if (ui->strict)
		return ui_fail(ui, OCIT_E_POLICY, NULL, "strict: %s", text);
	print_line(ui, "note", text);
	return STATUS_OK;
}

void ui_line_off(struct ui *ui)
{
	line_clear(ui);
	if (ui->progress == UI_LINE)
		ui->progress = UI_NONE;
}

void ui_progress_off(struct ui *ui)
{
	line_clear(ui);
	ui->progress = UI_NONE;
}

int ui_finish(struct ui *ui, int status)
{
	bool failed;

	line_clear(ui);
	errno = 0;
	failed = fflush(stdout) == EOF || ferror(stdout);
	if (!failed)
		return status;
	if (!errno)
		errno = EIO;
	clearerr(stdout);
	if (status != STATUS_OK)
		return status;
	ui_fail_errno(ui, "standard output");
	return STATUS_SYSTEM;
}

static const char *phase_name(int phase)
{
	static const char *const names[] = {
		[OCIT_PHASE_CLOSURE] = "closure",
		[OCIT_PHASE_PLAN] = "plan",
		[OCIT_PHASE_WRITE] = "write",
		[OCIT_PHASE_PUBLISH] = "publish",
	};

	return phase > 0 && phase < (int)(sizeof(names) / sizeof(names[0])) ? names[phase] : "work";
}

static size_t screen_width(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
		return size.ws_col;
	return WIDTH_DEFAULT;
}

static void line_draw(struct ui *ui, const ocit_event *event)
{
	char line[512];
	char subject[384] = "";
	size_t width = screen_width();

	if (event->subject)
		text_escape(subject, sizeof(subject), event->subject);
	if (event->total)
		snprintf(line, sizeof(line), "%s %3u%% %s", phase_name(event->phase),
			(unsigned)(event->done < event->total
					   ? 100.0 * (double)event->done / (double)event->total
					   : 100.0),
			subject);
	else
		snprintf(line, sizeof(line), "%s %" PRIu64 " %s", phase_name(event->phase),
			event->done, subject);
	if (width < sizeof(line))
		line[width - 1] = '\0';
	fprintf(stderr, "\r\033[K%s", line);
	(void)fflush(stderr);
	ui->line = true;
}

static void event_json(const ocit_event *event)
{
	static const char *const kinds[] = {
		[OCIT_EVENT_BEGIN] = "begin",
		[OCIT_EVENT_PROGRESS] = "progress",
		[OCIT_EVENT_END] = "end",
		[OCIT_EVENT_NOTE] = "note",
	};

	if (event->kind <= 0 || event->kind > OCIT_EVENT_NOTE)
		return;
	fprintf(stderr,
		"{\"schemaVersion\":1,\"event\":\"%s\",\"phase\":\"%s\",\"done\":%" PRIu64
		",\"total\":%" PRIu64,
		kinds[event->kind], phase_name(event->phase), event->done, event->total);
	if (event->subject) {
		fputs(",\"subject\":", stderr);
		text_json(stderr, event->subject);
	}
	fputs("}\n", stderr);
}

/* Details are for who asks; what a clean-up left behind is for everybody. */
static bool is_shown(const struct ui *ui, const ocit_event *note)
{
	return note->subject && (ui->notes || note->phase == OCIT_PHASE_PUBLISH);
}

static void show_event(struct ui *ui, const ocit_event *event, bool note)
{
	if (ui->progress == UI_JSON)
		event_json(event);
	else if (note && is_shown(ui, event))
		print_line(ui, "note", event->subject);
	else if (ui->progress == UI_LINE && event->kind == OCIT_EVENT_END)
		line_clear(ui);
	else if (ui->progress == UI_LINE && !note)
		line_draw(ui, event);
	else if (ui->progress == UI_PLAIN && event->kind == OCIT_EVENT_BEGIN)
		fprintf(stderr, "progress: %s\n", phase_name(event->phase));
}

int ui_event(const ocit_event *event, void *user)
{
	struct ui *ui = user;
	bool note = event->kind == OCIT_EVENT_NOTE;

	/* What is only told because somebody wants to see more must not change what happens. */
	if (note && ui->strict && ui->running && event->subject) {
		ui->refused = ui_note(ui, event->subject);
		return 1;
	}
	show_event(ui, event, note);
	return 0;
}
