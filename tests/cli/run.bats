# SPDX-License-Identifier: Apache-2.0
# run: the program's own status, and nothing left of bundle and container.

load common

setup() {
	mkdir -p "$BATS_TEST_TMPDIR/work" "$BATS_TEST_TMPDIR/tmp"
	cd "$BATS_TEST_TMPDIR/work"
	unset SOURCE_DATE_EPOCH NO_COLOR XDG_RUNTIME_DIR
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
}

teardown() {
	[ -z "$(ls -A "$TMPDIR")" ]
}

need_runc() {
	[ "$(id -u)" -eq 0 ] || skip 'runc needs root here'
	PATH=$PATH:/usr/sbin command -v runc >/dev/null || skip 'runc is not installed'
}

# A runtime of our own: writes down how it was called.
fake_runtime() { # BODY
	cat >runtime <<-R
		#!/bin/sh
		echo "\$*" >>"$PWD/calls"
		$1
	R
	chmod +x runtime
}

@test "a log that is no file, or longer than what is read of it" {
	printf '#!/bin/sh\ncase "$*" in *run*) rm -f "$2"; mkfifo "$2"; exit 1 ;; esac\n' >runtime
	chmod +x runtime
	try 1 timeout 20 "$OCITOOLS" run --runtime ./runtime -- /bin/true
	printf '#!/bin/sh\ncase "$*" in *run*) yes "{}" | head -c 100000 >"$2"; echo "{\\"level\\":\\"error\\"}" >>"$2"; exit 1 ;; esac\n' >runtime
	refused 125 'could not be run' "$OCITOOLS" run --runtime ./runtime -- /bin/true
}

@test "the program's output and status" {
	need_runc
	try 7 "$OCITOOLS" run -- bash -c 'echo out; echo err >&2; exit 7'
	[ "$output" = out ]
	[ "$stderr" = err ]
	try 0 "$OCITOOLS" run -- bash -c 'read -r x; echo "got $x"' <<<word
	[ "$output" = 'got word' ]
	[ -z "$(ls -A)" ]
}

@test "-o keeps the bundle, and an existing one is a failure of ours" {
	need_runc
	try 0 "$OCITOOLS" run -o kept -- /bin/true
	[ -e kept/config.json ]
	refused 125 'exists' "$OCITOOLS" run -o kept -- /bin/true
}

@test "127 not found, 126 not executable, 125 ours, 2 usage" {
	fake_runtime 'exit 0'
	refused 127 'no-such-program' "$OCITOOLS" run --runtime ./runtime -- no-such-program
	refused 127 '/no/such' "$OCITOOLS" run --runtime ./runtime -- /no/such
	echo plain >plain
	refused 126 'plain' "$OCITOOLS" run --runtime ./runtime -- ./plain
	refused 126 'directory' "$OCITOOLS" run --runtime ./runtime -- /usr
	echo 'echo' >nosheb
	printf '#!/bin/bash\r\n' >crlf
	printf '#!/usr/bin/env no-such-program\n' >noenv
	chmod +x nosheb crlf noenv
	refused 126 "nosheb': neither" "$OCITOOLS" run --runtime ./runtime -- ./nosheb
	refused 126 'interpreter .*x0d' "$OCITOOLS" run --runtime ./runtime -- ./crlf
	refused 126 'no-such-program' "$OCITOOLS" run --runtime ./runtime -- ./noenv
	refused 125 'include|missing-file' "$OCITOOLS" run --runtime ./runtime --include /missing-file -- /bin/true
	refused 125 'no such program' "$OCITOOLS" run --runtime ./none -- /bin/true
	refused 125 'spec.json' "$OCITOOLS" run --runtime ./runtime --spec spec.json
	refused 2 'unknown' "$OCITOOLS" run --no-such-option -- /bin/true
	refused 125 'no/such' "$OCITOOLS" run --runtime ./runtime --root /no/such -- /bin/true
	[ ! -e calls ]
}

