/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/spec_round.h: what must hold of a description that was accepted, wherever it came
 * from. */
#ifndef TESTS_FUZZ_SPEC_ROUND_H
#define TESTS_FUZZ_SPEC_ROUND_H

#include "base/buf.h"
#include "base/text.h"
#include "codec/json.h"
#include "codec/json_merge.h"
#include "codec/json_out.h"
#include "engine/accounts.h"
#include "engine/mounts.h"
#include "engine/runtime_config.h"
#include "fuzz/fuzz.h"
#include "inspect/rules.h"
#include "model/report.h"
#include "model/schema.h"
#include "model/spec_fields.h"

static inline void round_list(
	struct json_out *o, const char *key, const char *const *list, size_t n)
{
	json_out_key(o, key);
	json_out_array(o);
	for (size_t i = 0; i < n; i++)
		json_out_string(o, list[i]);
	json_out_end_array(o);
}

static inline void round_string(struct json_out *o, const char *key, const char *value)
{
	if (value)
		json_out_key_string(o, key, value);
}

static inline void round_mounts(struct json_out *o, const struct spec *s)
{
	json_out_key(o, "mounts");
	json_out_object(o);
	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct mount *m = &s->mounts[i];

		json_out_key(o, m->destination);
		json_out_object(o);
		round_string(o, "type", m->type);
		round_string(o, "source", m->source);
		if (m->has_options)
			round_list(o, "options", m->options, m->n_options);
		json_out_end_object(o);
	}
	json_out_end_object(o);
}

static inline void round_includes(struct json_out *o, const struct spec *s)
{
	char mode[8];

	json_out_key(o, "include");
	json_out_array(o);
	for (size_t i = 0; i < s->n_includes; i++) {
		json_out_object(o);
		json_out_key_string(o, "path", s->includes[i].path);
		round_string(o, "destination", s->includes[i].destination);
		round_string(o, "owner", s->includes[i].owner);
		snprintf(mode, sizeof(mode), "%03o", s->includes[i].mode);
		round_string(o, "mode", s->includes[i].has_mode ? mode : NULL);
		json_out_end_object(o);
	}
	json_out_end_array(o);
}

static inline void round_limit(struct json_out *o, const char *key, uint64_t v)
{
	char text[32] = "unlimited";

	if (v != LIMIT_INFINITY)
		snprintf(text, sizeof(text), "%ju", (uintmax_t)v);
	json_out_key_string(o, key, text);
}

static inline void round_limits(struct json_out *o, const struct spec *s)
{
	json_out_key(o, "rlimits");
	json_out_object(o);
	for (size_t i = 0; i < s->n_limits; i++) {
		json_out_key(o, s->limits[i].name);
		json_out_object(o);
		round_limit(o, "soft", s->limits[i].soft);
		round_limit(o, "hard", s->limits[i].hard);
		json_out_end_object(o);
	}
	json_out_end_object(o);
}

static inline void round_resources(struct json_out *o, const struct spec *s)
{
	const struct resources *r = &s->resources;
	char cpus[32];

	snprintf(cpus, sizeof(cpus), "%ju.%05ju", (uintmax_t)(r->cpu_quota / CPU_PERIOD_US),
		(uintmax_t)(r->cpu_quota % CPU_PERIOD_US));
	json_out_key(o, "resources");
	json_out_object(o);
	if (r->memory)
		json_out_key_u64(o, "memory", r->memory);
	if (r->cpu_quota)
		json_out_key_string(o, "cpus", cpus);
	if (spec_is_given(s, "resources.pids"))
		round_limit(
			o, "pids", r->pids == PIDS_UNLIMITED ? LIMIT_INFINITY : (uint64_t)r->pids);
	json_out_end_object(o);
}

