/* SPDX-License-Identifier: Apache-2.0 */
/* engine/runtime_config.h: config.json of the runtime specification. */
#ifndef ENGINE_RUNTIME_CONFIG_H
#define ENGINE_RUNTIME_CONFIG_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct ctx;
struct mount_list;
struct spec;

struct runtime_config {
	const struct spec *spec;
	const struct mount_list *mounts;
	const char *cwd;  /* decided: absolute and clean */
	const char *home; /* of the user, from the built passwd */
	uint32_t uid, gid;
	const uint32_t *groups; /* additional ones */
	size_t n_groups;
	uint16_t machine; /* EM_...; 0: that of this build */
};

/*
 * Write the document: fixed order, lowest ociVersion that has every member, no null, integers
 * exact. The order is
 *
 *   ociVersion, process {terminal, user, args, env, cwd, capabilities, rlimits, noNewPrivileges},
 *   root, hostname, mounts, linux {uidMappings, gidMappings, sysctl, resources, namespaces,
 *   devices, seccomp, maskedPaths, readonlyPaths}.
 *
 * env is PATH, HOME, TERM (with a terminal), then the user's; a user's value takes the place of the
 * default. Capabilities and noNewPrivileges are written with every profile: what their absence
 * means differs from runtime to runtime.
 *
 * The seed profile has five namespaces, no host name but a given one, and no rlimits, resources,
 * seccomp, maskedPaths and readonlyPaths. With a user namespace there are no resources but those
 * asked for.
 *
 * The user's seccomp profile and a merge patch come last, see engine/config_merge.h. After a
 * failure what was added to ret is not a document.
 */
int runtime_config_write(struct ctx *cx, const struct runtime_config *rc, struct buf *ret);

#endif
