/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ocitools.h: turn one command into an OCI container that holds exactly what it needs.
 *
 * The data flows one way: ocit_spec (what is wanted) -> ocit_graph (what it needs and why) ->
 * ocit_plan (what will be written, frozen) -> ocit_emit (any number of outputs from one walk).
 * The library never prints, exits, reads the environment or changes process state.
 * An ocit_ctx serves one thread at a time; frozen graphs and plans may be shared.
 */
#ifndef OCITOOLS_H
#define OCITOOLS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define OCIT_CHECK __attribute__((warn_unused_result))
#else
#define OCIT_CHECK
#endif
/* What the shared library exports; everything else in it is hidden. */
#if defined(OCIT_BUILDING) && defined(__GNUC__)
#define OCIT_API __attribute__((visibility("default")))
#else
#define OCIT_API
#endif

/* What a failed call means to its caller. Every function that can fail returns 0 or one of these.
 */
enum {
	OCIT_OK = 0,
	OCIT_E_USAGE = -1,     /* the call itself is wrong: an argument, an option, a combination */
	OCIT_E_NOMEM = -2,     /* out of memory */
	OCIT_E_SYSTEM = -3,    /* a system call failed; see ocit_error.sys */
	OCIT_E_NOT_FOUND = -4, /* something named does not exist */
	OCIT_E_EXISTS = -5,    /* the output exists already */
	OCIT_E_FORMAT = -6,    /* input is malformed */
	OCIT_E_INTEGRITY = -7, /* content is not what was promised: hash, size, presence */
	OCIT_E_POLICY = -8,    /* refused by a rule of the caller, such as strict */
	OCIT_E_LIMIT = -9,     /* a limit was reached */
	OCIT_E_NETWORK = -10,  /* a remote side failed */
	OCIT_E_UNSUPPORTED = -11, /* well-formed, but not served by this version or this system */
	OCIT_E_CANCELLED = -12,   /* ocit_ctx_cancel() or an event callback asked to stop */
	OCIT_E_BUG = -13,         /* an internal contradiction; please report it */
	OCIT_E_BUSY = -14,        /* somebody else holds what is needed; try again */
};

typedef struct ocit_ctx ocit_ctx;
typedef struct ocit_spec ocit_spec;
typedef struct ocit_graph ocit_graph;
typedef struct ocit_plan ocit_plan;
typedef struct ocit_report ocit_report;

/* The error of the last failed call on a context. Borrowed; valid until the next call on it. */
typedef struct ocit_error {
	size_t size;         /* sizeof(ocit_error) of the library */
	int code;            /* OCIT_E_... */
	int sys;             /* errno, or 0 */
	const char *message; /* "what: why", lower case, printable UTF-8; never NULL */
	const char *hint;    /* what to do about it, or NULL */
	int program; /* OCIT_PROGRAM_...: it is the command itself; 0: it is something else */
} ocit_error;

/* What is wrong with the command, as a shell would tell it. */
enum {
	OCIT_PROGRAM_NOT_FOUND = 1,      /* 127: there is no such program */
	OCIT_PROGRAM_NOT_EXECUTABLE = 2, /* 126: what is there cannot be started */
};

enum { OCIT_EVENT_BEGIN = 1, OCIT_EVENT_PROGRESS = 2, OCIT_EVENT_END = 3, OCIT_EVENT_NOTE = 4 };
enum { OCIT_PHASE_CLOSURE = 1, OCIT_PHASE_PLAN = 2, OCIT_PHASE_WRITE = 3, OCIT_PHASE_PUBLISH = 4 };

/*
 * Progress. Delivered on the thread that called the library, PROGRESS at most ten times a second. A
 * NOTE is about this machine at this moment (a mount source that is missing) and is part of no
 * output; what was left out of an output is a note of its plan.
 */
typedef struct ocit_event {
	size_t size;         /* sizeof(ocit_event) of the library */
	int kind;            /* OCIT_EVENT_... */
	int phase;           /* OCIT_PHASE_... */
	uint64_t done;       /* bytes, or units where bytes are not known */
	uint64_t total;      /* 0: not known */
	const char *subject; /* path, unit or note text; may be NULL */
} ocit_event;

