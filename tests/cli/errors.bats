# SPDX-License-Identifier: Apache-2.0
# The shape of errors, and the process around them: descriptors, environment, signals, standard output.

load common

@test "text: what and why, then the hint" {
	refused 3 "^ocitools: args\[0\] 'no-such-program' is not in PATH " "$OCITOOLS" build -o x -- no-such-program
	refused 2 $'\nhint: ' "$OCITOOLS" biuld
}

@test "text: a line is written in one piece" {
	# Looking for leaks is tracing, too, and the build with sanitizers would do it.
	export ASAN_OPTIONS=detect_leaks=0
	strace -f -e trace=write -o calls "$OCITOOLS" build -o x -- no-such-program || true
	[ "$(grep -c 'write(2, "ocitools: args' calls)" -eq 1 ]
	[ "$(grep -c 'write(2, ' calls)" -eq 1 ]
}

@test "--verbose adds the code, and errno where there is one" {
	refused 3 $'\ncode: not-found' "$OCITOOLS" build --verbose -o x -- no-such-program
	refused 3 $'\ncode: not-found, errno 2' "$OCITOOLS" build --verbose --spec none.json -o x
}

@test "--format json: the error is a document, on standard error" {
	try 3 "$OCITOOLS" build --format json -o x -- no-such-program
	[ -z "$output" ]
	jq -e '.schemaVersion == 1 and .error.code == "not-found" and .error.status == 3 and (.error.message | test("no-such-program"))' <<<"$stderr"
	try 2 "$OCITOOLS" build --format json --hlep
	jq -e '.error.code == "usage" and .error.status == 2 and (.error.hint | test("--help"))' <<<"$stderr"
	try 3 "$OCITOOLS" build --format json --spec none.json -o x
	jq -e '.error.errno == 2' <<<"$stderr"
	try 3 "$OCITOOLS" build --format json -o x --spec $'no\xff"\\\n'
	jq -e '.error.message' <<<"$stderr"
}

@test "colour only when asked for, or on a terminal without NO_COLOR" {
	esc=$'\033'
	try 2 "$OCITOOLS" version --color always x
	[[ $stderr == *"$esc["* ]]
	try 2 "$OCITOOLS" version x
	[[ $stderr != *"$esc"* ]]
	run env TERM=xterm script -qec "'$OCITOOLS' version x" /dev/null
	[[ $output == *"$esc["* ]]
	run env TERM=xterm NO_COLOR=1 script -qec "'$OCITOOLS' version x" /dev/null
	[[ $output != *"$esc"* ]]
	run env TERM=dumb script -qec "'$OCITOOLS' version x" /dev/null
	[[ $output != *"$esc"* ]]
}

@test "progress: nothing without a terminal, lines and documents when asked for" {
	try 0 "$OCITOOLS" build -q -o a -- /bin/true
	[ -z "$stderr" ]
	try 0 "$OCITOOLS" build -q --progress plain -o b -- /bin/true
	[[ $stderr == *'progress: closure'*'progress: plan'*'progress: write'* ]]
	try 0 "$OCITOOLS" explain --progress plain -- /bin/true
	[ "$stderr" = $'progress: closure\nprogress: plan' ]
	try 0 "$OCITOOLS" build -q --progress json -o c -- /bin/true
	jq -es 'all(.schemaVersion == 1) and any(.event == "begin" and .phase == "closure") and any(.event == "end" and .phase == "write")' <<<"$stderr"
	run script -qec "'$OCITOOLS' build -o d -- /bin/true" /dev/null
	[ "$status" -eq 0 ]
	run script -qec "'$OCITOOLS' build --progress none -o e -- /bin/true" /dev/null
	[[ $output != *$'\033'* ]]
}

@test "case 13: a description that is a FIFO, a directory, a device, a socket, missing, or closed standard input" {
	mkfifo fifo
	mkdir dir
	refused 3 'fifo.*not a regular file.*FIFO' "$OCITOOLS" build --spec fifo -o x
	refused 3 'dir.*not a regular file.*directory' "$OCITOOLS" build --spec dir -o x
	refused 3 'null.*not a regular file.*device' "$OCITOOLS" build --spec /dev/null -o x
	python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("sock")'
	refused 3 'sock.*not a regular file' "$OCITOOLS" build --spec sock -o x
	refused 3 "'--spec': 'missing.json'" "$OCITOOLS" build --spec missing.json -o x
	refused 3 'standard input.*closed' bash -c "'$OCITOOLS' build --spec - -o x <&-"
	refused 3 'empty document' "$OCITOOLS" build --spec - -o x </dev/null
}

@test "case 10: a description over 16 MiB, also from a pipe" {
	head -c 17000000 /dev/zero | tr '\0' ' ' >big.json
	refused 3 '16777216|16 MiB' "$OCITOOLS" build --spec big.json -o x
	run bash -c "cat big.json | '$OCITOOLS' build --spec - -o x"
	[ "$status" -eq 3 ]
	[[ $output == *'standard input'*16777216* ]]
}

@test "case 21: control bytes, ESC and bytes that are not UTF-8 are data, and escaped in messages" {
	esc=$'\033[31m'
	for c in "biuld$esc" "-$esc" "--$esc"; do
		refused 2 '\\x1b\[31m' "$OCITOOLS" "$c"
		[[ $stderr != *$'\033'* ]]
	done
	refused 2 '\\x1b' "$OCITOOLS" build "--hos$esc"
	refused 2 '\\x0a' "$OCITOOLS" build -o $'tr\na:x' -- true
	refused 3 '\\x1b' "$OCITOOLS" build --spec "no$esc.json" -o x
	refused 3 '\\x1b' "$OCITOOLS" build -o x -- "./no$esc"
	[[ $stderr != *$'\033'* ]]
	bad=$'\xff-\xc2\x9b-\xe2\x80\xae-\xc3\xa4'
	shown='\\xff-\\xc2\\x9b-\\xe2\\x80\\xae-'$'\xc3\xa4'
	refused 2 "$shown" "$OCITOOLS" "$bad"
	refused 3 "$shown" "$OCITOOLS" build -o x --spec "./$bad"
	try 0 "$OCITOOLS" build -n -e "NOT$bad" -- /bin/true
	[[ $stderr == *'NOT\xff-\xc2\x9b-'* ]]
	try 0 "$OCITOOLS" build -n -o "x$bad" -- /bin/true
	[[ $output == *'bundle:x\xff-\xc2\x9b-'* ]]
	try 2 "$OCITOOLS" build --format json "--no$bad"
	[[ $stderr != *$'\xe2\x80\xae'* ]]
	"$OCITOOLS" build -q -o $'new\nline' -- /bin/true >out
	[ -e $'new\nline/config.json' ]
	[ "$(wc -l <out)" -eq 1 ]
	grep -q '^bundle:new\\x0aline sha256:' out
	"$OCITOOLS" build -q --format json -o $'a"b\xff\n' -- /bin/true | jq -e '.outputs[0].where | startswith("a\"b")'
}

@test "case 22: started with descriptors 0, 1 and 2 closed" {
	"$OCITOOLS" build -o a -- /bin/true <&-
	"$OCITOOLS" build -o b -- /bin/true >&-
	"$OCITOOLS" build -o c -- /bin/true 2>&-
	"$OCITOOLS" build -o d -- /bin/true >&- <&-
	"$OCITOOLS" build -o e -o tar:e.tar -- /bin/true >&- <&- 2>&-
	for b in b c d e; do
		diff -r --no-dereference a "$b"
	done
	run bash -c "'$OCITOOLS' build -o tar:- -- /bin/true >&-"
	[ "$status" -eq 5 ]
	run bash -c "'$OCITOOLS' explain -- /bin/true >&-"
	[ "$status" -eq 5 ]
	run bash -c "'$OCITOOLS' version >&-"
	[ "$status" -eq 5 ]
}

@test "case 24: hostile environment" {
	for epoch in -1 1e9 ' 1' 0x10 99999999999999999999 "$(head -c 100000 /dev/zero | tr '\0' 9)"; do
		SOURCE_DATE_EPOCH=$epoch refused 2 'SOURCE_DATE_EPOCH' "$OCITOOLS" build -o x -- /bin/true
	done
	"$OCITOOLS" build -q -o a -- /bin/true
	SOURCE_DATE_EPOCH= "$OCITOOLS" build -q -o b -- /bin/true
	HOME=relative TMPDIR=relative LD_BIND_NOT= NIX_PATH=x NIX_STORE_DIR=/x NIX_REMOTE=x SSL_CERT_FILE=/x https_proxy=x XDG_RUNTIME_DIR= XDG_CACHE_HOME=relative \
		"$OCITOOLS" build -q -o c -- /bin/true
	env -i "$OCITOOLS" build -q -o d -- /bin/true
	for b in b c d; do
		diff -r --no-dereference a "$b"
	done
	SOURCE_DATE_EPOCH=1000000000 "$OCITOOLS" build -q -o e -- /bin/true
	[ "$(stat -c %Y e/rootfs/etc)" -eq 1000000000 ]
	SOURCE_DATE_EPOCH=1000000000 "$OCITOOLS" build -q --timestamp 7 -o f -- /bin/true
	[ "$(stat -c %Y f/rootfs/etc)" -eq 7 ]
}

@test "case 25: any umask gives the same modes" {
	modes() { (cd "$1" && find . -printf '%p %m\n' | sort); }
	"$OCITOOLS" build -q -o a -- /bin/true
	(umask 0777 && "$OCITOOLS" build -q -o b -- /bin/true)
	(umask 0000 && "$OCITOOLS" build -q -o c -- /bin/true)
	diff <(modes a) <(modes b)
	diff <(modes a) <(modes c)
}

@test "case 27: standard output is full, or nobody reads it" {
	for c in 'build -q -o x -- /bin/true' 'explain -- /bin/true' version 'help build' 'build -q -o tar:- -- /bin/true'; do
		rm -rf x
		run bash -c "'$OCITOOLS' $c >/dev/full"
		[ "$status" -eq 5 ]
		[[ $output == 'ocitools: '*'No space left on device'* ]]
		rm -rf x
		# the reader is gone before anything is written
		run bash -c "set -o pipefail; (sleep 0.5; exec '$OCITOOLS' $c) | (exec <&-; sleep 2)"
		echo "$c: $output"
		[ "$status" -eq 5 ]
		[[ $output == *'Broken pipe'* ]]
	done
	if ls -A | grep '^\.ocitools-'; then false; fi
	for c in 'explain -- /bin/true' 'build -q -o tar:- -- /bin/true'; do
		run bash -c "'$OCITOOLS' $c >/dev/full"
		[[ $output == *"'standard output'"* && $output != *stream* && $output != *listing* ]]
	done
}

@test "a signal before anything is written: nothing is left, and the status says which" {
	for s in INT TERM HUP; do
		mkfifo "pipe$s"
		# Job control gives the background process its own dispositions of signals.
		set -m
		# Whoever started the tests may have ignored one, as nohup does.
		env --default-signal="$s" "$OCITOOLS" build --spec - -o x <"pipe$s" 2>err &
		pid=$!
		set +m
		exec 7>"pipe$s"
		sleep 0.3
		kill -s "$s" "$pid"
		status=0
		wait "$pid" || status=$?
		exec 7>&-
		[ "$status" -eq $((128 + $(kill -l "$s"))) ]
		[ ! -e x ]
	done
}

@test "what is ignored by the caller stays ignored" {
	mkfifo pipe
	(
		trap '' HUP
		exec "$OCITOOLS" build --spec - -o x <pipe 2>err
	) &
	pid=$!
	exec 7>pipe
	sleep 0.3
	kill -s HUP "$pid"
	sleep 0.1
	printf '{"args":["/bin/true"]}' >&7
	exec 7>&-
	wait "$pid"
	[ -e x/config.json ]
}

@test "case 26: too few descriptors, any number of them" {
	for jobs in 1 2; do
		for n in $(seq 5 24); do
			rm -rf x
			status=0
			(exec 2>../err >../out 3>&-; ulimit -n "$n"; exec "$OCITOOLS" build -q --jobs "$jobs" -o x -- bash) || status=$?
			echo "$jobs jobs, $n descriptors: $status, $(cat ../err)"
			if [ "$status" -eq 0 ]; then
				[ "$(ls -A)" = x ]
			elif grep -q '^ocitools: ' ../err; then
				[ "$status" -eq 5 ]
				grep -q 'Too many open files' ../err
				[ -z "$(ls -A)" ]
			else # the loader or a wrapper could not open its files
				[ "$status" -ge 126 ] || grep -q '^/bin/sh: ' ../err
				[ -z "$(ls -A)" ]
			fi
		done
	done
	[ "$status" -eq 0 ]
}

@test "a signal once everything is published changes nothing; before that nothing is published" {
	export ASAN_OPTIONS=detect_leaks=0
	strace -o /dev/null true 2>/dev/null || skip 'strace cannot trace here'
	try 0 strace -f -qq -o /dev/null -e trace=renameat2 -e inject=renameat2:signal=TERM "$OCITOOLS" build -q -o x -- /bin/true
	[[ $output == bundle:x* ]]
	[ "$(ls -A)" = x ]
	rm -r x
	status=0
	strace -f -qq -o /dev/null -e trace=renameat2 -e inject=renameat2:signal=TERM:when=1 "$OCITOOLS" build -q -o x -o tar:y -- /bin/true 2>err || status=$?
	cat err
	[ "$status" -eq 143 ]
	[ "$(ls -A)" = err ]
}

@test "the name of an unfinished output is no name for an output" {
	refused 2 "unfinished outputs" "$OCITOOLS" build -q -o .ocitools-0123456789abcdef.partial -- /bin/true
}

@test "case 26: a stack of 64 KiB" {
	(ulimit -s 64 && "$OCITOOLS" build -q -o x -- bash)
	[ -f x/config.json ]
	(ulimit -s 64 && "$OCITOOLS" explain --files -- bash >/dev/null)
	(ulimit -s 64 && "$OCITOOLS" check -q x)
}

@test "case 19: an output inside the store that is read; one inside an included directory is not in itself" {
	python3 "$ROOT/tests/support/gen_store.py" --program /bin/true 5 s
	top=$(cat s/roots)
	mkdir s/nix/store/deep
	for out in s/nix/store/out s/nix/store/deep/out tar:s/nix/store/out "rootfs:s$top/out"; do
		refused 2 'lies in the store that is read' "$OCITOOLS" build --store "$PWD/s" -o "$out" -- "$top/bin/top"
	done
	[ "$(ls -A s/nix/store/deep)" = '' ]
	try 0 "$OCITOOLS" build -q --store "$PWD/s" -o s/out -- "$top/bin/top"
	mkdir d
	: >d/file
	try 0 "$OCITOOLS" build -q --include "$PWD/d" -o d/out -- /bin/true
	[ "$(ls -A "d/out/rootfs$PWD/d")" = file ]
}

@test "case 148: elements of PATH that are not absolute are not searched" {
	mkdir sub
	cp /bin/true sub/only-here
	for path in sub : ./sub ''; do
		refused 3 "'only-here' is not in PATH" "$OCITOOLS" build --root / -e "PATH=$path" -o x -- only-here
	done
}

@test "case 223: stopped and continued, it goes on" {
	mkfifo pipe
	"$OCITOOLS" build -q --spec - -o x <pipe >/dev/null &
	pid=$!
	exec 7>pipe
	kill -STOP "$pid"
	printf '{"args":["/bin/true"]}' >&7
	exec 7>&-
	sleep 0.2
	[ ! -e x ]
	kill -CONT "$pid"
	wait "$pid"
	[ -e x/config.json ]
}
