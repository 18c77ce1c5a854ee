/* SPDX-License-Identifier: Apache-2.0 */
/* model/spec.h: what the user asked for, from JSON (ocitools-spec(5)) or from options; the same
 * fields. */
#ifndef MODEL_SPEC_H
#define MODEL_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "model/id_map.h"

struct ctx;
struct json_value;
struct spec_input;

enum profile { PROFILE_HARDENED, PROFILE_SEED };
/* Which of glibc's conversions between character sets go in. */
enum gconv { GCONV_AUTO, GCONV_ALL, GCONV_NONE };
/* Which packages that others recommend go in, where they are installed. */
enum recommends { RECOMMENDS_SOURCE, RECOMMENDS_NONE, RECOMMENDS_ALL };
/* Where libc looks up names: in files and DNS, or as the host's nsswitch.conf says. */
enum nss { NSS_FILES, NSS_HOST };
/* What is said of files that the administrator may change, and did. */
enum conffiles { CONFFILES_WARN, CONFFILES_HOST };
/* Kinds of files of packages that stay out unless they are asked for. */
enum keep {
	KEEP_DOC = 1 << 0,
	KEEP_MAN = 1 << 1,
	KEEP_INFO = 1 << 2,
	KEEP_LOCALE = 1 << 3, /* all of them; single ones are in spec.locales */
	KEEP_PYC = 1 << 4,
	KEEP_COPYRIGHT = 1 << 5,
	KEEP_COMPLETION = 1 << 6,
	KEEP_DESKTOP = 1 << 7,
	KEEP_SYSTEM = 1 << 8,
	KEEP_TESTS = 1 << 9
};
enum { KEEP_WORDS = 10 };
/* The word of bit 1 << i, as in data/host/trim.table. */
extern const char *const keep_words[KEEP_WORDS];

enum { CPU_PERIOD_US = 100000, PIDS_DEFAULT = 1024, PIDS_UNLIMITED = -1 };
#define LIMIT_INFINITY UINT64_MAX

struct mount {
	const char *destination; /* as given; checked and normalised by engine/mounts */
	const char *type;        /* NULL: member absent */
	const char *source;      /* NULL: member absent */
	const char **options;
	size_t n_options;
	const char *option;  /* that gave it, without "--"; NULL: a document did */
	bool has_options;    /* false: member absent */
	bool source_is_file; /* the mount point is a file; filled in by who can look */
	bool source_missing; /* nothing can be seen there; filled in likewise */
};

struct include {
	const char *path;        /* absolute, or relative to spec.directory */
	const char *destination; /* absolute and clean; NULL: the same path */
	const char *owner;       /* "NAME|UID[:GROUP|GID]"; NULL: as it is */
	uint32_t mode; /* of files, with has_mode; directories can be searched where they can be
			  read */
	bool has_mode; /* false: as it is */
};

struct limit {
	const char *name;    /* "RLIMIT_NOFILE" */
	uint64_t soft, hard; /* LIMIT_INFINITY: unlimited */
};

struct device {
	const char *source; /* on the host, absolute; NULL: all members are given */
	const char *path;   /* inside, below /dev */
	const char *access; /* some of "rwm" */
	char type;          /* 'c' or 'b'; 0: what source is, filled in by who can look */
	int64_t major, minor;
	int64_t mode;     /* permission bits; -1: the runtime's choice */
	int64_t uid, gid; /* -1: root */
};

struct sysctl {
	const char *name; /* of a namespace: "net.ipv4.ip_forward" */
	const char *value;
};

struct resources {
	uint64_t memory;    /* bytes, at most INT64_MAX; 0: no limit */
	uint64_t cpu_quota; /* microseconds of CPU time in each CPU_PERIOD_US; 0: no limit */
	int64_t pids;       /* [PIDS_DEFAULT]; PIDS_UNLIMITED */
};

/* One spelling of each field; defaults in brackets. Strings lie in the arena. */
struct spec {
	struct arena arena;
	uint64_t given;  /* bit per row of the field table: set at least once */
	uint64_t loaded; /* those of given that a document set */

	const char **args; /* at least one; byte for byte */
	size_t n_args;
	struct mount *mounts; /* in the order given */
	size_t n_mounts;
	bool readonly;    /* [false] */
	const char **env; /* "NAME=VALUE", names unique; without the defaults */
	size_t n_env;
	size_t n_env_loaded; /* the first of them: a document's */
	const char *cwd;     /* NULL: "/" or the caller's directory */
	const char *user;    /* "NAME|UID[:GROUP|GID]"; NULL: 0:0 */
	const char **groups; /* additional ones, "NAME|GID" */
	size_t n_groups;
	const char *hostname;      /* ["container"]; NULL: the default, see spec_hostname() */
	bool terminal;             /* [false] */
	const char **capabilities; /* "CAP_...", sorted, unique; "default" expanded */
	size_t n_capabilities;
	bool no_new_privileges; /* [true] */
	enum profile profile;
	bool seccomp_unconfined; /* [false] */
	const char *seccomp;     /* linux.seccomp of the runtime specification, as text; NULL: the
				    default profile, unless unconfined */
	struct limit *limits;    /* by name, unique; without the defaults */
	size_t n_limits;
	struct resources resources;
	bool host_network;                 /* [false] */
	bool rootless_caller;              /* [false]; the maps are those of who plans */
	struct id_maps uid_maps, gid_maps; /* both or none: a user namespace */
	struct device *devices;            /* in the order given, paths unique */
	size_t n_devices;
	struct sysctl *sysctls; /* by name, unique */
	size_t n_sysctls;

