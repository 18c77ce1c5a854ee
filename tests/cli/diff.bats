# SPDX-License-Identifier: Apache-2.0
# diff: no difference between equal bundles, each kind of difference named.

load common

setup() {
	mkdir -p "$BATS_TEST_TMPDIR/tree/root/bin"
	cd "$BATS_TEST_TMPDIR/tree"
	[ -x /bin/busybox ] || skip 'there is no static busybox'
	cp /bin/busybox root/bin/
	echo one >root/data
	ln -s data root/link
	build a
}

build() { # NAME [OPTION...]
	local name=$1
	shift
	"$OCITOOLS" build -q --root "$PWD/root" --source files -o "$name" --include /data --include /link "$@" -- /bin/busybox true >/dev/null
}

differs() { # LINE...
	try 1 "$OCITOOLS" diff a b
	[ "$output" = "$(printf '%s\n' "$@")" ]
}

@test "equal bundles" {
	build b
	try 0 "$OCITOOLS" diff a bundle:b
	[ -z "$output" ]
	try 0 "$OCITOOLS" diff --format json a b
	jq -e '.errors == 0 and .findings == []' <<<"$output"
}

@test "content, size, mode" {
	time=$(stat -c %Y root/data)
	echo two >root/data
	touch -d "@$time" root/data
	build b
	differs 'error  file: /data: differs: content'
	rm -r b
	echo three >root/data
	chmod 755 root/data
	touch -d "@$time" root/data
	build b
	differs 'error  unit: /data: has 4 bytes in the first, 6 in the second' 'error  file: /data: differs: 4 and 6 bytes, mode 0644 and 0755'
}

@test "names of one file" {
	ln root/data root/other
	rm -r a
	build a --include /other
	jq -e '[.files[] | select(.hardLink) | .path + " " + .hardLink] == ["/other /data"]' a/.ocitools/record.json
	cp -p root/other root/copy
	mv root/copy root/other
	build b --include /other
	differs "error  file: /other: differs: the same file as '/data' and '/other'"
}

@test "target and kind" {
	ln -sfn ./data root/link
	build b
	try 1 "$OCITOOLS" diff a b
	[[ $output == *"file: /link: differs: target 'data' and './data'"* ]]
	rm -r b root/link
	mkdir root/link
	build b
	try 1 "$OCITOOLS" diff a b
	[[ $output == *'file: /link: differs: kind'* ]]
}

@test "units and files that only one has" {
	echo x >root/more
	build b --include /more
	try 1 "$OCITOOLS" diff a b
	[[ $output == *'unit: /more: only in the second: 2 bytes (include '* ]]
	[[ $output == *'file: /more: only in the second' ]]
	try 1 "$OCITOOLS" diff b a
	[[ $output == *'file: /more: only in the first' ]]
}

@test "members of config.json" {
	build b --read-only --hostname other -e A=1
	try 1 "$OCITOOLS" diff a b
	[[ $output == *'config: process.env[2]: only in the second: "A=1"'* ]]
	[[ $output == *'config: root.readonly: false in the first, true in the second'* ]]
	[[ $output == *'config: hostname: "container" in the first, "other" in the second'* ]]
}

@test "numbers of any size, and values of another type" {
	build b
	jq '.process.rlimits[0].hard = 123456 | .mounts = {} | del(.hostname)' b/config.json >new
	sed 's/123456/18446744073709551615/' new >b/config.json
	try 1 "$OCITOOLS" diff a b
	[[ $output == *'config: process.rlimits[0].hard: 0 in the first, 18446744073709551615 in the second'* ]]
	[[ $output == *'config: mounts: array of '*' in the first, object of 0 in the second'* ]]
	[[ $output == *'config: hostname: "container": only in the first'* ]]
}

@test "what is no bundle, or has no record" {
	build b
	rm -r b/.ocitools
	refused 3 "'b' has no record" "$OCITOOLS" diff a b
	refused 3 "'none'" "$OCITOOLS" diff a none
	refused 2 'two bundles' "$OCITOOLS" diff a
	refused 2 "'c'" "$OCITOOLS" diff a b c
}
