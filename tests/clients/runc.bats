# SPDX-License-Identifier: Apache-2.0
# runc: the bundle as it is.

load common

@test "runc: what the command sees, and its status" {
	need_root
	need runc
	build
	shows_all runc run -b b "$(new_id)"
}

@test "runc: limits of the control group" {
	need_root
	need runc
	"$OCITOOLS" build -q --memory 64m --pids-limit 20 -o b -- /bin/busybox sh -c 'cd /sys/fs/cgroup; cat memory.max pids.max memory/memory.limit_in_bytes pids/pids.max 2>/dev/null'
	run --separate-stderr runc run -b b "$(new_id)"
	echo "$output, $stderr"
	[ "$output" = $'67108864\n20' ]
}

@test "runc: root in a user namespace" {
	need_root
	need runc
	build --uidmap 0:100000:65536 --gidmap 0:100000:65536
	chown -R 100000:100000 b data
	open_way
	chmod 755 b
	shows_all runc run -b b "$(new_id)"
}
