/* SPDX-License-Identifier: Apache-2.0 */
/* os/file.h: descriptors we own, and opening below them without leaving. */
#ifndef OS_FILE_H
#define OS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/stream.h"

struct buf;
struct ctx;
struct arena;

enum file_kind { FILE_REGULAR, FILE_DIR, FILE_SYMLINK, FILE_OTHER };

struct file_info {
	enum file_kind kind;
	uint32_t mode; /* permission bits, set-id and sticky included */
	uint32_t uid, gid, nlink;
	uint64_t size; /* bytes */
	uint64_t dev, ino;
	char device;           /* 'c' or 'b'; 0: none */
	uint32_t major, minor; /* of a device */
	int64_t mtime;         /* seconds */
	uint32_t mtime_ns;
};

/* Close a descriptor if it is not negative; the result is ignored: for descriptors only read from.
 */
void fd_close(int fd);
/* Close a descriptor that was written to, and say what went wrong. */
int fd_finish(struct ctx *cx, int fd, const char *name);

static inline void auto_fd(int *fd)
{
	fd_close(*fd);
}
static inline int take_fd(int *fd)
{
	int r = *fd;

	*fd = -1;
	return r;
}

/* How far a name may lead. */
enum file_scope {
	FILE_ANYWHERE, /* plain openat, last component not followed: names given by the caller */
	FILE_BENEATH,  /* below dirfd, no symlink at all, no "..": staging and stores; mounts are
			  crossed, because in a Nix sandbox each store path is one */
	FILE_IN_ROOT,  /* as if dirfd were "/": symlinks are followed inside it: reading a root
			  tree */
};

/*
 * Open for reading: regular files only (anything else is OCIT_E_FORMAT), O_NONBLOCK and O_NOCTTY so
 * that a FIFO cannot hang us. Everywhere: absent is OCIT_E_NOT_FOUND, also below a file or for the
 * name ""; a symlink that is not followed, and a name that leads out, OCIT_E_FORMAT; more than 40
 * of them, or a name of more than 255 bytes, OCIT_E_LIMIT. ret_info may be NULL.
 */
int file_open(struct ctx *cx, int dirfd, const char *name, enum file_scope scope, int *ret_fd,
	struct file_info *ret_info);
/* Open a directory for *at() calls and listing. */
int file_open_dir(struct ctx *cx, int dirfd, const char *name, enum file_scope scope, int *ret_fd);
/* The same for looking at what is in it; it need not be readable. No directory is OCIT_E_NOT_FOUND,
 * as all below it. */
int file_enter(struct ctx *cx, int dirfd, const char *name, enum file_scope scope, int *ret_fd);
/* The same for a directory that the caller named: links are followed to it. */
int file_open_given_dir(struct ctx *cx, int dirfd, const char *name, int *ret_fd);
/* lstat. Absent is OCIT_E_NOT_FOUND. With FILE_IN_ROOT only the directory part may have symlinks.
 */
int file_look(
	struct ctx *cx, int dirfd, const char *name, enum file_scope scope, struct file_info *ret);
/* stat: what an absolute path of this machine leads to, all links followed. */
int file_look_through(struct ctx *cx, const char *path, struct file_info *ret);
int file_look_fd(struct ctx *cx, int fd, const char *name, struct file_info *ret);
/* Did its time change long enough ago for every later change to give it another one? */
bool file_has_rested(const struct file_info *info);
/* The text of a symlink, in a; dirs in name must not be symlinks unless scope allows. */
int file_readlink(struct ctx *cx, int dirfd, const char *name, enum file_scope scope,
	struct arena *a, char **ret);
/* Append a whole regular file to buf; over the buffer's limit is OCIT_E_LIMIT. */
int file_read(struct ctx *cx, int dirfd, const char *name, enum file_scope scope, struct buf *buf);
/* Read up to max bytes from the start of fd into bytes; *ret_len is how many there were. */
int file_head(struct ctx *cx, int fd, const char *name, void *bytes, size_t max, size_t *ret_len);

/* An open file as a ranged (pread); fd is borrowed. */
struct ranged_fd {
	struct ranged ranged;
	int fd;
	const char *name; /* for messages; borrowed */
};
void ranged_fd_init(struct ranged_fd *r, int fd, uint64_t size, const char *name);

/* A push stream into fd; fd is borrowed. */
struct out_fd {
	struct out out;
	int fd;
	const char *name;
	uint64_t written;
};
void out_fd_init(struct out_fd *o, int fd, const char *name);

/* Create a file that must not exist (else OCIT_E_EXISTS), for writing. Names of these three are as
 * with FILE_BENEATH; mode is subject to the umask. */
int file_create(struct ctx *cx, int dirfd, const char *name, uint32_t mode, int *ret_fd);
/* mkdirat, then open it without following. ret_fd NULL: do not open it. */
int dir_create(struct ctx *cx, int dirfd, const char *name, uint32_t mode, int *ret_fd);
int link_create(struct ctx *cx, int dirfd, const char *name, const char *target);
/* Another name for the file that target below targetfd is. */
int hard_link_create(struct ctx *cx, int dirfd, const char *name, int targetfd, const char *target);
/* Owner, mode and time of an open file or directory; owner is skipped when own is false, mode when
 * it is UINT32_MAX. */
struct file_attrs {
	bool own;
	uint32_t uid, gid;
	uint32_t mode;
	int64_t mtime; /* seconds; set as access time too */
};
int file_set_attrs(struct ctx *cx, int fd, const char *name, const struct file_attrs *attrs);
/* The same for a symlink; mode is ignored. */
int link_set_attrs(struct ctx *cx, int dirfd, const char *name, const struct file_attrs *attrs);
/* May this process give files away (effective uid 0)? */
bool process_is_root(void);
/* The effective ids. */
uint32_t process_uid(void);
uint32_t process_gid(void);
/* The file mode creation mask, read without changing it (from /proc/self/status); 022 when it
 * cannot be read. */
uint32_t process_umask(void);

/* For tests: behave as if openat2 did not exist. */
void file_force_no_openat2(bool on);

#endif
