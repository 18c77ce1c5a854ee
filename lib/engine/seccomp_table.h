/* SPDX-License-Identifier: Apache-2.0 */
/* engine/seccomp_table.h: which system calls the default profile allows. */
#ifndef ENGINE_SECCOMP_TABLE_H
#define ENGINE_SECCOMP_TABLE_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef EM_LOONGARCH
#define EM_LOONGARCH 258
#endif

struct call_list {
	const char *const *names; /* sorted */
	size_t count;
};

/* Calls that are useless or dangerous without a capability. */
struct capability_calls {
	const char *capability; /* NULL ends the table */
	struct call_list calls;
};

struct seccomp_machine {
	uint16_t machine;        /* EM_...; 0 ends the table */
	const char *arch;        /* SCMP_ARCH_... */
	const char *oci_version; /* the first that knows arch; NULL: no newer than the profile */
	bool legacy;             /* has the calls of seccomp_legacy */
	bool clone_flags_second; /* clone() takes the stack first */
	struct call_list calls;  /* of this machine only */
};

extern const struct call_list seccomp_common, seccomp_legacy;
extern const struct capability_calls seccomp_capabilities[];
extern const struct seccomp_machine seccomp_machines[];

#endif
