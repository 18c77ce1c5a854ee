/* SPDX-License-Identifier: Apache-2.0 */
/* model/spec_fields.h: what the parsers of the field table share; private to the spec. */
#ifndef MODEL_SPEC_FIELDS_H
#define MODEL_SPEC_FIELDS_H

#include "base/ctx.h"
#include "model/spec.h"

/* Where a value comes from: it is the subject of every message about it. */
struct spec_input {
	struct ctx *cx;
	struct spec *spec;
	const struct spec_field *field; /* whose value is being read */
	int code;                       /* of malformed values */
	bool document;                  /* from JSON, not from an option */
	size_t len;                     /* of path */
	char path[256]; /* "mounts.'/data'.options[1]" or "--volume"; cut when longer */
};

/* Record "'PATH': why" with the code of the input. */
int input_fail(struct spec_input *in, const char *format, ...) PRINTF(2, 3);
/* Record that a well-formed value is not served; NULL: no value is. */
int input_refuse(struct spec_input *in, const char *value);
/* Record "'NAME' (--OPTION): why", a wrong command line, or "'NAME': why", a wrong document. */
int field_fail(struct ctx *cx, const struct spec *s, const char *name, const char *format, ...)
	PRINTF(4, 5);
/* Go down to a member or an element. Returns what input_leave() needs. */
size_t input_enter(struct spec_input *in, const char *key);
size_t input_enter_index(struct spec_input *in, size_t i);
void input_leave(struct spec_input *in, size_t len);

/* The row of a (dotted) JSON name, or of an option. NULL means "none". */
const struct spec_field *field_by_name(const char *name);
const struct spec_field *field_by_option(const char *option);
/* Did a document set the field that is being read? */
bool field_is_loaded(const struct spec_input *in);
/* Make field the one whose value follows; setting it twice is an error where it does not add up. */
int field_begin(struct spec_input *in, const struct spec_field *field);
/* The known name below prefix, or the known option, that looks most like word. NULL means "none
 * does". */
const char *field_nearest_name(const char *prefix, const char *word);
const char *field_nearest_option(const char *word);

/* Make room for one more element of size in an arena's array. NULL when memory is out. */
void *list_add(struct spec_input *in, void *list, size_t *n, size_t size);
/* Copies into the arena. Strings of config.json must be UTF-8; *ret is untouched on failure. */
int value_copy(struct spec_input *in, const char *text, const char **ret);
int value_utf8(struct spec_input *in, const char *text, const char **ret);
int value_list_add(struct spec_input *in, const char ***list, size_t *n, const char *text);

/* JSON forms. */
int json_text(struct spec_input *in, const struct json_value *v); /* a string, as the option's */
int json_flag(struct spec_input *in, const struct json_value *v);
int json_list(struct spec_input *in, const struct json_value *v); /* of such strings */
int json_resources(struct spec_input *in, const struct json_value *v);
int json_quantity(struct spec_input *in, const struct json_value *v);
int json_args(struct spec_input *in, const struct json_value *v);
int json_mounts(struct spec_input *in, const struct json_value *v);
int json_env(struct spec_input *in, const struct json_value *v);
int json_include(struct spec_input *in, const struct json_value *v);
int json_limits(struct spec_input *in, const struct json_value *v);
int json_sysctls(struct spec_input *in, const struct json_value *v);
int json_rootless(struct spec_input *in, const struct json_value *v);
int json_seccomp(struct spec_input *in, const struct json_value *v);
int json_devices(struct spec_input *in, const struct json_value *v);
int json_config(struct spec_input *in, const struct json_value *v);
int json_refuse_flag(struct spec_input *in, const struct json_value *v);
int json_refuse_object(struct spec_input *in, const struct json_value *v);

/* Option forms. */
int text_string(struct spec_input *in, const char *text);
int text_path(struct spec_input *in, const char *text);
int text_flag(struct spec_input *in, const char *text);
int text_arg(struct spec_input *in, const char *text);
int text_env(struct spec_input *in, const char *text);
int text_capability(struct spec_input *in, const char *text);
int text_group(struct spec_input *in, const char *text);
int text_profile(struct spec_input *in, const char *text);
int text_network(struct spec_input *in, const char *text);
int text_seccomp(struct spec_input *in, const char *text);
int text_config(struct spec_input *in, const char *text);
int text_source(struct spec_input *in, const char *text);
int text_gconv(struct spec_input *in, const char *text);
int text_nss(struct spec_input *in, const char *text);
int text_package(struct spec_input *in, const char *text);
int text_without(struct spec_input *in, const char *text);
int text_keep(struct spec_input *in, const char *text);
int text_conffiles(struct spec_input *in, const char *text);
int text_recommends(struct spec_input *in, const char *text);
int text_timestamp(struct spec_input *in, const char *text);
int text_refuse(struct spec_input *in, const char *text);

/* Mounts (spec_mount.c). */
int text_volume(struct spec_input *in, const char *text);
int text_mount(struct spec_input *in, const char *text);
int text_tmpfs(struct spec_input *in, const char *text);

/* Limits (spec_limit.c). */
int text_ulimit(struct spec_input *in, const char *text);
int text_memory(struct spec_input *in, const char *text);
int text_cpus(struct spec_input *in, const char *text);
int text_pids(struct spec_input *in, const char *text);
int text_sysctl(struct spec_input *in, const char *text);

/* Devices (spec_device.c). */
int text_device(struct spec_input *in, const char *text);
int json_device(struct spec_input *in, const struct json_value *v); /* an object */

/* Includes (spec_include.c). */
int text_include(struct spec_input *in, const char *text);
int json_include_path(struct spec_input *in, const char *path);
int json_include_object(struct spec_input *in, const struct json_value *v); /* an object */

/* User namespaces (spec_rootless.c). */
int text_rootless(struct spec_input *in, const char *text);
int text_uidmap(struct spec_input *in, const char *text);
int text_gidmap(struct spec_input *in, const char *text);
int id_map_add(struct spec_input *in, struct id_maps *maps, const struct id_map *map);
/* What must hold of the maps together. */
int rootless_check(struct ctx *cx, const struct spec *s);

int limit_add(struct spec_input *in, const char *name, uint64_t soft, uint64_t hard);
/* A number or "unlimited". */
int limit_parse(struct spec_input *in, const char *text, uint64_t *ret);
int sysctl_add(struct spec_input *in, const char *name, const char *value);

#endif
