/* SPDX-License-Identifier: Apache-2.0 */
/* engine/seccomp.h: the default seccomp profile, for one machine and one set of capabilities. */
#ifndef ENGINE_SECCOMP_H
#define ENGINE_SECCOMP_H

#include <stdint.h>

struct ctx;
struct json_out;
struct seccomp_machine;
struct spec;

/* The machine of an ELF number (EM_...); 0 is that of this build. OCIT_E_UNSUPPORTED when the
 * profile does not know it. */
int seccomp_machine_find(struct ctx *cx, uint16_t machine, const struct seccomp_machine **ret);
/*
 * Write linux.seccomp as a value. What is not listed fails with EPERM; clone3 with ENOSYS, so that
 * C libraries fall back to clone, whose flags can be looked at; new namespaces need CAP_SYS_ADMIN;
 * sockets of AF_ALG and AF_VSOCK are refused.
 */
void seccomp_write(
	const struct seccomp_machine *machine, const struct spec *spec, struct json_out *out);

#endif
