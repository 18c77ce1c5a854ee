# SPDX-License-Identifier: Apache-2.0
# containerd: ctr run --config, with a daemon of our own.

load common

setup_file() {
	[ "$(id -u)" -eq 0 ] && command -v containerd >/dev/null && command -v ctr >/dev/null || return 0
	cd "$BATS_FILE_TMPDIR"
	cat >config.toml <<-C
		version = 2
		root = "$PWD/root"
		state = "$PWD/state"
		disabled_plugins = ["io.containerd.grpc.v1.cri"]
		[grpc]
		  address = "$PWD/socket"
	C
	containerd -c config.toml >containerd.log 2>&1 3>&- 4>&- &
	echo $! >pid
	for _ in $(seq 100); do
		ctr -a "$PWD/socket" version >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	cat containerd.log
	return 1
}

teardown_file() {
	[ -e "$BATS_FILE_TMPDIR/pid" ] || return 0
	kill "$(cat "$BATS_FILE_TMPDIR/pid")"
	wait "$(cat "$BATS_FILE_TMPDIR/pid")" 2>/dev/null || true
}

@test "ctr run --config: what the command sees, and its status" {
	need_root
	need containerd ctr runc jq
	build
	# The one thing that ctr wants otherwise: it does not know where the bundle lies.
	jq --arg path "$PWD/b/rootfs" '.root.path = $path' b/config.json >config.json
	shows_all ctr -a "$BATS_FILE_TMPDIR/socket" run --rm --config config.json "$(new_id)"
}
