/* SPDX-License-Identifier: Apache-2.0 */
/* base/ctx.c: the error record is filled from the back, so frames go before the message without
 * allocation. */
#include "base/ctx.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"

enum { PROGRESS_MS = 100, THREADS_MAX = 64 };

static const uint64_t default_max_bytes = UINT64_C(1) << 40;
static const uint64_t default_max_files = 10000000;

/* A newer header may have appended members: they must be zero, or the caller asks for what we
 * cannot do. */
static bool config_tail_is_zero(const ocit_config *config)
{
	const unsigned char *bytes = (const unsigned char *)config;

	for (size_t i = sizeof(*config); i < config->size; i++)
		if (bytes[i])
			return false;
	return true;
}

static void ctx_start(struct ctx *cx)
{
	memset(cx, 0, sizeof(*cx));
	cx->start = sizeof(cx->text) - 1;
	cx->max_bytes = default_max_bytes;
	cx->max_files = default_max_files;
	cx->threads = 2;
	cx->cancel = &cx->own_cancel;
}

int ctx_init(struct ctx *cx, const ocit_config *config)
{
	ctx_start(cx);
	if (!config)
		return 0;
	if (config->size < sizeof(*config))
		return fail(cx, OCIT_E_USAGE, "ocit_config.size is %zu, at least %zu is needed",
			config->size, sizeof(*config));
	if (!config_tail_is_zero(config) || config->flags)
		return fail(cx, OCIT_E_UNSUPPORTED,
			"ocit_config asks for something newer than this library");
	if (config->threads > THREADS_MAX)
		return fail(cx, OCIT_E_USAGE, "%u threads, limit %d", config->threads, THREADS_MAX);

	cx->on_event = config->on_event;
	cx->user = config->user;
	if (config->max_bytes)
		cx->max_bytes = config->max_bytes;
	if (config->max_files)
		cx->max_files = config->max_files;
	if (config->threads)
		cx->threads = config->threads;
	cx->cache_dir = config->cache_dir;
	return 0;
}

void ctx_child(const struct ctx *parent, struct ctx *ret)
{
	ctx_start(ret);
	ret->max_bytes = parent->max_bytes;
	ret->max_files = parent->max_files;
	ret->threads = 1;
	ret->cache_dir = parent->cache_dir;
	ret->cancel = parent->cancel;
}

int ctx_adopt(struct ctx *cx, const struct ctx *child)
{
	cx->code = child->code;
	cx->sys = child->sys;
	cx->program = child->program;
	cx->start = child->start;
	memcpy(cx->text, child->text, sizeof(cx->text));
	memcpy(cx->hint, child->hint, sizeof(cx->hint));
	return cx->code;
}

void ctx_clear(struct ctx *cx)
{
	cx->code = 0;
	cx->sys = 0;
	cx->program = 0;
	cx->start = sizeof(cx->text) - 1;
	cx->text[cx->start] = '\0';
	cx->hint[0] = '\0';
}

const char *ctx_message(const struct ctx *cx)
{
	return cx->text + cx->start;
}

/* Copy with what cannot be shown as \xNN, so that no name can move a terminal's cursor. Truncates
 * at room - 1, between characters. */
static void escape(char *to, size_t room, const char *from)
{
	size_t n = 0;

	while (*from) {
		size_t shown = text_shown(from);
		size_t need = shown ? shown : 4;

		if (n + need >= room)
			break;
		if (shown)
			memcpy(to + n, from, shown);
		else
			snprintf(to + n, room - n, "\\x%02x", (unsigned char)*from);
		n += need;
		from += shown ? shown : 1;
	}
	to[n] = '\0';
}

static void format_escaped(char *to, size_t room, const char *format, va_list ap) PRINTF(3, 0);
static void format_escaped(char *to, size_t room, const char *format, va_list ap)
{
	char raw[CTX_MESSAGE_MAX];

	vsnprintf(raw, sizeof(raw), format, ap);
	escape(to, room, raw);
}

/* When the record is full the innermost frames stay: they know the fact. */
static void prepend(struct ctx *cx, const char *text)
{
	size_t len = strlen(text);

	if (len > cx->start)
		return;
	cx->start -= len;
	memcpy(cx->text + cx->start, text, len);
}

int fail(struct ctx *cx, int code, const char *format, ...)
{
	char message[CTX_MESSAGE_MAX];
	va_list ap;

	va_start(ap, format);
	format_escaped(message, sizeof(message), format, ap);
	va_end(ap);
	ctx_clear(cx);
	cx->code = code;
	prepend(cx, message);
	return code;
}

int fail_errno(struct ctx *cx, const char *op, const char *name)
{
	int sys = errno;
	int code = sys == ENOENT ? OCIT_E_NOT_FOUND : sys == ENOMEM ? OCIT_E_NOMEM : OCIT_E_SYSTEM;
	char why[128];

	fail(cx, code, "%s '%s': %s", op, name, strerror_r(sys, why, sizeof(why)));
	cx->sys = sys;
	return code;
}

int fail_nomem(struct ctx *cx)
{
	return fail(cx, OCIT_E_NOMEM, "out of memory");
}

int within(struct ctx *cx, int r, const char *format, ...)
{
	char frame[CTX_MESSAGE_MAX];
	va_list ap;
	size_t len;

	if (!r)
		return 0;
	va_start(ap, format);
	format_escaped(frame, sizeof(frame) - 2, format, ap);
	va_end(ap);
	len = strlen(frame);
	memcpy(frame + len, ": ", 3);
	prepend(cx, frame);
	return r;
}

int advise(struct ctx *cx, int r, const char *format, ...)
{
	va_list ap;

	if (!r || cx->hint[0])
		return r;
	va_start(ap, format);
	format_escaped(cx->hint, sizeof(cx->hint), format, ap);
	va_end(ap);
	return r;
}

int advise_also(struct ctx *cx, int r, const char *format, ...)
{
	size_t used = strlen(cx->hint);
	va_list ap;

	if (!r || used + 3 >= sizeof(cx->hint))
		return r;
	if (used) {
		memcpy(cx->hint + used, "; ", 3);
		used += 2;
	}
	va_start(ap, format);
	format_escaped(cx->hint + used, sizeof(cx->hint) - used, format, ap);
	va_end(ap);
	return r;
}

int blame_program(struct ctx *cx, int r, int program)
{
	if (r == OCIT_E_NOT_FOUND || r == OCIT_E_FORMAT)
		cx->program = program;
	return r;
}

int poll_cancel(struct ctx *cx)
{
	if (!atomic_load_explicit(cx->cancel, memory_order_relaxed))
		return 0;
	return fail(cx, OCIT_E_CANCELLED, "cancelled");
}

static int64_t coarse_ms(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC_COARSE, &now))
		return 0;
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void ctx_event(
	struct ctx *cx, int kind, int phase, uint64_t done, uint64_t total, const char *subject)
{
	ocit_event event = {
		.size = sizeof(event),
		.kind = kind,
		.phase = phase,
		.done = done,
		.total = total,
		.subject = subject,
	};

	if (!cx->on_event)
		return;
	if (kind == OCIT_EVENT_PROGRESS) {
		int64_t now = coarse_ms();

		if (now - cx->last_progress < PROGRESS_MS)
			return;
		cx->last_progress = now;
	}
	if (cx->on_event(&event, cx->user))
		atomic_store_explicit(cx->cancel, 1, memory_order_relaxed);
}
