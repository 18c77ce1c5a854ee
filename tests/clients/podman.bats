# SPDX-License-Identifier: Apache-2.0
# podman --rootfs: it makes a configuration of its own; only the tree is ours. With :O it writes into a layer over it.

load common

setup() {
	cd "$BATS_TEST_TMPDIR"
	need /bin/busybox
	need_root
	need podman runc
	printf '%s\n' '[containers]' 'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]' 'netns = "none"' '[engine]' \
		'runtime = "runc"' 'cgroup_manager = "cgroupfs"' 'events_logger = "none"' >containers.conf
	export CONTAINERS_CONF=$PWD/containers.conf
}

podman_() { # our own storage: nothing of the user's is read or left behind
	podman --root "$PWD/storage" --runroot "$PWD/run" --storage-driver overlay --tmpdir "$PWD/tmp" "$@"
}

teardown() {
	podman_ rm --all --force >/dev/null 2>&1 || true
	umount -R "$BATS_TEST_TMPDIR/storage/overlay" 2>/dev/null || true
}

@test "podman --rootfs: the command runs, its status arrives, and the tree is as it was" {
	"$OCITOOLS" build -q -o b -- /bin/busybox sh -c 'echo "$1"; exit 7' sh 'a  b'
	"$OCITOOLS" check -q b
	mapfile -d '' -t args < <(jq -j '.process.args[] | . + "\u0000"' b/config.json)
	run --separate-stderr podman_ run --rm --rootfs "$PWD/b/rootfs:O" "${args[@]}"
	echo "status $status, stderr: $stderr"
	[ "$output" = 'a  b' ]
	[ "$status" -eq 7 ]
	"$OCITOOLS" check -q b
}
