/* SPDX-License-Identifier: Apache-2.0 */
/* model/capability.c: the names of the kernel's capabilities. */
#include "model/capability.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

static const char *const names[] = {
	"CAP_AUDIT_CONTROL",
	"CAP_AUDIT_READ",
	"CAP_AUDIT_WRITE",
	"CAP_BLOCK_SUSPEND",
	"CAP_BPF",
	"CAP_CHECKPOINT_RESTORE",
	"CAP_CHOWN",
	"CAP_DAC_OVERRIDE",
	"CAP_DAC_READ_SEARCH",
	"CAP_FOWNER",
	"CAP_FSETID",
	"CAP_IPC_LOCK",
	"CAP_IPC_OWNER",
	"CAP_KILL",
	"CAP_LEASE",
	"CAP_LINUX_IMMUTABLE",
	"CAP_MAC_ADMIN",
	"CAP_MAC_OVERRIDE",
	"CAP_MKNOD",
	"CAP_NET_ADMIN",
	"CAP_NET_BIND_SERVICE",
	"CAP_NET_BROADCAST",
	"CAP_NET_RAW",
	"CAP_PERFMON",
	"CAP_SETFCAP",
	"CAP_SETGID",
	"CAP_SETPCAP",
	"CAP_SETUID",
	"CAP_SYS_ADMIN",
	"CAP_SYS_BOOT",
	"CAP_SYS_CHROOT",
	"CAP_SYS_MODULE",
	"CAP_SYS_NICE",
	"CAP_SYS_PACCT",
	"CAP_SYS_PTRACE",
	"CAP_SYS_RAWIO",
	"CAP_SYS_RESOURCE",
	"CAP_SYS_TIME",
	"CAP_SYS_TTY_CONFIG",
	"CAP_SYSLOG",
	"CAP_WAKE_ALARM",
};

static const char *const defaults[] = {
	"CAP_AUDIT_WRITE",
	"CAP_CHOWN",
	"CAP_DAC_OVERRIDE",
	"CAP_FOWNER",
	"CAP_FSETID",
	"CAP_KILL",
	"CAP_MKNOD",
	"CAP_NET_BIND_SERVICE",
	"CAP_NET_RAW",
	"CAP_SETFCAP",
	"CAP_SETGID",
	"CAP_SETPCAP",
	"CAP_SETUID",
	"CAP_SYS_CHROOT",
};

enum { PREFIX_LEN = 4, SLIP_MAX = 3, NAMES = sizeof(names) / sizeof(names[0]) };

static const char *without_prefix(const char *name)
{
	return strncasecmp(name, "CAP_", PREFIX_LEN) ? name : name + PREFIX_LEN;
}

const char *capability_find(const char *name)
{
	const char *bare = without_prefix(name);

	for (size_t i = 0; i < NAMES; i++)
		if (!strcasecmp(names[i] + PREFIX_LEN, bare))
			return names[i];
	return NULL;
}

const char *capability_nearest(const char *name)
{
	const char *bare = without_prefix(name);
	size_t best = SLIP_MAX + 1;
	const char *found = NULL;
	char upper[32];
	size_t n = 0;

	for (; bare[n] && n < sizeof(upper) - 1; n++)
		upper[n] = bare[n] >= 'a' && bare[n] <= 'z' ? (char)(bare[n] - 'a' + 'A') : bare[n];
	upper[n] = '\0';
	for (size_t i = 0; i < NAMES; i++) {
		size_t d = text_distance(names[i] + PREFIX_LEN, upper);

		if (d < best && d <= n / 2) {
			best = d;
			found = names[i];
		}
	}
	return found;
}

const char *const *capability_defaults(size_t *ret_n)
{
	*ret_n = sizeof(defaults) / sizeof(defaults[0]);
	return defaults;
}
