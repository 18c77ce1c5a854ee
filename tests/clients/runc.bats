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
	[ "$(stat -c %u:%g b b/rootfs/bin/. b/rootfs/etc/passwd | sort -u)" = 100000:100000 ]
	"$OCITOOLS" check -q b
	chown -R 100000:100000 data
	open_way
	shows_all runc run -b b "$(new_id)"
}

@test "ocitools run as root: a user namespace, and its owners" {
	need_root
	need runc
	echo own >own
	chmod 600 own
	open_way
	run --separate-stderr "$OCITOOLS" run --uidmap 0:100000:65536 --gidmap 0:100000:65536 --include own:/own:owner=33:44 -- /bin/busybox stat -c '%u:%g' /own /bin/busybox
	echo "$status $output $stderr"
	[ "$output" = $'33:44\n0:0' ]
	run --separate-stderr "$OCITOOLS" run --rootless=1000 -- /bin/busybox id -u
	echo "$status $output $stderr"
	[ "$output" = 0 ]
}

@test "a bundle that root built for another user is his" {
	need_root
	need runc setpriv
	"$OCITOOLS" build -q --rootless=65534:65534 -o b -- /bin/busybox id -u
	open_way
	mkdir state
	chown 65534:65534 state
	run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups runc --root "$PWD/state" run -b b "$(new_id)"
	echo "$status $output $stderr"
	[ "$output" = 0 ]
}
