/* SPDX-License-Identifier: Apache-2.0 */
/* model/spec.c: the description as a whole: its defaults, and what follows from it. */
#include "model/spec.h"

#include <string.h>

#include "base/ctx.h"
#include "base/text.h"

static const char default_path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

int spec_new(struct ctx *cx, struct spec **ret)
{
	struct spec *s = mem_alloc(sizeof(*s));

	if (!s)
		return fail_nomem(cx);
	arena_init(&s->arena);
	s->no_new_privileges = true;
	s->profile = PROFILE_HARDENED;
	s->resources.pids = PIDS_DEFAULT;
	s->source = "auto";
	s->store_dir = "/nix/store";
	s->timestamp = 1;
	*ret = s;
	return 0;
}

void spec_free(struct spec *s)
{
	if (!s)
		return;
	arena_done(&s->arena);
	mem_free(s);
}

const char *spec_path(const struct spec *s)
{
	for (size_t i = 0; i < s->n_env; i++)
		if (text_starts(s->env[i], "PATH="))
			return s->env[i] + strlen("PATH=");
	return default_path;
}

const char *spec_hostname(const struct spec *s)
{
	return s->hostname ? s->hostname : "container";
}

bool spec_has_capability(const struct spec *s, const char *name)
{
	for (size_t i = 0; i < s->n_capabilities; i++)
		if (!strcmp(s->capabilities[i], name))
			return true;
	return false;
}
