# SPDX-License-Identifier: Apache-2.0
# explain: the report in its forms.

load common

@test "units with sizes and reasons, and a total" {
	try 0 "$OCITOOLS" explain -- bash -c true
	[[ ${lines[0]} =~ SIZE.*ADDED.*UNIT ]]
	# By package where there are packages.
	[[ $output == *libc.so.6* || $output == *'libc6 2'* ]]
	[[ $output == *total* ]]
	[ -z "$(ls -A)" ]
}

@test "notes are part of the report, unless quiet" {
	try 0 "$OCITOOLS" explain -- bash -c true /usr/share
	[[ $output == *Notes:*"directory '/usr/share'"* ]]
	try 0 "$OCITOOLS" explain -q -- bash -c true /usr/share
	[[ $output == *total* && $output != *Notes:* && -z $stderr ]]
}

@test "--files lists paths, --why the chain to one" {
	try 0 "$OCITOOLS" explain --files -- bash -c true
	[[ $output == */bin/bash* ]]
	libc=$(grep -oE '/[^ ]*/libc\.so\.6' <<<"$output" | head -n 1)
	try 0 "$OCITOOLS" explain --why "$libc" -- bash -c true
	[[ $output == */bin/bash* ]]
	[[ ${lines[-2]} == "$libc" ]]
	refused 3 '/no/such' "$OCITOOLS" explain --why /no/such -- bash -c true
}

@test "json and dot" {
	"$OCITOOLS" explain --format json -- bash -c true | jq -e '.schemaVersion == 1 and (.units | length) > 1'
	try 0 "$OCITOOLS" explain --format dot -- bash -c true
	[[ ${lines[0]} == digraph* ]]
	try 3 "$OCITOOLS" explain --format json -- no-such-program
	jq -e '.error.code == "not-found"' <<<"$stderr"
	refused 2 "'--format': 'ncdu' is none of" "$OCITOOLS" explain --format ncdu -- bash
}