/* Return 0 to go on, anything else to cancel the operation. */
typedef int ocit_event_fn(const ocit_event *event, void *user);

typedef struct ocit_config {
	size_t size;             /* OCIT_CONFIG_INIT sets it */
	ocit_event_fn *on_event; /* or NULL */
	void *user;              /* passed to on_event */
	uint64_t max_bytes;      /* bytes in one output; 0: 1 TiB */
	uint64_t max_files;      /* files in one output; 0: 10,000,000 */
	unsigned threads;        /* copy workers; 0: 2 */
	unsigned flags;          /* 0 */
	const char *cache_dir;   /* where what can be made again is kept between runs; NULL:
				    nowhere. Must outlive the context */
} ocit_config;
#define OCIT_CONFIG_INIT                                                                           \
	{                                                                                          \
		sizeof(ocit_config), NULL, NULL, 0, 0, 0, 0, NULL                                  \
	}

/* The version of the library, "MAJOR.MINOR.PATCH". */
OCIT_API const char *ocit_version(void);

/*
 * Make a context; config may be NULL. The caller frees it. The one failing function without a
 * message: OCIT_E_NOMEM, OCIT_E_USAGE (a bad config) or OCIT_E_UNSUPPORTED (a newer config).
 */
OCIT_API OCIT_CHECK int ocit_ctx_new(ocit_ctx **ret, const ocit_config *config);
/* Free a context; NULL is fine. Specs, graphs and plans made with it stay valid. */
OCIT_API void ocit_ctx_free(ocit_ctx *ctx);
/*
 * Ask the running operation, and every later one on this context, to stop with OCIT_E_CANCELLED.
 * Safe from any thread and from signal handlers.
 */
OCIT_API void ocit_ctx_cancel(ocit_ctx *ctx);
/* The error of the last call; never NULL, also for a NULL context; code is OCIT_OK after a
 * success. */
OCIT_API const ocit_error *ocit_ctx_error(const ocit_ctx *ctx);
/* The name of a code, such as "not-found"; never NULL. */
OCIT_API const char *ocit_code_name(int code);

/* Make an empty description. The caller frees it. */
OCIT_API OCIT_CHECK int ocit_spec_new(ocit_ctx *ctx, ocit_spec **ret);
OCIT_API void ocit_spec_free(ocit_spec *spec);
/*
 * Read a JSON description (ocitools-spec(5)) into spec; name is used in messages. Fields that were
 * set before are errors, so load the document first and options after it.
 */
OCIT_API OCIT_CHECK int ocit_spec_load(
	ocit_ctx *ctx, ocit_spec *spec, const void *json, size_t len, const char *name);
/* Set one field from its option form: ("env", "K=V"), ("read-only", "true"), ("arg", "-la"). */
OCIT_API OCIT_CHECK int ocit_spec_option(
	ocit_ctx *ctx, ocit_spec *spec, const char *option, const char *value);
/* 1: the field of this JSON name, or that of this option (without "--"), was set; 0: it was not. */
OCIT_API int ocit_spec_is_given(const ocit_spec *spec, const char *name);

/* Find everything the command needs. The caller frees the graph; spec may be freed before it. */
OCIT_API OCIT_CHECK int ocit_closure(ocit_ctx *ctx, const ocit_spec *spec, ocit_graph **ret);
OCIT_API void ocit_graph_free(ocit_graph *graph);

/* Decide every entry of the output. The plan keeps what it needs of spec and graph. */
OCIT_API OCIT_CHECK int ocit_plan_new(
	ocit_ctx *ctx, const ocit_spec *spec, const ocit_graph *graph, ocit_plan **ret);
OCIT_API void ocit_plan_free(ocit_plan *plan);

