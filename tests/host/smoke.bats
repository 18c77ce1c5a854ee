# SPDX-License-Identifier: Apache-2.0
# The runner of the list of host commands, over commands of this machine: what passes, what fails and why, and how it reads its list.

: "${OCITOOLS:?must name the program}"
RUN=$BATS_TEST_DIRNAME/run
bats_require_minimum_version 1.5.0

setup() { # not below /tmp: the acceptance options put a tmpfs there, which hides what lies below
	WORK=$(mktemp -d /var/tmp/ocitools-host-XXXXXX)
	cd "$WORK"
	printf 'id\tpackages\targv\tstdout_regex\tnotes\n' >list.tsv
}

teardown() {
	cd /
	rm -rf "$WORK"
}

row() { # ID ARGV REGEX NOTES
	printf '%s\t\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" >>list.tsv
}

need_root() {
	[ "$(id -u)" -eq 0 ] || skip 'the runner needs root'
}

broken() { # MESSAGE-WITHOUT-FILE LINE...: a list of these lines is refused with it, and nothing is run
	local message=$1
	shift
	printf 'id\tpackages\targv\tstdout_regex\tnotes\n' >broken.tsv
	printf '%b\n' "$@" >>broken.tsv
	run -2 "$RUN" broken.tsv
	echo "$output"
	[ "$output" = "run: broken.tsv:$message" ]
}

left_over() { # mounts and files below the directory that the runner was given, for other tests mount and run at the same time
	grep -F "$WORK" /proc/self/mountinfo
	ls -A runs
}

@test "three commands of this machine pass, and the table says how big they are" {
	need_root
	row bash '["/bin/bash", "-c", "echo $((6*7)) ${BASH_VERSION}"]' '^42 5' 'core; rc=0; size<=6MB'
	row sh '["/bin/sh", "-c", "echo $((6*7)); exit 3"]' '^42' 'core; rc=3; size<=5MB'
	row ls '["/usr/bin/ls", "-l", "/"]' 'root +root.* usr' 'core; rc=0; size<=6MB'
	row merged '["/bin/sh", "-c", "echo out; echo err >&2"]' '^out\nerr' 'core; rc=0; match on stdout followed by stderr'
	mkdir runs
	run -0 --separate-stderr "$RUN" list.tsv --root / --table table.md --work "$WORK/runs"
	echo "$output"
	[ "${lines[0]}" = 1..4 ]
	[ "${lines[1]}" = 'ok 1 - bash' ]
	[ "${lines[-1]}" = '4 passed, 0 failed' ]
	[ -z "$(left_over)" ]
	grep -Eq '^\| bash \| yes \| yes \| yes \| [1-9][0-9]*\.[0-9] \| [1-9][0-9]* \| [0-9]+ \|$' table.md
	[ "$(wc -l <table.md)" -eq 6 ]
}

@test "status, output, size and a status that the tree itself does not give make a row fail, each with its reason" {
	need_root
	row text '["/bin/sh", "-c", "echo 41"]' '^42' 'core; rc=0'
	row tree '["/bin/sh", "-c", "exit 4"]' '.*' 'core; rc=0'
	row big '["/bin/sh", "-c", "echo ok"]' '^ok' 'core; rc=0; size<=1MB'
	# Only the tree has it, for nothing says that the directory is read.
	mkdir data
	echo 42 >data/file
	row inside "[\"/bin/sh\", \"-c\", \"cat $WORK/data/f*e\"]" '^42' 'core; rc=0'
	run -1 --separate-stderr "$RUN" list.tsv --table table.md
	echo "$output"
	[ "$(grep -c '^not ok' <<<"$output")" -eq 4 ]
	grep -q '^# writable: output$' <<<"$output"
	grep -q '^# the tree itself, where 0 is due: status 4$' <<<"$output"
	grep -q '^# read-only: too big$' <<<"$output"
	grep -Eq '^\| inside \| status [1-9][0-9]* \| status [1-9][0-9]* \|' table.md
	[ "${lines[-1]}" = '0 passed, 4 failed' ]
}

@test "with a read-only root a command that writes to it is judged by the whole tree, one that misses a file is not" {
	need_root
	row writes '["/bin/sh", "-c", "echo 42 >/written-by-row && echo ok"]' '^ok' 'core; rc=0'
	mkdir data
	echo 42 >data/file
	row misses "[\"/bin/sh\", \"-c\", \"cat $WORK/data/f*e\"]" '^42' 'core; rc=0'
	run -1 --separate-stderr "$RUN" list.tsv --table table.md
	echo "$output"
	[ "${lines[1]}" = 'ok 1 - writes' ]
	[ "${lines[2]}" = '# read-only: as the whole tree, which fails in the same way' ]
	[ "${lines[-1]}" = '1 passed, 1 failed' ]
	grep -Eq '^\| writes \| yes \| as the tree \|' table.md
	[ ! -e /written-by-row ]
}