static inline void round_devices(struct json_out *o, const struct spec *s)
{
	json_out_key(o, "devices");
	json_out_array(o);
	for (size_t i = 0; i < s->n_devices; i++) {
		const struct device *d = &s->devices[i];
		const char type[] = { d->type, '\0' };
		char text[3 * 4096 + 8];

		if (d->source) {
			snprintf(text, sizeof(text), "%s:%s:%s", d->source, d->path, d->access);
			json_out_string(o, text);
			continue;
		}
		json_out_object(o);
		json_out_key_string(o, "path", d->path);
		json_out_key_string(o, "type", type);
		json_out_key_u64(o, "major", (uint64_t)d->major);
		json_out_key_u64(o, "minor", (uint64_t)d->minor);
		json_out_key_string(o, "access", d->access);
		if (d->mode >= 0)
			json_out_key_u64(o, "fileMode", (uint64_t)d->mode);
		if (d->uid >= 0)
			json_out_key_u64(o, "uid", (uint64_t)d->uid);
		if (d->gid >= 0)
			json_out_key_u64(o, "gid", (uint64_t)d->gid);
		json_out_end_object(o);
	}
	json_out_end_array(o);
}

static inline void round_sysctls(struct json_out *o, const struct spec *s)
{
	json_out_key(o, "sysctl");
	json_out_object(o);
	for (size_t i = 0; i < s->n_sysctls; i++)
		json_out_key_string(o, s->sysctls[i].name, s->sysctls[i].value);
	json_out_end_object(o);
}

static inline void round_profile(struct json_out *o, const struct spec *s)
{
	static const struct json_limits wide = {
		.bytes = JSON_BYTES_MAX, .members = JSON_MEMBERS_MAX, .wide = true
	};
	AUTO(json) struct json *doc = NULL;
	struct ctx cx;

	fuzz_ctx(&cx);
	FUZZ_CHECK(json_parse_limited(
			   &cx, s->seccomp, strlen(s->seccomp), "profile", &wide, &doc) == 0);
	json_out_key(o, "seccomp");
	json_out_value(o, json_root(doc));
}

static inline void round_simple(struct json_out *o, const struct spec *s)
{
	round_list(o, "args", s->args, s->n_args);
	round_list(o, "env", s->env, s->n_env);
	round_list(o, "capabilities", s->capabilities, s->n_capabilities);
	json_out_key_bool(o, "readonly", s->readonly);
	json_out_key_bool(o, "terminal", s->terminal);
	json_out_key_bool(o, "noNewPrivileges", s->no_new_privileges);
	round_string(o, "cwd", s->cwd);
	round_string(o, "user", s->user);
	round_string(o, "hostname", s->hostname);
	round_string(o, "profile", s->profile == PROFILE_SEED ? "seed" : "hardened");
	round_list(o, "groups", s->groups, s->n_groups);
	if (s->seccomp)
		round_profile(o, s);
	else if (spec_is_given(s, "seccomp"))
		round_string(o, "seccomp", s->seccomp_unconfined ? "unconfined" : "default");
}

static inline void round_maps(struct json_out *o, const char *key, const struct id_maps *maps)
{
	json_out_key(o, key);
	json_out_array(o);
	for (size_t i = 0; i < maps->n; i++) {
		json_out_object(o);
		json_out_key_u64(o, "size", maps->list[i].size);
		json_out_key_u64(o, "hostID", maps->list[i].host);
		json_out_key_u64(o, "containerID", maps->list[i].container);
		json_out_end_object(o);
	}
	json_out_end_array(o);
}

static inline void round_namespaces(struct json_out *o, const struct spec *s)
{
	round_string(o, "network", s->host_network ? "host" : "none");
	if (!s->uid_maps.n) {
		json_out_key_bool(o, "rootless", s->rootless_caller);
		return;
	}
	json_out_key(o, "rootless");
	json_out_object(o);
	round_maps(o, "uidMappings", &s->uid_maps);
	round_maps(o, "gidMappings", &s->gid_maps);
	json_out_end_object(o);
}

/* The description as a document. */
static inline void round_write(const struct spec *s, struct buf *ret)
{
	struct json_out o;

	buf_init(ret, 64 << 20);
	json_out_init(&o, ret, 2);
	json_out_object(&o);
	round_simple(&o, s);
	round_mounts(&o, s);
	round_includes(&o, s);
	round_limits(&o, s);
	round_resources(&o, s);
	round_sysctls(&o, s);
	round_devices(&o, s);
	round_namespaces(&o, s);
	json_out_end_object(&o);
	json_out_finish(&o);
	FUZZ_CHECK(ret->error == 0);
}

/* Paths of the host may have any bytes, a document may not. */
static inline bool round_can_write(const struct spec *s)
{
	size_t bad;

	for (size_t i = 0; i < s->n_includes; i++)
		if (!text_utf8(s->includes[i].path, strlen(s->includes[i].path), &bad))
			return false;
	return true;
}

