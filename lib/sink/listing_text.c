/* SPDX-License-Identifier: Apache-2.0 */
/* sink/listing_text.c: a listing for people. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "sink/listing.h"
#include "sink/print.h"
#include "sink/reason.h"

enum { UNIT_WIDTH_MAX = 48 };

static int compare_units(const void *a, const void *b)
{
	const struct unit *x = *(const struct unit *const *)a, *y = *(const struct unit *const *)b;

	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	return strcmp(x->name, y->name) ? strcmp(x->name, y->name) : strcmp(x->id, y->id);
}

/* The largest first: that is where something can be saved. */
static const struct unit **sorted_units(const struct graph *g)
{
	const struct unit **units = mem_array(g->n_units, sizeof(*units));

	for (size_t i = 0; units && i < g->n_units; i++)
		units[i] = &g->units[i];
	if (units)
		qsort(units, g->n_units, sizeof(*units), compare_units);
	return units;
}

static void unit_label(struct buf *out, const struct unit *u)
{
	print_safe(out, u->name);
	if (!u->version)
		return;
	buf_char(out, ' ');
	print_safe(out, u->version);
}

static size_t unit_label_len(const struct unit *u)
{
	return strlen(u->name) + (u->version ? strlen(u->version) + 1 : 0);
}

static int label_width(const struct graph *g)
{
	size_t width = strlen("UNIT");

	for (size_t i = 0; i < g->n_units; i++) {
		size_t len = unit_label_len(&g->units[i]);

		if (len > width && len <= UNIT_WIDTH_MAX)
			width = len;
	}
	return (int)width;
}

static void write_unit(const struct listing *l, const struct unit *u, int width, struct buf *out)
{
	const struct unit_view *v = &l->views[u - l->plan->graph->units];
	struct reason reason = reason_of_node(l->plan->graph, v->node);
	char size[PRINT_SIZE_MAX], added[PRINT_SIZE_MAX], files[PRINT_COUNT_MAX] = "-";
	size_t at;

	print_size(u->size, size);
	print_size(u->added, added);
	if (v->counted)
		print_count(v->files, files);
	buf_printf(out, "%9s  %9s  %7s  ", size, added, files);
	at = out->len;
	unit_label(out, u);
	buf_printf(
		out, "%*s", out->len - at < (size_t)width ? width - (int)(out->len - at) : 0, "");
	buf_str(out, "  ");
	reason_phrase(out, &reason);
	buf_char(out, '\n');
}

static int write_units(struct ctx *cx, const struct listing *l, struct buf *out)
{
	const struct graph *g = l->plan->graph;
	AUTO(mem) const struct unit **units = sorted_units(g);
	int width = label_width(g);

	if (!units)
		return fail_nomem(cx);
	buf_printf(
		out, "%9s  %9s  %7s  %-*s  %s\n", "SIZE", "ADDED", "FILES", width, "UNIT", "WHY");
	for (size_t i = 0; i < g->n_units; i++)
		write_unit(l, units[i], width, out);
	return 0;
}

static void write_totals(const struct listing *l, struct buf *out)
{
	uint64_t bytes = l->outcome->walked ? l->outcome->bytes : l->plan->bytes;
	char size[PRINT_SIZE_MAX], exact[PRINT_COUNT_MAX], count[PRINT_COUNT_MAX];

	print_size(bytes, size);
	print_count(bytes, exact);
	print_count(l->plan->graph->n_units, count);
	buf_printf(out, "%9s  total: %s bytes in %s unit%s", size, exact, count,
		l->plan->graph->n_units == 1 ? "" : "s");
	if (l->outcome->walked) {
		print_count(l->outcome->n_files, count);
		buf_printf(out, ", %s file%s", count, l->outcome->n_files == 1 ? "" : "s");
	}
	buf_char(out, '\n');
}

static void write_file(const struct listing *l, const struct listed *item, struct buf *out)
{
	const struct unit *unit = unit_of_entry(l->plan, item->entry);
	struct reason reason = reason_of_entry(l->plan, item->entry);
	char size[PRINT_SIZE_MAX] = "-";

	if (item->kind == NODE_FILE)
		print_size(item->size, size);
	buf_printf(out, "%9s  ", size);
	print_safe(out, item->path);
	buf_str(out, item->kind == NODE_DIR && item->path[1] ? "/  " : "  ");
	if (unit) {
		buf_char(out, '[');
		unit_label(out, unit);
		buf_str(out, "] ");
	}
	reason_phrase(out, &reason);
	buf_char(out, '\n');
}

static void write_notes(const struct listing *l, struct buf *out)
{
	if (l->plan->n_notes)
		buf_str(out, "\nNotes:\n");
	for (size_t i = 0; i < l->plan->n_notes; i++) {
		buf_str(out, "  ");
		print_safe(out, l->plan->notes[i]);
		buf_char(out, '\n');
	}
}

static int write_everything(struct ctx *cx, const struct listing *l, struct buf *out)
{
	int r = write_units(cx, l, out);

	if (r < 0)
		return r;
	write_totals(l, out);
	if (l->n_items)
		buf_str(out, "\nFiles:\n");
	for (size_t i = 0; i < l->n_items; i++) {
		r = poll_cancel(cx);
		if (r < 0)
			return r;
		write_file(l, &l->items[i], out);
	}
	if (!l->no_notes)
		write_notes(l, out);
	return 0;
}

static void write_step(struct buf *out, const char *path, const struct reason *reason)
{
	print_safe(out, path);
	buf_str(out, "\n    ");
	reason_phrase(out, reason);
	buf_char(out, '\n');
}

static int write_why(struct ctx *cx, const struct listing *l, struct buf *out)
{
	AUTO(chain) struct chain chain = { 0 };
	const struct graph *g = l->plan->graph;
	int r = why_find(cx, l->plan, l->why, &chain);

	if (r < 0)
		return r;
	for (size_t i = 0; i < chain.count; i++) {
		struct reason reason = reason_of_node(g, chain.nodes[i]);

		write_step(out, g->nodes[chain.nodes[i]].path, &reason);
	}
	if (!chain.count) {
		struct reason reason = reason_of_entry(l->plan, chain.entry);

		write_step(out, chain.entry->path, &reason);
	}
	return 0;
}

static int text_write(struct ctx *cx, const struct listing *l, struct buf *out)
{
	return l->why ? write_why(cx, l, out) : write_everything(cx, l, out);
}

const struct listing_format listing_text = {
	.name = "text",
	.write = text_write,
};