	const char *config; /* a JSON merge patch over config.json, as text; NULL: none */

	struct include *includes;
	size_t n_includes;

	enum gconv gconv;      /* [GCONV_AUTO] */
	enum nss nss;          /* [NSS_FILES] */
	const char **packages; /* names, perhaps with ":ARCH" */
	size_t n_packages;
	const char **without; /* likewise */
	size_t n_without;
	enum recommends recommends; /* [RECOMMENDS_SOURCE] */
	enum conffiles conffiles;   /* [CONFFILES_WARN] */
	bool keep_setuid;           /* set-id bits go in [false] */
	unsigned keep;              /* enum keep [0] */
	const char **locales;       /* languages that stay: "de", "pt_BR" */
	size_t n_locales;

	const char *source; /* ["auto"], "nix", "dpkg", "files" */
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
/*
 * Read a JSON document. Unknown, duplicate, badly typed and not yet served fields are errors that
 * name the field's path. Forms of the less obvious fields:
 *   mounts     {"/data": {"type": "none", "source": "/srv", "options": ["bind"]}}
 *   env        {"NAME": "VALUE"} or ["NAME=VALUE"]
 *   include    ["PATH", {"path": "PATH", "destination": "/DST", "mode": "0640", "owner": "0:33"}]
 *   rlimits    {"CORE": {"soft": 0, "hard": "unlimited"}}
 *   resources  {"memory": "512m", "cpus": "1.5", "pids": 100}: integers or strings
 *   devices    ["/dev/kvm:rw", {"path": "/dev/x", "type": "c", "major": 1, "minor": 3, ...}]
 *   sysctl     {"net.ipv4.ip_forward": "1"}
 *   rootless   true, "UID:GID" or {"uidMappings": [{"containerID": 0, "hostID": 1000, "size": 1}],
 *              "gidMappings": [...]}
 *   seccomp    "default", "unconfined" or linux.seccomp of the runtime specification
 *   config     a JSON merge patch (RFC 7396) over config.json
 * After a failure the spec is good for spec_free() only.
 */
int spec_load(struct ctx *cx, struct spec *s, const void *json, size_t len, const char *name);
/* Set one field from the text of its option. */
int spec_option(struct ctx *cx, struct spec *s, const char *option, const char *value);
/* What must hold before a closure is computed: args, names, combinations. */
int spec_check(struct ctx *cx, const struct spec *s);

/* The option that set the field of this name, without "--". NULL means "a document or nothing did".
 */
const char *spec_option_of(const struct spec *s, const char *field);
/* Name the field of a failure, and the option that set it: "'NAME' (--OPTION): ...". */
int spec_within(struct ctx *cx, int r, const struct spec *s, const char *name);
/* The source of a mount as a path of this machine, in a: one that an option gave as "./x", "../x",
 * "." or ".." starts in spec.directory; any other, and all of them without it, are as given. */
int spec_mount_source(struct ctx *cx, const struct spec *s, const struct mount *m, struct arena *a,
	const char **ret);
/* The value of PATH the container will have. */
const char *spec_path(const struct spec *s);
/* The host name the container will have. */
const char *spec_hostname(const struct spec *s);
/* Does the container get a user namespace? */
bool spec_is_rootless(const struct spec *s);
/* Give a spec that asks for the ids of the caller those: 0 inside is uid and gid outside. The maps
 * lie in a. OCIT_E_USAGE or OCIT_E_FORMAT when the caller is root, which needs no such container.
 */
int spec_map_caller(struct ctx *cx, struct spec *s, uint32_t uid, uint32_t gid, struct arena *a);
/* Has each container its own kernel parameter of this name? All others belong to the host, and
 * every runtime refuses them. */
bool sysctl_is_namespaced(const char *name);
/* Was the field of this JSON name, or the option, set? */
bool spec_is_given(const struct spec *s, const char *name);
/* Is the canonical capability among those of the spec? */
bool spec_has_capability(const struct spec *s, const char *name);

/* One row of the field table. A field with several options has several rows, the first of which
 * knows its JSON form; members of an object have dotted names. */
struct spec_field {
	const char *name;   /* in JSON; NULL: option only */
	const char *option; /* without "--"; NULL: JSON only */
	bool served;        /* false: known, but refused unless it says what is the case anyway */
	bool repeats;       /* the option may be given again */
	const char *help;   /* one line: the option's value and what it means */
	size_t offset;      /* in struct spec, for the simple fields */
	int (*json)(struct spec_input *in, const struct json_value *v);
	int (*text)(struct spec_input *in, const char *text);
};
/* The whole table. Returns the number of rows. */
size_t spec_fields(const struct spec_field **ret);

static inline void auto_spec(struct spec **p)
{
	spec_free(*p);
}

#endif
