/* SPDX-License-Identifier: Apache-2.0 */
/* sink/dir.h: a root file system as a directory on disk; what the bundle and rootfs sinks share. */
#ifndef SINK_DIR_H
#define SINK_DIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "os/file.h"
#include "sink/sink.h"

struct dir_sink {
	struct sink sink;
	const struct plan *plan;
	int top;         /* the directory that is published */
	int root;        /* the root file system; may be the same as top */
	bool verify;     /* content hashes are wanted in the record */
	bool is_root;    /* owners can be given away */
	bool outside;    /* owners are those that the container's ids are outside */
	bool overrides;  /* modes of directories do not keep us out */
	bool own_always; /* new files do not come out as 0:0 by themselves */
	uint32_t masked; /* permission bits that new files lose here: umask, default ACL */
};

/* Begin with an empty directory in the stage; top and root are it. The caller fills in ops and
 * flags. */
int dir_sink_open(struct ctx *cx, const struct plan *plan, const ocit_target *target,
	struct stage *stage, struct dir_sink **ret);
/* What a file created with mode created still needs to become mode, uid and gid. */
struct file_attrs dir_attrs(const struct dir_sink *d, uint32_t created, const struct item *final);

/* These go straight into the tables. */
int dir_lane_open(struct ctx *cx, struct sink *s, void **ret);
void dir_lane_close(void *lane);
int dir_begin(struct ctx *cx, struct sink *s, void *lane, const struct item *item);
int dir_data(struct ctx *cx, struct sink *s, void *lane, const void *bytes, size_t len);
int dir_splice(struct ctx *cx, struct sink *s, void *lane, int fd, uint64_t size);
int dir_end(struct ctx *cx, struct sink *s, void *lane, const struct item *item);
void dir_close(struct sink *s);

#endif
