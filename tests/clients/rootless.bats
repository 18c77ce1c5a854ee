# SPDX-License-Identifier: Apache-2.0
# runc as an ordinary user: of ids he has his own only.

load common

setup() {
	cd "$BATS_TEST_TMPDIR"
	need /bin/busybox
	need runc setpriv
	open_way
	mkdir home
	[ "$(id -u)" -ne 0 ] || chown 65534:65534 home
	cd home
	export HOME=$PWD XDG_RUNTIME_DIR=$PWD
	unset DBUS_SESSION_BUS_ADDRESS
	as_user "$OCITOOLS" version >/dev/null || skip 'the program cannot be reached by another user'
}

as_user() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
	else
		"$@"
	fi
}

build_as_user() { # OPTION...
	as_user mkdir -p data
	as_user sh -c 'echo "from the host" >data/file'
	as_user "$OCITOOLS" build -q --read-only --rootless -v ./data:/data "$@" -o b -- /bin/busybox sh -c "$INSIDE" sh 'a  b' ''
	as_user "$OCITOOLS" check -q b
}

@test "rootless runc: what the command sees, and its status" {
	build_as_user
	shows_all as_user runc --root "$PWD/state" run -b b "$(new_id)"
}

@test "rootless: ocitools run does it on its own" {
	as_user mkdir data
	as_user sh -c 'echo "from the host" >data/file'
	shows_all as_user "$OCITOOLS" run --read-only -v ./data:/data -- /bin/busybox sh -c "$INSIDE" sh 'a  b' ''
	# The place where runc keeps its state stays, empty.
	[ "$(ls -A)" = $'data\nocitools' ]
	[ -z "$(ls -A ocitools)" ]
}

@test "rootless: the network of the host" {
	run --separate-stderr as_user "$OCITOOLS" run --network host -- /bin/busybox ls /sys/class/net
	echo "$stderr"
	[ "$output" = "$(ls /sys/class/net)" ]
}
