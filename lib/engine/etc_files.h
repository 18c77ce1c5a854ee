/* SPDX-License-Identifier: Apache-2.0 */
/* engine/etc_files.h: the files below /etc that are written, not copied. */
#ifndef ENGINE_ETC_FILES_H
#define ENGINE_ETC_FILES_H

struct accounts;
struct ctx;
struct entries;
struct graph;
struct spec;

/* passwd, group, hosts, hostname, nsswitch.conf and an empty resolv.conf. They replace what the
 * closure has there, unless an include asked for it. */
int etc_files_add(struct ctx *cx, struct entries *es, const struct spec *spec,
	const struct graph *g, const struct accounts *accounts);

#endif