@test "FIX is put into the arguments, standard input is empty, and what it writes does not reach the tree" {
	need_root
	mkdir fix
	printf '#!/bin/sh\nread line || echo "no input, HOME=$HOME LANG=$LANG"\n' >fix/script
	chmod 755 fix/script
	row script '["${FIX}/script"]' '^no input, HOME=/root LANG=C.UTF-8$' 'core; rc=0; needs the fixture tree'
	row writes '["/bin/sh", "-c", "echo >/written-by-row; exit 3"]' '.*' 'core; rc=3; only the exit status counts'
	FIX=$WORK/fix run -0 "$RUN" list.tsv
	echo "$output"
	[ ! -e /written-by-row ]
}

@test "rows are chosen by a regular expression of the whole id" {
	need_root
	row sh '["/bin/sh", "-c", "echo ok"]' '^ok' 'core; rc=0'
	row sh-2 '["/bin/sh", "-c", "echo ok"]' '^ok' 'core; rc=0'
	run -0 --separate-stderr "$RUN" list.tsv sh
	[ "${lines[0]}" = 1..1 ]
	run -2 "$RUN" list.tsv 'sh-'
	[ "$output" = "run: no row is called 'sh-'" ]
	run -2 "$RUN" list.tsv '('
	[[ $output == "run: the regular expression '(' is wrong: "* ]]
}

@test "a list that is not one is refused, with the line" {
	good='a\t\t["/bin/sh"]\t.\tcore; rc=0'
	broken '2: 2 columns instead of 5' 'a\tb'
	broken "3: 'a' is also line 2" "$good" "$good"
	broken "2: 'a b' is no id" 'a b\t\t["/bin/sh"]\t.\trc=0'
	broken "2: 'X' is no name of a package" 'a\tX\t["/bin/sh"]\t.\trc=0'
	broken '2: argv is no list of strings with a program in it' 'a\t\t[]\t.\trc=0'
	broken '2: argv is no list of strings with a program in it' 'a\t\t["x", 1]\t.\trc=0'
	broken '2: argv is no list of strings with a program in it' 'a\t\t"x"\t.\trc=0'
	broken '2: the notes have no rc=STATUS' 'a\t\t["/bin/sh"]\t.\tcore'
	broken "2: 'rc=zero' is not rc=NUMBER" 'a\t\t["/bin/sh"]\t.\trc=zero'
	broken "2: 'rc=256' is no exit status" 'a\t\t["/bin/sh"]\t.\trc=256'
	broken "2: 'size<=5GB' is not size<=NUMBERMB" 'a\t\t["/bin/sh"]\t.\trc=0; size<=5GB'
	broken "2: 'user=../x' names no user" 'a\t\t["/bin/sh"]\t.\trc=0; user=../x'
	run -2 "$RUN" /dev/null
	[ "$output" = 'run: /dev/null:1: the first line is not id packages argv stdout_regex notes, separated by tabs' ]
	printf 'id\tpackages\targv\tstdout_regex\tnotes\na\t\t["/bin/sh"]\t(\trc=0\n' >broken.tsv
	run -2 "$RUN" broken.tsv
	[[ $output == "run: broken.tsv:2: the regular expression '(' is wrong: "* ]]
	printf 'id\tpackages\targv\tstdout_regex\tnotes\na\t\t["/bin/sh"\t.\trc=0\n' >broken.tsv
	run -2 "$RUN" broken.tsv
	[[ $output == "run: broken.tsv:2: argv is not JSON: "* ]]
	run -2 "$RUN" missing.tsv
	[[ $output == *missing.tsv* ]]
}

@test "the list of the project is read whole" {
	[ -n "${OCITOOLS_SHARED-}" ] || skip 'the list lies in ../shared, which is not here'
	run -2 "$RUN" "$OCITOOLS_SHARED/acceptance/host-commands.tsv" 'no such row'
	[ "$output" = "run: no row is called 'no such row'" ]
}

@test "the fixtures that a C compiler makes do what the list says" {
	command -v cc >/dev/null || skip 'cc is not here'
	"$BATS_TEST_DIRNAME/make-fixtures" "$WORK/fix"
	[ "$(fix/origin/bin/main)" = foo=42 ]
	[ "$(fix/static/bin/stat)" = 'hello C' ]
	[ "$(fix/cancel/bin/cancel)" = 'cancel ok' ]
	[ "$(fix/bin/hello.sh)" = sorted-ok ]
	readelf -n fix/note/bin/note | grep -q '0x407c0c0a'
}