/* What a plan amounts to. Strings are borrowed from the plan. */
typedef struct ocit_summary {
	size_t size;       /* the caller sets sizeof(ocit_summary) */
	uint64_t bytes;    /* content; store paths count their NAR size */
	uint64_t files;    /* entries known before the walk; a store path counts as one */
	uint64_t units;    /* store paths, packages and single files */
	uint64_t notes;    /* things left out or changed */
	uint64_t terminal; /* 1: the command gets a terminal */
	uint64_t rootless; /* 1: it has a user namespace, and needs no root to start */
} ocit_summary;
OCIT_API void ocit_plan_summary(const ocit_plan *plan, ocit_summary *ret);
/* The i-th note, or NULL behind the last one. Borrowed from the plan. What is said of many files of
 * one included directory is one note here; listings and the record have each. */
OCIT_API const char *ocit_plan_note(const ocit_plan *plan, size_t i);

enum {
	OCIT_TARGET_NO_VERIFY = 1, /* do not hash what is copied */
	OCIT_TARGET_FILES = 2,     /* listing: every file, not only units */
	OCIT_TARGET_NO_NOTES = 4,  /* listing as text: leave the notes of the plan out */
	OCIT_TARGET_REPLACE = 8, /* replace a file, or a bundle or root file system, of that name */
	OCIT_TARGET_SYNC = 16,   /* it is on disk when ocit_emit() returns */
};

/* One output. Directories and files are named by (dirfd, name); streams by an open descriptor. */
typedef struct ocit_target {
	size_t size;           /* OCIT_TARGET_INIT sets it */
	const char *transport; /* "bundle", "rootfs", "tar", "listing" */
	const char *name;      /* relative to dirfd, or absolute; NULL: write to fd */
	const char *format;    /* listing: "text", "json" or "dot"; NULL: text */
	const char *why;       /* listing: explain this path only; NULL: everything */
	int dirfd;             /* AT_FDCWD by default */
	int fd;                /* used when name is NULL; stays open */
	unsigned flags;        /* OCIT_TARGET_... */
	char digest[136];      /* out: "sha256:...", or "" for listings and unverified trees */
	uint64_t bytes;        /* out: content written */
	uint64_t files;        /* out: regular files and symlinks written */
} ocit_target;
#define OCIT_TARGET_INIT                                                                           \
	{                                                                                          \
		sizeof(ocit_target), NULL, NULL, NULL, NULL, -100, -1, 0, { 0 }, 0, 0              \
	}

/*
 * Write every target from one walk over the plan. All of them become visible at the end, or none
 * does; an existing name is OCIT_E_EXISTS.
 */
OCIT_API OCIT_CHECK int ocit_emit(
	ocit_ctx *ctx, const ocit_plan *plan, ocit_target *targets, size_t count);

/* What ocit_emit() would refuse before it writes anything: for a run that only looks. */
OCIT_API OCIT_CHECK int ocit_emit_check(
	ocit_ctx *ctx, const ocit_plan *plan, ocit_target *targets, size_t count);

/* Remove a tree that an earlier ocit_emit() made, without following links or crossing mounts. */
OCIT_API OCIT_CHECK int ocit_remove(ocit_ctx *ctx, int dirfd, const char *name);

/* A report: what looking at something found. It is the caller's, who frees it; NULL is fine. */
OCIT_API void ocit_report_free(ocit_report *report);

enum {
	OCIT_FINDING_INFO = 1,  /* worth knowing; everything is in order with it */
	OCIT_FINDING_ERROR = 2, /* something is wrong, or differs */
};

/* Strings are borrowed from the report. */
typedef struct ocit_finding {
	size_t size;         /* the caller sets sizeof(ocit_finding) */
	int severity;        /* OCIT_FINDING_... */
	const char *rule;    /* a short stable word for the kind of finding, such as "schema" */
	const char *subject; /* path, unit or member it is about; "": the whole */
	const char *text;    /* what is wrong with it */
} ocit_finding;

enum { OCIT_CHECK_NO_HASHES = 1 /* do not read what is in the root file system */ };

/*
 * Look at the bundle name (relative to dirfd, or absolute): rules of the runtime specification for
 * config.json, mount points, whether the command would find all it needs, the record's hashes, and
 * how far it is from a hardened container. Nothing is started. What is wrong with the bundle is in
 * the report; only what cannot be looked at is an error.
 */
OCIT_API OCIT_CHECK int ocit_check(
	ocit_ctx *ctx, int dirfd, const char *name, unsigned flags, ocit_report **ret);

