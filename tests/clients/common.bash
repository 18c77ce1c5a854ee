# SPDX-License-Identifier: Apache-2.0
# What the clients have in common: a bundle whose command says what it sees from inside, and what it should say.

: "${OCITOOLS:?must name the program}"
bats_require_minimum_version 1.5.0

# A missing program is no reason to skip where everything was to be installed.
need() { # PROGRAM...
	local program
	for program; do
		command -v "$program" >/dev/null && continue
		[ -z "${CI-}" ] || {
			echo "$program is not installed"
			return 1
		}
		skip "$program is not installed"
	done
}

need_root() {
	[ "$(id -u)" -eq 0 ] || skip 'needs root'
}

# One argument with blanks, one empty; the last thing is the exit status.
INSIDE='b=/bin/busybox
$b grep -E "^(Cap...|NoNewPrivs|Seccomp):" /proc/1/status
echo "host $($b hostname)"
echo descriptors:
$b ls /proc/1/fd
echo "arguments $# <$1> <$2>"
$b cat /data/file
$b touch /written 2>/dev/null && echo "root is writable" || echo "root is read-only"
exit 7'

# What a client that obeys config.json shows.
expected() {
	printf 'Cap%s:\t0000000000000000\n' Inh Prm Eff Bnd Amb
	printf '%s\n' $'NoNewPrivs:\t1' $'Seccomp:\t2' 'host container' descriptors: 0 1 2 'arguments 2 <a  b> <>' 'from the host' 'root is read-only'
}

# Into ./b, with OPTIONs of its own.
build() { # OPTION...
	mkdir -p data
	echo 'from the host' >data/file
	"$OCITOOLS" build -q --read-only -v ./data:/data "$@" -o b -- /bin/busybox sh -c "$INSIDE" sh 'a  b' ''
	"$OCITOOLS" check -q b
}

# Let others than us get to the directory of the test.
open_way() {
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR"
}

new_id() {
	echo "ocitools-test-$$-$BATS_TEST_NUMBER-$RANDOM"
}

# A client that wants the second version of control groups, whatever the machine has: a view of its own.
v2view() { # COMMAND...
	# shellcheck disable=SC2016 # for the inner shell
	unshare -m sh -c 'umount -l /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup; exec "$@"' sh "$@"
}

# Run and compare: status 7 and the expected text.
shows_all() { # COMMAND...
	run --separate-stderr "$@"
	echo "status $status, stderr: $stderr"
	diff <(expected) <(echo "$output")
	[ "$status" -eq 7 ]
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	need /bin/busybox
}
