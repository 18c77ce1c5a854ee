# SPDX-License-Identifier: Apache-2.0
# Source dpkg: whose the files are, judged by dpkg-query.

load common

setup() {
	cd "$BATS_TEST_TMPDIR"
	command -v dpkg-query >/dev/null || skip 'dpkg-query is not installed'
	[ -e /var/lib/dpkg/status ] || skip 'this is no dpkg system'
}

# Of each file in a bundle: the package of the record, and what dpkg-query says of the path, in either spelling of /usr.
@test "each file belongs to the package that dpkg-query names, in its version" {
	"$OCITOOLS" build -q -o c -- bash -c 'sed p | sort | head; exec git status' >/dev/null
	jq -r '.files[] | select(.kind == "file" and .unit != null) | [.path, .unit] | @tsv' c/.ocitools/record.json >files
	[ "$(wc -l <files)" -gt 30 ]
	# One question for all: dpkg-query reads every list of the machine each time.
	{ cut -f 1 files; cut -f 1 files | sed -n 's|^/usr/|/|p'; } | xargs -d '\n' dpkg-query -S >owners 2>/dev/null || true
	awk -F '\t' -f "$ROOT/tests/support/judge_owners.awk" owners files
	jq -r '.units[] | select(.source == "dpkg") | [.id, .version] | @tsv' c/.ocitools/record.json >units
	[ "$(wc -l <units)" -gt 4 ]
	dpkg-query -W -f '${Package}:${Architecture}\t${Version}\n${Package}\t${Version}\n' | sort >versions
	[ -z "$(sort units | comm -23 - versions)" ]
	"$OCITOOLS" check -q c
}

@test "case 132: a tree without packages: files by themselves, or an error that says so" {
	mkdir -p tree/bin
	cp /bin/busybox tree/bin/busybox
	"$OCITOOLS" build -q --root tree -o c -- /bin/busybox true >/dev/null
	[ "$(jq -r '.units[0].source' c/.ocitools/record.json)" = files ]
	run -3 --separate-stderr "$OCITOOLS" build --root tree --source dpkg -o d -- /bin/busybox true
	[[ $stderr == *"source 'dpkg': no dpkg system"*'--source files reads the files themselves'* ]]
	mkdir -p tree/var/lib/dpkg
	echo broken >tree/var/lib/dpkg/status
	run -3 --separate-stderr "$OCITOOLS" build --root tree -o d -- /bin/busybox true
	[[ $stderr == *"'/var/lib/dpkg/status': line 1: expected 'Field: value'"*'--source files does without packages'* ]]
	"$OCITOOLS" build -q --root tree --source files -o d -- /bin/busybox true >/dev/null
}

@test "explain says what a package adds; without it the container is smaller by that, and a note says who misses it" {
	dpkg-query -W perl git >/dev/null 2>&1 || skip 'perl and git are not both installed'
	"$OCITOOLS" explain --format json -- git version >all.json
	"$OCITOOLS" explain --format json --without perl -- git version >slim.json
	size() { jq '[.units[].size] | add' "$1"; }
	added=$(jq '.units[] | select(.name == "perl") | .added' all.json)
	[ "$added" -gt 20000000 ]
	[ "$(($(size all.json) - $(size slim.json)))" -ge "$added" ]
	[ "$(jq '[.units[] | select(.name == "perl")] | length' slim.json)" -eq 0 ]
	run -0 --separate-stderr "$OCITOOLS" build -o slim --without perl -- git version
	[[ $stderr == *"note: package 'perl' is left out on request: 'git' depends on it"* ]]
	[ "$(id -u)" -ne 0 ] || [[ $(start slim) == 'git version '* ]]
	run -3 --separate-stderr "$OCITOOLS" build -o x --package no-such-package -- git version
	[[ $stderr == *"--package: package 'no-such-package' is not installed"* ]]
	[ ! -e x ]
}

# A package around busybox with configuration that somebody changed.
changed_tree() {
	mkdir -p tree/bin tree/etc tree/var/lib/dpkg/info
	cp /bin/busybox tree/bin/busybox
	echo secret >tree/etc/changed.conf
	printf '%s\n' 'Package: busy' 'Status: install ok installed' 'Version: 1' 'Architecture: amd64' 'Conffiles:' \
		' /etc/changed.conf d41d8cd98f00b204e9800998ecf8427e' >tree/var/lib/dpkg/status
	printf '%s\n' /. /bin /bin/busybox /etc /etc/changed.conf >tree/var/lib/dpkg/info/busy.list
}

@test "case 138: a changed conffile is told by build and explain, is an error with --strict, and meant with --conffiles host" {
	changed_tree
	note="changed conffile '/etc/changed.conf' of package 'busy': it goes in as it is"
	run -0 --separate-stderr "$OCITOOLS" build --root tree -o c -- /bin/busybox true
	[[ $stderr == *"note: $note"* ]]
	[ "$(cat c/rootfs/etc/changed.conf)" = secret ]
	jq -e --arg note "$note" '.notes | index($note)' c/.ocitools/record.json
	run -0 "$OCITOOLS" explain --root tree -- /bin/busybox true
	[[ $output == *"$note"* ]]
	run -4 --separate-stderr "$OCITOOLS" build --strict --root tree -o d -- /bin/busybox true
	[[ $stderr == *"strict: $note"* ]]
	[ ! -e d ]
	run -0 --separate-stderr "$OCITOOLS" build --strict --conffiles host --root tree -o d -- /bin/busybox true
	[[ $stderr != *note:* ]]
	run -2 --separate-stderr "$OCITOOLS" build --conffiles mine --root tree -o e -- /bin/busybox true
	[[ $stderr == *"'--conffiles': expected warn or host, found 'mine'"* ]]
}
