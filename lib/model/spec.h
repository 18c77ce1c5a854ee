/* SPDX-License-Identifier: Apache-2.0 */
/* model/spec.h: what the user asked for, from JSON (ocitools-spec(5)) or from options; the same
 * fields. */
#ifndef MODEL_SPEC_H
#define MODEL_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

struct ctx;

enum profile { PROFILE_HARDENED, PROFILE_SEED };

struct mount {
	const char *destination; /* as given; checked and normalised by engine/mounts */
	const char *type;        /* NULL: member absent */
	const char *source;      /* NULL: member absent */
	const char **options;
	size_t n_options;
	bool has_options; /* false: member absent */
};

struct include {
	const char *path;        /* absolute, or relative to spec.directory */
	const char *destination; /* NULL: the same path */
};

/* One spelling of each field; defaults in brackets. Strings lie in the arena. */
struct spec {
	struct arena arena;
	uint64_t given; /* bit per field of the field table: set once */

	const char **args; /* at least one; byte for byte */
	size_t n_args;
	struct mount *mounts; /* in the order given */
	size_t n_mounts;
	bool readonly;    /* [false] */
	const char **env; /* "NAME=VALUE", names unique; without the defaults */
	size_t n_env;
	const char *cwd;           /* NULL: "/" or the caller's directory */
	const char *user;          /* "NAME|UID[:GROUP|GID]"; NULL: 0:0 */
	const char *hostname;      /* ["container"]; NULL: the default */
	bool terminal;             /* [false] */
	const char **capabilities; /* "CAP_...", sorted, unique; "default" expanded */
	size_t n_capabilities;
	bool no_new_privileges; /* [true] */
	enum profile profile;

	struct include *includes;
	size_t n_includes;

	const char *source; /* ["auto"], "nix", "files" */
	const char *root;   /* directory resolved as "/"; NULL: "/" */
	const char *store; /* chroot store: DIR/nix/store, DIR/nix/var/nix/db; NULL: the real one */
	const char *store_dir; /* logical store directory ["/nix/store"] */
	const char *db;        /* database file; NULL: derived from store */
	const char *directory; /* the caller's directory: relative args that name files are looked
				  up in it; NULL: they are not */
	int64_t timestamp;     /* SOURCE_DATE_EPOCH or [1] */
	bool strict;           /* notes are errors */
};

int spec_new(struct ctx *cx, struct spec **ret);
void spec_free(struct spec *s);
/* Read a JSON document. Unknown, duplicate, badly typed and not yet served fields are errors that
 * name the field's path. */
int spec_load(struct ctx *cx, struct spec *s, const void *json, size_t len, const char *name);
/* Set one field from the text of its option. */
int spec_option(struct ctx *cx, struct spec *s, const char *option, const char *value);
/* What must hold before a closure is computed: args, names, combinations. */
int spec_check(struct ctx *cx, const struct spec *s);

/* The value of PATH the container will have. */
const char *spec_path(const struct spec *s);

static inline void auto_spec(struct spec **p)
{
	spec_free(*p);
}

#endif
