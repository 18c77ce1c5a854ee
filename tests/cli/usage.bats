# SPDX-License-Identifier: Apache-2.0
# Help, usage errors, and what is refused by name.

load common

@test "a list of commands or options that is empty fails" {
	list_commands
	[ "${#COMMANDS[@]}" -ge 5 ]
	list_options build
	OCITOOLS=true
	run -1 list_commands
	run -1 list_options build
}

@test "help goes to standard output, status 0, at most 80 columns" {
	list_commands
	for c in "${COMMANDS[@]}"; do
		try 0 "$OCITOOLS" "$c" --help
		[ -z "$stderr" ]
		[[ ${lines[0]} == "Usage: ocitools $c"* ]]
		[ "$(awk 'length > 80' <<<"$output" | wc -l)" -eq 0 ]
		[ "$output" = "$("$OCITOOLS" help "$c")" ]
		[ "$output" = "$("$OCITOOLS" "$c" -h)" ]
	done
}

@test "help and manual of build say what an unfinished output is called" {
	run -0 "$OCITOOLS" build --help
	[[ ${output//$'\n'/ } == *".ocitools-*.partial"*"'ocitools cache clean' removes those that no build is using"* ]]
	grep -q 'ocitools-.*\.partial' "$ROOT/man/ocitools-build.1.scd"
}

@test "help names the manual page that there is" {
	list_commands
	for c in "${COMMANDS[@]}"; do
		run -0 "$OCITOOLS" "$c" --help
		page=$(sed -n 's/^The manual page \(.*\)(1) says more\.$/\1/p' <<<"$output")
		[ -e "$ROOT/man/$page.1.scd" ]
	done
}

@test "the overview lists the commands; --help and -h give it too" {
	try 0 "$OCITOOLS" help
	for c in build run explain help version; do
		[[ $output == *"  $c "* ]]
	done
	[ "$output" = "$("$OCITOOLS" --help)" ]
	[ "$output" = "$("$OCITOOLS" -h)" ]
}

@test "no command at all is a usage error that shows the overview on standard error" {
	try 2 "$OCITOOLS"
	[ -z "$output" ]
	[[ $stderr == 'Usage: ocitools'* ]]
}

@test "an unknown command names the nearest" {
	refused 2 "'biuld': unknown" "$OCITOOLS" biuld
	[[ $stderr == *"hint: did you mean 'build'?"* ]]
	refused 2 "'xyzzy': unknown" "$OCITOOLS" xyzzy
	[[ $stderr == *'hint: '*'help'* ]]
	refused 2 "'biuld': unknown" "$OCITOOLS" help biuld
}

@test "commands of later versions are unknown commands" {
	for c in sbom copy index; do
		refused 2 "'$c': unknown" "$OCITOOLS" "$c"
	done
}

@test "generate and validate answer with one line that points on" {
	for c in generate validate; do
		refused 2 "opencontainers/ocitools.*ocitools build" "$OCITOOLS" "$c"
		[ "${#stderr_lines[@]}" -eq 1 ]
	done
}

@test "an unknown option names the nearest, on standard error, status 2" {
	list_commands
	for c in "${COMMANDS[@]}"; do
		refused 2 "'--hlep': unknown" "$OCITOOLS" "$c" --hlep
		[[ $stderr == *"did you mean '--help'?"* ]]
		refused 2 "'-Z': unknown" "$OCITOOLS" "$c" -Z
	done
	refused 2 "'--read-olny': unknown" "$OCITOOLS" build --read-olny=true
	[[ $stderr == *"did you mean '--read-only'?"* ]]
	refused 2 "before a command" "$OCITOOLS" --verbose build
}

@test "the beginning of an option's name is not the option" {
	refused 2 "'--read': unknown" "$OCITOOLS" build --read -o x -- true
	[[ $stderr == *"did you mean '--read-only'?"* ]]
	refused 2 "'--hostn': unknown" "$OCITOOLS" build --hostn=x -o x -- true
}

@test "missing and superfluous values" {
	refused 2 "'--hostname': needs a value" "$OCITOOLS" build --hostname
	refused 2 "'-w': needs a value" "$OCITOOLS" build -o x -w
	refused 2 "'--quiet': takes no value" "$OCITOOLS" build --quiet=yes
	refused 2 "'--progress': 'loud' is none of" "$OCITOOLS" build --progress loud
	refused 2 "'--format': 'xml' is none of" "$OCITOOLS" build --format xml
	refused 2 "'--format': 'dot' is none of" "$OCITOOLS" build --format dot
	refused 2 "'--jobs'" "$OCITOOLS" build --jobs 0 -o x -- true
	refused 2 "'--jobs'" "$OCITOOLS" build --jobs 65 -o x -- true
	refused 2 "'--jobs'" "$OCITOOLS" build --jobs 1x -o x -- true
}

@test "options behind an operand are not taken for operands" {
	for c in 'check b --runtime runc' 'diff a b --format json' 'cache show --format json' 'completion bash -q'; do
		read -ra words <<<"$c"
		refused 2 "option '-.*': stands behind '.*'" "$OCITOOLS" "${words[@]}"
		[[ $stderr == *'options stand before the first operand'* ]]
	done
	run "$OCITOOLS" check -- -b
	[[ $stderr$output == *"'-b'"* ]]
}

@test "options of later versions are refused by name" {
	for o in annotation attach cache closure compression entrypoint expose gc-root \
		label layers-from max-layers nix no-stage omit platform rootfs stop-signal tag \
		tls-verify trusted-key; do
		for c in build run explain; do
			value=
			case $o in
			no-stage) ;;
			*) value=x ;;
			esac
			refused 2 "'--$o': not served by this version" "$OCITOOLS" "$c" "--$o" $value
		done
	done
}

@test "-p is refused with a hint to --expose" {
	for c in build run explain; do
		refused 2 "'-p'" "$OCITOOLS" "$c" -p 80:80 -- true
		[[ $stderr == *'hint: '*'--expose'* ]]
	done
}

@test "options end at the command and at --" {
	refused 3 "args\[0\].*no-such-program" "$OCITOOLS" build -o x no-such-program --read-only -Z --help
	refused 3 "args\[0\].*--no-such" "$OCITOOLS" build -o x -- --no-such --help
}

@test "no command, no output" {
	refused 2 'command' "$OCITOOLS" build -o x
	refused 2 'command' "$OCITOOLS" explain
	refused 2 "'--output': is missing" "$OCITOOLS" build -- true
	[[ $stderr == *'hint: -o DIR'* ]]
}

@test "an -o that went elsewhere is found" {
	for c in 'bash -o x' '-- bash --output=x'; do
		refused 2 "'--output': is missing" "$OCITOOLS" build $c
		[[ $stderr == *"hint: options end at CMD: '-"*"behind 'bash'"* ]]
	done
	refused 2 "'--output': is missing" "$OCITOOLS" build -e -o m9 -- true
	[[ $stderr == *"hint: '-o' was taken as the value of '--env'"* ]]
}

@test "a report is not asked for files that it does not have" {
	refused 2 "'--files'.*'dot'" "$OCITOOLS" explain --files --format dot -- true
	refused 2 "'--files'.*'--why'" "$OCITOOLS" explain --files --why /etc -- true
}

@test "outputs: unknown, not served, twice, without a name" {
	refused 2 "unknown transport 'tra'" "$OCITOOLS" build -o tra:x -- true
	[[ $stderr == *"did you mean 'tar:'?"* ]]
	refused 2 "unknown transport 'c'" "$OCITOOLS" build -o c:x -- true
	[[ $stderr == *"'./c:x'"* ]]
	for o in oci:x oci:x:tag oci-archive:x docker-archive:x:a:b docker://host/repo -; do
		refused 2 'not served by this version' "$OCITOOLS" build -o "$o" -- true
	done
	refused 2 'image archive on standard output' "$OCITOOLS" build -o - -- true
	[[ $stderr == *"'tar:-'"*"'./-'"* ]]
	refused 2 'twice' "$OCITOOLS" build -o x -o ./x/ -- true
	refused 2 'twice' "$OCITOOLS" build -o bundle:x -o tar:x -- true
	refused 2 'twice' "$OCITOOLS" build -o tar:- -o tar:- -- true
	refused 2 'no name' "$OCITOOLS" build -o '' -- true
	refused 2 'no name' "$OCITOOLS" build -o tar: -- true
	refused 2 'standard output' "$OCITOOLS" build -o bundle:- -- true
	refused 2 'one bundle' "$OCITOOLS" run -o x -o y -- true
	refused 2 'not .tar' "$OCITOOLS" run -o tar:x -- true
}

@test "tar to a terminal is refused" {
	run script -qec "'$OCITOOLS' build -o tar:- -- true" /dev/null
	[ "$status" -eq 2 ]
	[[ $output == *'is a terminal'* ]]
}

@test "version" {
	try 0 "$OCITOOLS" version
	[[ $output =~ ^ocitools\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	[ "$output" = "$("$OCITOOLS" --version)" ]
	try 0 "$OCITOOLS" version --verbose
	[[ $output == *'outputs bundle rootfs tar'* ]]
	"$OCITOOLS" version --format json | jq -e '.schemaVersion == 1 and .name == "ocitools" and (.outputs | index("bundle"))'
	refused 2 "'x': none is taken" "$OCITOOLS" version x
}
