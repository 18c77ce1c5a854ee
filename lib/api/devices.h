/* SPDX-License-Identifier: Apache-2.0 */
/* api/devices.h: what the devices of a description are on this host. */
#ifndef API_DEVICES_H
#define API_DEVICES_H

struct arena;
struct ctx;
struct device;
struct spec;

/*
 * Copy the devices of spec into a, with type, numbers, mode and owner of those that name a device
 * of the host; symlinks are followed to it. In a user namespace the owner is left out: there the
 * runtime shows the host's own file. What is absent is OCIT_E_NOT_FOUND, what is no device
 * OCIT_E_FORMAT.
 */
int devices_look(struct ctx *cx, const struct spec *spec, struct arena *a, struct device **ret);

#endif
