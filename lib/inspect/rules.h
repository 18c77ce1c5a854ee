/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/rules.h: what config.json must keep to beyond its types, and what it gives away. */
#ifndef INSPECT_RULES_H
#define INSPECT_RULES_H

struct ctx;
struct json_value;
struct report;

/*
 * Rules of the runtime specification's prose that no schema has, as errors with the rule "config":
 * version, cwd, env, args, capability sets, limits, mounts, devices, memory, block I/O, hooks and
 * annotations. A variable whose name no shell knows is information: runtimes take it.
 */
int rules_config(struct ctx *cx, const struct json_value *config, struct report *report);
/* The same for members of linux that need, or exclude, one another: mappings and namespaces,
 * offsets of time, network devices, seccomp's listener, memory policy, mapped mounts. */
int rules_linux(struct ctx *cx, const struct json_value *config, struct report *report);
/* The same for values that no kernel or runtime takes: ranges, names, kernel parameters of the
 * host, seccomp rules. */
int rules_values(struct ctx *cx, const struct json_value *config, struct report *report);
/*
 * How far it is from a hardened container, as information with the rule "hardening": capabilities,
 * new privileges, system calls, namespaces that are shared, masked and read-only paths.
 */
int rules_hardening(struct ctx *cx, const struct json_value *config, struct report *report);

#endif
