/* SPDX-License-Identifier: Apache-2.0 */
/* model/capability.h: the names of the kernel's capabilities. */
#ifndef MODEL_CAPABILITY_H
#define MODEL_CAPABILITY_H

#include <stddef.h>

/* The canonical "CAP_..." of a name with or without prefix, in any case. NULL means "none". */
const char *capability_find(const char *name);
/* The canonical name that an unknown one was meant to be. NULL means "none is near". */
const char *capability_nearest(const char *name);
/* The fourteen of containerd, sorted. */
const char *const *capability_defaults(size_t *ret_n);

#endif
