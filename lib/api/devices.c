/* SPDX-License-Identifier: Apache-2.0 */
/* api/devices.c: what the devices of a description are on this host. */
#include "api/devices.h"

#include "base/ctx.h"
#include "model/spec.h"
#include "os/file.h"

enum { MODE_BITS = 0777 };

static int look_one(struct ctx *cx, const struct spec *spec, struct device *d)
{
	struct file_info info;
	int r = file_look_through(cx, d->source, &info);

	if (r == OCIT_E_NOT_FOUND) {
		ctx_clear(cx);
		return advise(cx, fail(cx, r, "'%s' does not exist here", d->source),
			"in a document, an object describes a device that this host does not have");
	}
	if (r < 0)
		return r;
	if (!info.device)
		return advise(cx, fail(cx, OCIT_E_FORMAT, "'%s' is no device", d->source),
			"files and directories get in with --volume");
	d->type = info.device;
	d->major = info.major;
	d->minor = info.minor;
	d->mode = info.mode & MODE_BITS;
	d->uid = spec_is_rootless(spec) ? -1 : (int64_t)info.uid;
	d->gid = spec_is_rootless(spec) ? -1 : (int64_t)info.gid;
	return 0;
}

int devices_look(struct ctx *cx, const struct spec *spec, struct arena *a, struct device **ret)
{
	struct device *devices = arena_array(a, spec->n_devices, sizeof(*devices));

	if (!devices)
		return fail_nomem(cx);
	for (size_t i = 0; i < spec->n_devices; i++) {
		int r = 0;

		devices[i] = spec->devices[i];
		if (devices[i].source)
			r = look_one(cx, spec, &devices[i]);
		if (r < 0)
			return spec_within(cx, r, spec, "devices");
	}
	*ret = devices;
	return 0;
}
