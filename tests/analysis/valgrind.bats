# SPDX-License-Identifier: Apache-2.0
# The real program under valgrind, which sees what is not initialised: no error, no leak, no descriptor left. It does not know openat2, so the code
# behind that is what runs.

: "${OCITOOLS:?must name the program}"
bats_require_minimum_version 1.5.0

setup() {
	command -v valgrind >/dev/null || skip 'valgrind is not installed'
	cd "$BATS_TEST_TMPDIR"
	ROOT=$BATS_TEST_DIRNAME/../..
}

watched() { # STATUS ARGUMENT...
	local want=$1 status=0
	shift
	valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=all --track-fds=yes --log-file=log "$OCITOOLS" "$@" >out 2>err || status=$?
	cat log err
	[ "$status" -eq "$want" ]
	! grep -A 1 'Open file descriptor' log | grep -v -e 'Open file' -e 'inherited from parent' -e '^--$'
}

@test "a command of the host: build, explain, check, diff, clean" {
	watched 0 build -q -o a -o tar:t -- bash -c 'echo hello'
	watched 0 build -q --read-only --rootless=5 --jobs 4 -o b -- bash
	watched 0 explain --files -- bash
	watched 0 explain --why /etc/passwd -- bash
	watched 0 explain --format dot -- bash
	watched 0 check -q a
	watched 1 diff a b
	watched 0 cache clean .
}

@test "a Nix store" {
	python3 "$ROOT/tests/support/gen_store.py" --wal --program /bin/busybox 40 store
	top=$(head -n 1 store/roots)
	watched 0 build -q --store store -o a -- "$top/bin/top"
	watched 0 explain --store store -- "$top/bin/top"
	watched 0 check -q a
}

@test "what goes wrong" {
	printf '{"args":["bash"],"mounts":{"/x":{"type":7}}}' >spec
	watched 3 build --spec spec -o x
	watched 3 build -o x -- no-such-program
	watched 2 build --no-such-option
	head -c 200 /bin/bash >cut
	chmod +x cut
	watched 3 build -o x -- ./cut
	mkdir there
	watched 6 build -o there -- bash
}
