/* SPDX-License-Identifier: Apache-2.0 */
/* engine/seccomp.c: the default seccomp profile, for one machine and one set of capabilities. */
#include "engine/seccomp.h"

#include "base/ctx.h"
#include "codec/json_out.h"
#include "engine/seccomp_table.h"
#include "model/spec.h"

enum { ERRNO_PERM = 1, ERRNO_NOSYS = 38 };

/* AF_ALG 38 lets a container reach into the host's page cache, AF_VSOCK 40 to the hypervisor. */
enum { AF_BEFORE_ALG = 38, AF_BETWEEN = 39, AF_AFTER_VSOCK = 41, AF_LAST = 45 };

/* CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET. */
static const uint64_t clone_namespaces = 0x7e020000;

/* PER_LINUX, PER_LINUX32, UNAME26, both, and the question which one is set. */
static const uint64_t personalities[] = { 0x0, 0x8, 0x20000, 0x20008, 0xffffffff };

#if defined(__x86_64__)
static const uint16_t build_machine = EM_X86_64;
#elif defined(__aarch64__)
static const uint16_t build_machine = EM_AARCH64;
#elif defined(__i386__)
static const uint16_t build_machine = EM_386;
#elif defined(__arm__)
static const uint16_t build_machine = EM_ARM;
#elif defined(__riscv)
static const uint16_t build_machine = EM_RISCV;
#elif defined(__powerpc64__)
static const uint16_t build_machine = EM_PPC64;
#elif defined(__s390x__)
static const uint16_t build_machine = EM_S390;
#elif defined(__loongarch__)
static const uint16_t build_machine = EM_LOONGARCH;
#else
static const uint16_t build_machine = EM_NONE;
#endif

struct argument {
	unsigned index;
	uint64_t value;
	const char *op; /* SCMP_CMP_... */
};

int seccomp_machine_find(struct ctx *cx, uint16_t machine, const struct seccomp_machine **ret)
{
	uint16_t wanted = machine ? machine : build_machine;

	for (const struct seccomp_machine *m = seccomp_machines; m->machine; m++) {
		if (m->machine == wanted) {
			*ret = m;
			return 0;
		}
	}
	return advise(cx,
		fail(cx, OCIT_E_UNSUPPORTED, "no seccomp profile for ELF machine %u",
			(unsigned)wanted),
		"'seccomp' can be set to unconfined");
}

static void names_write(struct json_out *out, const struct call_list *calls)
{
	for (size_t i = 0; i < calls->count; i++)
		json_out_string(out, calls->names[i]);
}

static void allow_begin(struct json_out *out)
{
	json_out_object(out);
	json_out_key(out, "names");
	json_out_array(out);
}

static void allow_end(struct json_out *out)
{
	json_out_end_array(out);
	json_out_key_string(out, "action", "SCMP_ACT_ALLOW");
	json_out_end_object(out);
}

static void allow_calls(struct json_out *out, const struct call_list *calls)
{
	allow_begin(out);
	names_write(out, calls);
	allow_end(out);
}

static void allow_when(struct json_out *out, const char *name, const struct argument *argument)
{
	json_out_object(out);
	json_out_key(out, "names");
	json_out_array(out);
	json_out_string(out, name);
	json_out_end_array(out);
	json_out_key_string(out, "action", "SCMP_ACT_ALLOW");
	json_out_key(out, "args");
	json_out_array(out);
	json_out_object(out);
	json_out_key_u64(out, "index", argument->index);
	json_out_key_u64(out, "value", argument->value);
	json_out_key_string(out, "op", argument->op);
	json_out_end_object(out);
	json_out_end_array(out);
	json_out_end_object(out);
}

/*
 * The tests of one rule are ANDed and runtimes take one test per argument, so each range is a rule.
 * There is no "above AF_VSOCK": the filter compares 64 bits, the kernel takes the lower 32, and
 * 2^32 + AF_ALG would pass.
 */
static void sockets_write(struct json_out *out)
{
	allow_when(
		out, "socket", &(struct argument){ .value = AF_BEFORE_ALG, .op = "SCMP_CMP_LT" });
	allow_when(out, "socket", &(struct argument){ .value = AF_BETWEEN, .op = "SCMP_CMP_EQ" });
	for (uint64_t family = AF_AFTER_VSOCK; family <= AF_LAST; family++)
		allow_when(
			out, "socket", &(struct argument){ .value = family, .op = "SCMP_CMP_EQ" });
}

static void clone_write(const struct seccomp_machine *machine, struct json_out *out)
{
	/* value is the mask; what it leaves must equal valueTwo, which is 0 when absent. */
	allow_when(out, "clone",
		&(struct argument){
			.index = machine->clone_flags_second ? 1 : 0,
			.value = clone_namespaces,
			.op = "SCMP_CMP_MASKED_EQ",
		});
	json_out_object(out);
	json_out_key(out, "names");
	json_out_array(out);
	json_out_string(out, "clone3");
	json_out_end_array(out);
	json_out_key_string(out, "action", "SCMP_ACT_ERRNO");
	json_out_key_u64(out, "errnoRet", ERRNO_NOSYS);
	json_out_end_object(out);
}

static void syscalls_write(
	const struct seccomp_machine *machine, const struct spec *spec, struct json_out *out)
{
	allow_begin(out);
	names_write(out, &seccomp_common);
	if (machine->legacy)
		names_write(out, &seccomp_legacy);
	names_write(out, &machine->calls);
	allow_end(out);
	for (size_t i = 0; i < sizeof(personalities) / sizeof(personalities[0]); i++)
		allow_when(out, "personality",
			&(struct argument){ .value = personalities[i], .op = "SCMP_CMP_EQ" });
	sockets_write(out);
	if (!spec_has_capability(spec, "CAP_SYS_ADMIN"))
		clone_write(machine, out);
	for (const struct capability_calls *c = seccomp_capabilities; c->capability; c++)
		if (spec_has_capability(spec, c->capability))
			allow_calls(out, &c->calls);
}

void seccomp_write(
	const struct seccomp_machine *machine, const struct spec *spec, struct json_out *out)
{
	json_out_object(out);
	json_out_key_string(out, "defaultAction", "SCMP_ACT_ERRNO");
	json_out_key_u64(out, "defaultErrnoRet", ERRNO_PERM);
	json_out_key(out, "architectures");
	json_out_array(out);
	json_out_string(out, machine->arch);
	json_out_end_array(out);
	json_out_key(out, "syscalls");
	json_out_array(out);
	syscalls_write(machine, spec, out);
	json_out_end_array(out);
	json_out_end_object(out);
}