/* A runtime, and what it says of itself: texts that need not be trusted. */
typedef struct ocit_runtime {
	size_t size;         /* OCIT_RUNTIME_INIT sets it */
	const char *name;    /* "runc", "crun", "youki" or "systemd-nspawn" */
	const char *version; /* what "NAME --version" prints; NULL: not known */
	const char
		*features; /* JSON that "NAME features" prints (runtime-spec, features.md); NULL */
} ocit_runtime;
#define OCIT_RUNTIME_INIT                                                                          \
	{                                                                                          \
		sizeof(ocit_runtime), NULL, NULL, NULL                                             \
	}

/*
 * What a runtime would make of the bundle: findings of the rule "runtime", errors for what it
 * refuses, cannot do or passes over. Without features only what is known of its version is looked
 * at, without both what is true of all versions. Nothing is started.
 */
OCIT_API OCIT_CHECK int ocit_check_runtime(
	ocit_ctx *ctx, int dirfd, const char *name, const ocit_runtime *runtime, ocit_report **ret);

/*
 * Check one JSON document against its specification. kind is "config" (a bundle's config.json),
 * "descriptor", "index", "layout" (the file oci-layout), "manifest" or "image-config"; name is used
 * in messages. Types, values and missing members are errors (rule "schema"); members that the
 * specification does not have ("unknown-member"), a config for other systems ("platform") or of
 * another version than it says ("version") are information. What is no JSON is OCIT_E_FORMAT.
 */
OCIT_API OCIT_CHECK int ocit_schema_check(ocit_ctx *ctx, const char *kind, const void *json,
	size_t len, const char *name, ocit_report **ret);

/*
 * Compare two bundles (names relative to dirfd, or absolute) by their records and their
 * config.json: an error for each unit, file and member that differs.
 */
OCIT_API OCIT_CHECK int ocit_diff(
	ocit_ctx *ctx, int dirfd, const char *first, const char *second, ocit_report **ret);

/* How many findings are errors. */
OCIT_API size_t ocit_report_errors(const ocit_report *report);
/* The i-th finding in *ret; 0, or OCIT_E_NOT_FOUND behind the last one. */
OCIT_API int ocit_report_finding(const ocit_report *report, size_t i, ocit_finding *ret);

enum {
	OCIT_STALE_LEFT = 1,    /* a killed run left it behind */
	OCIT_STALE_REMOVED = 2, /* the same; it is gone now */
	OCIT_STALE_LIVE = 3,    /* a run is at work in it */
	OCIT_STALE_FOREIGN = 4, /* only named like one: another user's, or it holds other things */
	OCIT_STALE_CACHED = 5,  /* a file of the cache, which the next run makes again */
};

/* A staging directory, ".ocitools-<16 hex>.partial", or a file of the cache. */
typedef struct ocit_stale {
	size_t size;        /* sizeof(ocit_stale) of the library */
	int state;          /* OCIT_STALE_... */
	const char *name;   /* of the directory; borrowed for the call */
	const char *target; /* the name it was to become; NULL: it does not say */
	uint64_t bytes;     /* of the files in it */
	uint64_t files;     /* files and symlinks in it */
} ocit_stale;

/* Return 0 to go on, anything else to stop with OCIT_E_CANCELLED. */
typedef int ocit_stale_fn(const ocit_stale *stale, void *user);

enum { OCIT_CLEAN_REMOVE = 1 /* remove what a killed run left behind */ };

/*
 * Tell fn of the staging directories in a directory (name, relative to dirfd or absolute), in byte
 * order. They lie beside outputs while these are written; only a killed run leaves one. What is in
 * use, or not certainly ours, is never removed.
 */
OCIT_API OCIT_CHECK int ocit_clean(
	ocit_ctx *ctx, int dirfd, const char *name, unsigned flags, ocit_stale_fn *fn, void *user);
/* The same for the files in the cache directory of the context; without one it tells of none. */
OCIT_API OCIT_CHECK int ocit_cache_clean(
	ocit_ctx *ctx, unsigned flags, ocit_stale_fn *fn, void *user);

#ifdef __cplusplus
}
#endif

#endif
