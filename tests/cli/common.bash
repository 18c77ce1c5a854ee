# SPDX-License-Identifier: Apache-2.0
# What the tests of the program share.

: "${OCITOOLS:?must name the program}"
ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
bats_require_minimum_version 1.5.0

setup() {
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work"
	unset SOURCE_DATE_EPOCH NO_COLOR
}

# Standard output and error apart: $output and $stderr.
try() { # STATUS COMMAND...
	local want=$1
	shift
	run --separate-stderr "$@"
	echo "status $status, stdout: $output"
	echo "stderr: $stderr"
	[ "$status" -eq "$want" ]
}

# A clear error: the status, nothing on stdout, one line that names the subject, nothing written.
refused() { # STATUS REGEX COMMAND...
	local want=$1 regex=$2
	shift 2
	try "$want" timeout 20 "$@"
	[ -z "$output" ]
	[[ ${stderr_lines[0]} == 'ocitools: '* ]]
	[[ $stderr =~ $regex ]]
	[ "$(grep -c '^ocitools: ' <<<"$stderr")" -eq 1 ]
	! ls -A | grep -q '^\.ocitools-'
}

# Some kernels and filters know no way to exchange two directories: those passes say so.
need_exchange() {
	"$OCITOOLS" build -q -o exchange -- /bin/true >/dev/null
	run "$OCITOOLS" build -q --replace -o exchange -- /bin/true
	rm -rf exchange
	[[ $output != *'cannot exchange directories'* && $output != *'Operation not permitted'* ]] || skip 'the fallback for this kernel: directories are not exchanged'
	[ "$status" -eq 0 ]
}

# COMMANDS become the commands that are there. None is a failure: a loop over them would test nothing.
list_commands() {
	mapfile -t COMMANDS < <("$OCITOOLS" help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
	[ "${#COMMANDS[@]}" -gt 0 ]
}

# OPTIONS become the long options that the help of a command lists.
list_options() { # COMMAND
	mapfile -t OPTIONS < <("$OCITOOLS" "$1" --help | grep -oE '^ {2}(-., |    )--[a-z-]+' | grep -oE -- '--[a-z-]+')
	[ "${#OPTIONS[@]}" -gt 0 ]
}