@test "the status in JSON is the one of run" {
	fake_runtime 'exit 0'
	echo plain >plain
	for c in '127 no-such-program' '126 ./plain' '125 --include /no-such /bin/true' '2 --jobs 0 /bin/true'; do
		try "${c%% *}" "$OCITOOLS" run --runtime ./runtime --format json ${c#* }
		[ "$(jq .error.status <<<"$stderr")" -eq "${c%% *}" ]
	done
}

@test "notes are printed, unless quiet; strict refuses them" {
	fake_runtime 'exit 0'
	try 0 "$OCITOOLS" run --runtime ./runtime -- bash -c true /usr/share
	[[ $stderr == *"note: directory '/usr/share'"* ]]
	try 0 "$OCITOOLS" run -q --runtime ./runtime -- bash -c true /usr/share
	[ -z "$stderr" ]
	rm calls
	refused 125 'strict: ' "$OCITOOLS" run --strict --runtime ./runtime -- bash -c true /usr/share
	refused 125 'strict: .*mount source' "$OCITOOLS" run --strict --runtime ./runtime -v /no/such:/m -- bash -c true
	[ ! -e calls ]
}

@test "-t without a terminal is refused before anything is built" {
	fake_runtime 'exit 0'
	refused 2 "'--tty': needs a terminal" "$OCITOOLS" run -t --runtime ./runtime -- /bin/true </dev/null
	[ ! -e calls ]
	try 0 "$OCITOOLS" run --tty=false --runtime ./runtime -- /bin/true </dev/null
	run script -qec "'$OCITOOLS' run -t --runtime ./runtime -- /bin/true </dev/null" /dev/null
	[ "$status" -eq 0 ]
}

@test "a document that asks for a terminal is refused likewise" {
	fake_runtime 'exit 0'
	echo '{"args": ["/bin/true"], "terminal": true}' >spec.json
	refused 2 "'terminal': needs a terminal: neither" "$OCITOOLS" run --spec spec.json -o kept --runtime ./runtime </dev/null
	[ ! -e calls ]
	[ ! -e kept ]
	run script -qec "'$OCITOOLS' run --spec spec.json --runtime ./runtime </dev/null" /dev/null
	[ "$status" -eq 0 ]
	try 0 "$OCITOOLS" build -q --spec spec.json -o x </dev/null
}

@test "without a runtime in PATH" {
	[ ! -x /usr/sbin/runc ] || skip 'runc lies where it is always looked for'
	PATH=$PWD refused 125 'neither runc nor crun' "$OCITOOLS" run -- /bin/true
}

@test "how the runtime is called; its status is the status" {
	fake_runtime 'exit 9'
	try 9 "$OCITOOLS" run --runtime ./runtime -o kept -- /bin/true
	[[ $(cat calls) =~ --log\ [^\ ]+\ --log-format\ json\ run\ -b\ kept\ ocitools-[0-9a-f]{16}$ ]]
}

@test "a runtime that fails is 125, and what it may have left is deleted" {
	fake_runtime 'echo "{\"level\":\"error\",\"msg\":\"no\"}" >"$2"; exit 1'
	refused 125 'could not be run' "$OCITOOLS" run --runtime ./runtime -- /bin/true
	[[ $(tail -n 1 calls) =~ delete\ --force\ ocitools-[0-9a-f]{16}$ ]]
}

@test "a runtime that a signal ends is 128 and its number" {
	fake_runtime 'case "$*" in *delete*) exit 0;; esac; kill -KILL $$'
	try 137 "$OCITOOLS" run --runtime ./runtime -- /bin/true
}

@test "case 23: no other descriptor is passed on" {
	fake_runtime 'ls /proc/self/fd | tr "\n" " "'
	exec 7</ 8</dev/null 99</dev/null
	try 0 "$OCITOOLS" run --runtime ./runtime -- /bin/true
	exec 7<&- 8<&- 99<&-
	# ls itself has the directory open
	[ "$output" = '0 1 2 3 ' ]
}

@test "the runtime has its default answer to PIPE and XFSZ" {
	fake_runtime 'grep SigIgn /proc/self/status'
	(
		trap - PIPE XFSZ
		"$OCITOOLS" run --runtime ./runtime -- /bin/true >ignored
	)
	mask=$((16#$(awk '{ print $2 }' ignored)))
	[ $((mask & (1 << 12))) -eq 0 ]
	[ $((mask & (1 << 24))) -eq 0 ]
}

@test "case 224: TERM is passed on, and the status is the program's" {
	fake_runtime 'trap "exit 33" TERM; echo ready >ready; while :; do sleep 0.1; done'
	"$OCITOOLS" run --runtime ./runtime -- /bin/true &
	pid=$!
	for _ in $(seq 100); do
		[ ! -e ready ] || break
		sleep 0.1
	done
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 33 ]
}

@test "a missing mount source is told" {
	fake_runtime 'exit 0'
	try 0 "$OCITOOLS" run --runtime ./runtime -v /no/such:/m -- /bin/true
	[[ $stderr == *"note: mount source '/no/such' does not exist"* ]]
	try 0 "$OCITOOLS" run -q --runtime ./runtime -v /no/such:/m -- /bin/true
	[ -z "$stderr" ]
}

@test "the private directory: the session's, else TMPDIR, else /tmp; only whole paths" {
	fake_runtime 'echo "$7"'
	mkdir "$BATS_TEST_TMPDIR/session"
	XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/session try 0 "$OCITOOLS" run --runtime ./runtime -- /bin/true
	[[ $output == "$BATS_TEST_TMPDIR/session/ocitools-run-"*/bundle ]]
	[ -z "$(ls -A "$BATS_TEST_TMPDIR/session")" ]
	XDG_RUNTIME_DIR=relative try 0 "$OCITOOLS" run --runtime ./runtime -- /bin/true
	[[ $output == "$TMPDIR/ocitools-run-"*/bundle ]]
	XDG_RUNTIME_DIR= TMPDIR=relative try 0 "$OCITOOLS" run --runtime ./runtime -- /bin/true
	[[ $output == /tmp/ocitools-run-*/bundle ]]
}

# Run the rest as somebody who is not root.
as_user() {
	[ "$(id -u)" -eq 0 ] || {
		"$@"
		return
	}
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

need_user() {
	command -v setpriv >/dev/null || skip 'setpriv is not installed'
	chmod 777 .
	chmod 755 "$BATS_TEST_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_RUN_TMPDIR"
	as_user "$OCITOOLS" version >/dev/null 2>&1 || skip 'the program cannot be reached by another user'
}

@test "an ordinary user gets a rootless container, and his own place for its state" {
	need_user
	fake_runtime 'cp "$9/config.json" . ; printf "%s\n" "$@"'
	chmod 755 runtime
	XDG_RUNTIME_DIR= TMPDIR=$PWD as_user "$OCITOOLS" run --runtime ./runtime -- /bin/true >words
	[ "$(jq -c '.linux.uidMappings[0].containerID, .linux.uidMappings[0].size' config.json | tr '\n' ' ')" = '0 1 ' ]
	[ "$(jq -r '.linux.uidMappings[0].hostID' config.json)" != 0 ]
	[ "$(jq -r '.linux.namespaces[0].type' config.json)" = user ]
	grep -qxF -- --root words
	grep -q 'ocitools-run-.*/state$' words
}

@test "what a description says about ids is not touched for an ordinary user" {
	need_user
	fake_runtime 'cat "$9/config.json"'
	chmod 755 runtime
	echo '{"args":["/bin/true"],"rootless":false}' >spec.json
	XDG_RUNTIME_DIR=$PWD try 0 as_user "$OCITOOLS" run --runtime ./runtime --spec spec.json
	[ "$(jq -r '.linux.uidMappings' <<<"$output")" = null ]
	XDG_RUNTIME_DIR=$PWD try 0 as_user "$OCITOOLS" run --runtime ./runtime --uidmap 0:7:1 --gidmap 0:8:1 -- /bin/true
	[ "$(jq -r '.linux.uidMappings[0].hostID, .linux.gidMappings[0].hostID' <<<"$output" | tr '\n' ' ')" = '7 8 ' ]
}

@test "root must say who a rootless container is for" {
	[ "$(id -u)" -eq 0 ] || skip 'needs root'
	refused 2 "'rootless' \(--rootless\): means the caller, who is root" "$OCITOOLS" run --rootless -- /bin/true
	[[ $stderr == *'hint: '*'--rootless=UID:GID'* ]]
}

# 10:235 is one that no runtime allows on its own; whether it has a driver here does not matter.
@test "a device can be used as it was granted, and not otherwise" {
	need_runc
	cat >spec.json <<-'S'
		{"args": ["bash", "-c", "exec 3</dev/mine; exec 3>/dev/mine"],
		 "devices": [{"path": "/dev/mine", "type": "c", "major": 10, "minor": 235, "fileMode": 438, "access": "r"}]}
	S
	run --separate-stderr "$OCITOOLS" run --spec spec.json
	[ "$(grep -c 'not permitted' <<<"$stderr")" -eq 1 ]
}
