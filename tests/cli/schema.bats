# SPDX-License-Identifier: Apache-2.0
# check --schema: every violation with its path; what is only worth knowing is no error.

load common

DIGEST=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855

@test "a document without fault" {
	echo '{"imageLayoutVersion":"1.0.0"}' >layout
	try 0 "$OCITOOLS" check --schema layout layout
	[ -z "$output" ]
	"$OCITOOLS" build -q -o b -- true >/dev/null
	try 0 "$OCITOOLS" check --schema config b/config.json
	[ -z "$output" ]
}

@test "every violation is told with its path" {
	echo '{"ociVersion":"1.0.0","process":{"rlimits":[{"type":"RLIMIT_CORE","soft":18446744073709551615,"hard":"1"}]},"root":{}}' >c
	try 1 "$OCITOOLS" check --schema config c
	[ "${#lines[@]}" -eq 4 ]
	[[ ${lines[0]} == 'error  schema: process.cwd: required, but missing' ]]
	[[ ${lines[1]} == 'error  schema: process.rlimits[0].hard: expected uint64, found string' ]]
	[[ ${lines[2]} == 'error  schema: root.path: required, but missing' ]]
	[[ ${lines[3]} == "info   version: ociVersion: '1.0.0' is older than 1.0.2,"* ]]
	try 1 "$OCITOOLS" check -q --schema=config c
	[ "${#lines[@]}" -eq 3 ]
}

@test "information is no error" {
	echo '{"ociVersion":"1.3.0","freebsd":{"jail":{"vnet":"new"}},"rooot":1}' >c
	try 0 "$OCITOOLS" check --schema config c
	[[ ${lines[0]} == "info   unknown-member: rooot: the specification has no such member; was 'root' meant?" ]]
	[[ ${lines[1]} == 'info   platform: freebsd: not for Linux: this is a configuration for FreeBSD' ]]
}

@test "standard input, as JSON" {
	run --separate-stderr "$OCITOOLS" check --format json --schema descriptor - <<<"{\"mediaType\":\"a/b\",\"size\":-1,\"digest\":\"$DIGEST\",\"x\":0}"
	[ "$status" -eq 1 ]
	jq -e '.schemaVersion == 1 and .errors == 1 and .findings == [
		{"severity":"error","rule":"schema","subject":"size","text":"expected at least 0, found -1"},
		{"severity":"info","rule":"unknown-member","subject":"x","text":"the specification has no such member"}]' <<<"$output"
}

@test "names cannot write to the terminal" {
	printf '{"imageLayoutVersion":"1.0.0","\\u001b[2J\\u202e":1}' >c
	try 0 "$OCITOOLS" check --schema layout c
	[[ $output == *'\x1b[2J\xe2\x80\xae'* ]]
}

@test "what cannot be read, and wrong usage" {
	refused 3 "'nowhere'" "$OCITOOLS" check --schema config nowhere
	echo '{' >c
	refused 3 'c:2:1' "$OCITOOLS" check --schema config c
	refused 2 "'bundle'" "$OCITOOLS" check --schema bundle c
	refused 2 'no document was named' "$OCITOOLS" check --schema config
	refused 2 "'d': one document" "$OCITOOLS" check --schema config c d
	refused 2 "'--no-verify': has no effect" "$OCITOOLS" check --no-verify --schema config c
}
