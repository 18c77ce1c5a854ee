# SPDX-License-Identifier: Apache-2.0
# The manual says what the program does: the same options, the same commands, an example that compiles.

load common

@test "every option of a command stands in its page, and no other" {
	list_commands
	for c in "${COMMANDS[@]}"; do
		list_options "$c"
		pages=("$ROOT/man/ocitools-$c.1.scd")
		# These two have no page of their own.
		[[ $c != @(help|version) ]] || pages=("$ROOT/man/ocitools.1.scd")
		[ "${#OPTIONS[@]}" -gt 0 ]
		! grep -q 'The common options are in' "${pages[0]}" || pages+=("$ROOT/man/ocitools.1.scd")
		for o in "${OPTIONS[@]}"; do
			grep -qF -- "$o*" "${pages[@]}" || {
				echo "ocitools-$c.1: $o is missing"
				return 1
			}
		done
		[[ $c != @(help|version) ]] || continue
		for o in $(sed '/^# OPTIONS OF LATER/,/^# EXIT/d; /^```/,/^```/d' "${pages[0]}" | grep -oE '^\*(-.\*, \*)?--[a-z-]+\*' | grep -oE -- '--[a-z-]+'); do
			printf '%s\n' "${OPTIONS[@]}" | grep -qxF -- "$o" || {
				echo "ocitools-$c.1: $o is no option"
				return 1
			}
		done
	done
}

@test "options of later versions stand in the page as such" {
	for o in $(sed -n '/^# OPTIONS OF LATER/,/^# EXIT/p' "$ROOT/man/ocitools-build.1.scd" | grep -oE -- '\*--[a-z-]+\*' | tr -d '*' | grep -v -- --publish | sort -u); do
		run "$OCITOOLS" build "$o=x"
		[[ $output == *"$o"*'not served by this version'* ]] || run "$OCITOOLS" build "$o"
		[[ $output == *"$o"*'not served by this version'* ]] || [ "$o" = --expose ]
	done
}

@test "every command stands in ocitools(1)" {
	list_commands
	for c in "${COMMANDS[@]}"; do
		grep -q "^\*$c\*" "$ROOT/man/ocitools.1.scd"
	done
}

@test "the example of libocitools(3) compiles as C and C++, and works" {
	: "${OCITOOLS_LIB:?must name the directory of the library}"
	sanitize=()
	[ "${OCITOOLS_SANITIZE:-none}" = none ] || sanitize=("-fsanitize=$OCITOOLS_SANITIZE")
	sed -n '/^# EXAMPLE/,$p' "$ROOT/man/libocitools.3.scd" | sed -n '/^```/,/^```/{/^```/!p}' | sed 's/\\\\n/\\n/g' >example.c
	for std in c99 c17; do
		cc -std=$std "${sanitize[@]}" -Wall -Wextra -Werror -pedantic -I"$ROOT/include" example.c -o example -L"$OCITOOLS_LIB" -locitools -Wl,-rpath,"$OCITOOLS_LIB"
	done
	./example /bin/true out
	[ -e out/config.json ]
	if ./example /bin/true out; then false; fi
	command -v c++ >/dev/null || skip 'no C++ compiler'
	printf '#include <ocitools.h>\nint main() { ocit_target t = OCIT_TARGET_INIT; ocit_config c = OCIT_CONFIG_INIT; return t.fd == -1 && c.size ? ocit_version()[0] == 0 : 1; }\n' >header.cc
	c++ -std=c++11 "${sanitize[@]}" -Wall -Wextra -Werror -pedantic -I"$ROOT/include" header.cc -o header -L"$OCITOOLS_LIB" -locitools -Wl,-rpath,"$OCITOOLS_LIB"
	./header
}

@test "libocitools(3) names every member and every constant of the header" {
	h=$ROOT/include/ocitools.h
	members=$(sed -n '/^typedef struct ocit_[a-z]* {/,/^}/p' "$h" | sed -nE 's/^\t[^;\/]*[ *]([a-z_]+)(\[[0-9]+\])?;.*/\1/p' | sort -u)
	[ "$(wc -l <<<"$members")" -gt 20 ]
	for m in $members $(sed -nE 's/^\t(OCIT_[A-Z_]+) = .*/\1/p; s/^enum \{ (.*) \};/\1/p' "$h" | grep -oE 'OCIT_[A-Z_]+' | grep -vx OCIT_OK); do
		grep -qE "(_|->)$m\\_?_|\*$m\*" "$ROOT/man/libocitools.3.scd" || {
			echo "$m is missing"
			return 1
		}
	done
}

@test "the examples of ocitools-run(1) run" {
	[ "$(id -u)" -eq 0 ] || skip 'runc needs root here'
	PATH=$PATH:/usr/sbin command -v runc >/dev/null || skip 'runc is not installed'
	for f in /usr/bin/ls /usr/lib/python3.11 /usr/bin/python3.11 /usr/bin/jq; do
		[ -e "$f" ] || skip "$f is not there"
	done
	sed -n '/^# EXAMPLES/,$p' "$ROOT/man/ocitools-run.1.scd" | sed -n '/^```/,/^```/{/^```/!p}' | sed 's/\\\\/\\/g' >examples
	[ "$(wc -l <examples)" -ge 4 ]
	ocitools() { "$OCITOOLS" "$@"; }
	while read -r line; do
		[[ $line != *' -t '* ]] || continue
		echo "$line"
		eval "$line" </dev/null >out
		[ -s out ]
	done <examples
}

@test "the library exports what the header declares, and nothing else" {
	nm -D --defined-only "$OCITOOLS_LIB/libocitools.so" | awk '$2 == "T" { sub(/@.*/, "", $3); print $3 }' | sort >exported
	sed -n 's/^\t\(ocit_[a-z_]*\);$/\1/p' "$ROOT/lib/ocitools.map" | sort >listed
	diff listed exported
	[ "$(objdump -p "$OCITOOLS_LIB/libocitools.so" | awk '$1 == "SONAME" { print $2 }')" = libocitools.so.0 ]
}