/* Written as a document and loaded, it is accepted again, and says the same. */
static inline void round_check(const struct spec *s)
{
	AUTO(buf) struct buf text, again;
	AUTO(spec) struct spec *second = NULL;
	struct ctx cx;

	round_write(s, &text);
	fuzz_ctx(&cx);
	FUZZ_CHECK(spec_new(&cx, &second) == 0);
	if (spec_load(&cx, second, text.data, text.len, "again") < 0 ||
		spec_check(&cx, second) < 0) {
		fprintf(stderr, "%s\n%s\n", text.data, ctx_message(&cx));
		FUZZ_CHECK(!"it is accepted again");
	}
	round_write(second, &again);
	FUZZ_CHECK(text.len == again.len && !memcmp(text.data, again.data, text.len));
}

/* config.json is what the specification says, and our own rules have nothing against it; but for
 * what a merge patch or a profile brings: there the user may break a rule that no schema has. */
static inline void round_check_config(const struct buf *text, bool ours)
{
	/* "unlimited" is a number beyond 63 bits. */
	static const struct json_limits limits = {
		.bytes = JSON_BYTES_MAX, .members = JSON_MEMBERS_MAX, .wide = true
	};
	AUTO(json) struct json *doc = NULL;
	AUTO(report) struct report *report = NULL;
	struct ctx cx;

	fuzz_ctx(&cx);
	FUZZ_CHECK(report_new(&cx, &report) == 0);
	FUZZ_CHECK(json_parse_limited(&cx, text->data, text->len, "c", &limits, &doc) == 0);
	FUZZ_CHECK(schema_check(&cx, SCHEMA_CONFIG, json_root(doc), report, NULL) == 0);
	FUZZ_CHECK(rules_config(&cx, json_root(doc), report) == 0);
	FUZZ_CHECK(rules_hardening(&cx, json_root(doc), report) == 0);
	for (size_t i = 0; i < report->count; i++)
		if (report->findings[i].severity == FINDING_ERROR)
			fprintf(stderr, "%s: %s: %s\n", report->findings[i].rule,
				report->findings[i].subject, report->findings[i].text);
	FUZZ_CHECK(report->errors == 0 || !ours);
}

/* As who looks at the host would: there each of them is something. */
static inline void round_look(struct spec *s, struct arena *a)
{
	struct device *devices = arena_array(a, s->n_devices, sizeof(*devices));

	FUZZ_CHECK(devices);
	for (size_t i = 0; i < s->n_devices; i++) {
		devices[i] = s->devices[i];
		if (devices[i].source)
			devices[i].type = 'c';
	}
	s->devices = devices;
}

static inline void round_config(const struct spec *described)
{
	struct spec mapped = *described;
	const struct spec *s = &mapped;
	AUTO(arena) struct arena a;
	AUTO(buf) struct buf text;
	struct accounts who = { 0 };
	struct mount_list mounts = { 0 };
	struct ctx cx;
	int r;

	arena_init(&a);
	buf_init(&text, 64 << 20);
	fuzz_ctx(&cx);
	round_look(&mapped, &a);
	r = spec_map_caller(&cx, &mapped, 1000, 1000, &a);
	if (!r)
		r = accounts_build(&cx, s, NULL, "/bin/sh", &a, &who);
	if (!r)
		r = mounts_resolve(&cx, s, &a, &mounts);
	if (!r) {
		struct runtime_config rc = {
			.spec = s,
			.mounts = &mounts,
			.cwd = s->cwd ? s->cwd : "/",
			.home = who.home,
			.uid = who.uid,
			.gid = who.gid,
			.groups = who.groups,
			.n_groups = who.n_groups,
		};

		round_check(described);
		r = runtime_config_write(&cx, &rc, &text);
		FUZZ_CHECK(r < 0 || text.error == 0);
	}
	fuzz_judge(&cx, r);
	if (!r)
		round_check_config(&text, !s->config && !s->seccomp);
}

/* Whatever was read without a failure. */
static inline void round_spec(struct ctx *cx, const struct spec *s)
{
	int r = spec_check(cx, s);

	fuzz_judge(cx, r);
	if (!r && round_can_write(s))
		round_config(s);
}

#endif
