/* SPDX-License-Identifier: Apache-2.0 */
/* engine/etc_files.c: nothing of the host's configuration, and nothing that needs a daemon. */
#include "engine/etc_files.h"

#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "engine/accounts.h"
#include "engine/entries.h"
#include "model/spec.h"

static const char nsswitch_path[] = "/etc/nsswitch.conf";
static const char nsswitch_text[] = "passwd: files\n"
				    "group: files\n"
				    "shadow: files\n"
				    "hosts: files dns\n"
				    "networks: files\n"
				    "protocols: files\n"
				    "services: files\n"
				    "ethers: files\n"
				    "rpc: files\n";

static bool was_included(const struct graph *g, uint32_t node)
{
	for (size_t i = 0; i < g->n_edges; i++)
		if (g->edges[i].to == node && g->edges[i].rule == RULE_INCLUDE)
			return true;
	return false;
}

static struct entry text_entry(const struct entries *es, const char *path, const char *bytes)
{
	return (struct entry){
		.path = path,
		.kind = NODE_FILE,
		.origin = ORIGIN_SYNTHESIZED,
		.node = GRAPH_NONE,
		.mode = 0644,
		.mtime = es->mtime,
		.size = strlen(bytes),
		.bytes = bytes,
		.place = GRAPH_NONE,
	};
}

/* Is the tree's own file meant to stay? */
static bool stays(
	const struct spec *spec, const struct graph *g, const char *path, const struct entry *old)
{
	if (old->origin != ORIGIN_NODE)
		return false;
	return was_included(g, old->node) ||
	       (spec->nss == NSS_HOST && !strcmp(path, nsswitch_path));
}

static int add_file(struct ctx *cx, struct entries *es, const struct spec *spec,
	const struct graph *g, const char *name, const char *bytes)
{
	struct entry *old;
	struct entry def;
	const char *path;
	int r = entries_place(cx, es, name, &path);

	if (r < 0)
		return r;
	def = text_entry(es, path, bytes);
	old = entries_find(es, path);
	if (!old)
		return entries_add(cx, es, &def);
	if (stays(spec, g, name, old))
		return 0;
	if (old->kind != NODE_FILE && old->kind != NODE_LINK)
		return fail(cx, OCIT_E_FORMAT, "it is a directory, a file is needed");
	def.path = old->path;
	*old = def;
	return 0;
}

int etc_files_add(struct ctx *cx, struct entries *es, const struct spec *spec,
	const struct graph *g, const struct accounts *accounts)
{
	const char *name = spec_hostname(spec);
	const struct {
		const char *path, *bytes;
	} files[] = {
		{ "/etc/group", accounts->group },
		{ "/etc/hostname", arena_printf(es->a, "%s\n", name) },
		{ "/etc/hosts", arena_printf(es->a,
					"127.0.0.1\tlocalhost\n"
					"::1\tlocalhost ip6-localhost ip6-loopback\n"
					"127.0.1.1\t%s\n",
					name) },
		{ nsswitch_path, nsswitch_text }, { "/etc/passwd", accounts->passwd },
		{ "/etc/resolv.conf", "" }, /* the network's owner binds over it */
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		int r = files[i].bytes ? add_file(cx, es, spec, g, files[i].path, files[i].bytes)
				       : fail_nomem(cx);

		if (r < 0)
			return within(cx, r, "'%s'", files[i].path);
	}
	return 0;
}
