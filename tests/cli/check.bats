# SPDX-License-Identifier: Apache-2.0
# check: a bundle of ours has no error; each kind of damage has its finding.

load common

setup() {
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work"
	"$OCITOOLS" build -q -o b -- bash -c 'echo hello' >/dev/null
}

# One error, and what it says.
damaged() { # REGEX
	try 1 "$OCITOOLS" check -q b
	[ "${#lines[@]}" -eq 1 ]
	[[ $output =~ $1 ]]
}

change_config() { # JQ
	jq "$1" b/config.json >new
	mv new b/config.json
	"$OCITOOLS" check -q --no-verify b >found || true
}

@test "what was built has no error" {
	try 0 "$OCITOOLS" check b
	[[ $output == *'info   hardening: root.readonly: '* && $output != *error* ]]
	try 0 "$OCITOOLS" check -q bundle:b
	[ -z "$output" ]
	"$OCITOOLS" build -q -o s --profile seed --read-only -- bash >/dev/null
	try 0 "$OCITOOLS" check -q s
	"$OCITOOLS" build -q -o m -v /etc/hostname:/name -v /usr/share:/data --tmpfs /cache -- sh -c true /usr >/dev/null
	try 0 "$OCITOOLS" check -q m
}

@test "one changed byte" {
	printf X | dd of=b/rootfs/usr/bin/bash bs=1 seek=70000 conv=notrunc status=none
	touch -d @"$(jq '.files[] | select(.path == "/usr/bin/bash").mtime' b/.ocitools/record.json)" b/rootfs/usr/bin/bash
	damaged '^error  record: /usr/bin/bash: has other content than recorded$'
}

@test "a changed mode" {
	chmod 600 b/rootfs/etc/passwd
	damaged '^error  record: /etc/passwd: has mode 0600, recorded is 0644$'
}

@test "a file more" {
	touch b/rootfs/etc/new
	touch -d @1 b/rootfs/etc
	damaged '^error  record: /etc/new: is not in the record$'
}

@test "a file less" {
	rm b/rootfs/etc/hostname
	touch -d @1 b/rootfs/etc
	damaged '^error  record: /etc/hostname: is recorded and missing$'
}

@test "names of one file that have become two files" {
	mkdir -p tree/bin
	[ -x /bin/busybox ] || skip 'there is no static busybox'
	cp /bin/busybox tree/bin/
	echo text >tree/a
	ln tree/a tree/b
	"$OCITOOLS" build -q --root "$PWD/tree" --source files -o names --include /a --include /b -- /bin/busybox true >/dev/null
	[ names/rootfs/a -ef names/rootfs/b ]
	try 0 "$OCITOOLS" check names
	cp -p names/rootfs/b copy
	mv copy names/rootfs/b
	try 1 "$OCITOOLS" check names
	[[ $output == *"error  record: /b: is not the same file as '/a', as recorded"* ]]
	rm names/rootfs/a
	try 1 "$OCITOOLS" check names
	[[ $output == *'error  record: /a: is recorded and missing'* && $output != *'/b:'* ]]
}

@test "a link that leads elsewhere, and a link in place of a directory" {
	ln -sfn /tmp b/rootfs/var/run
	touch -hd @1 b/rootfs/var/run
	touch -d @1 b/rootfs/var
	damaged "^error  record: /var/run: leads to '/tmp', recorded is '/run'\$"
	rm -r b/rootfs/var/tmp
	ln -s /etc b/rootfs/var/tmp
	try 1 "$OCITOOLS" check -q b
	[[ $output == *'/var/tmp: is a symlink, recorded is a directory'* ]]
}

@test "config.json that was changed" {
	jq -c . b/config.json >new
	mv new b/config.json
	damaged '^error  record: config.json: was changed since it was recorded$'
	try 0 "$OCITOOLS" check -q --no-verify b
}


@test "a library, an interpreter, a command that is not there" {
	rm b/rootfs/usr/lib/*/libtinfo.so.6*
	try 1 "$OCITOOLS" check -q --no-verify b
	[[ $output == "error  complete: process.args: library 'libtinfo.so.6' is not found: needed by "* ]]
	rm b/rootfs/usr/lib/*/ld-linux* b/rootfs/usr/lib64/ld-linux* 2>/dev/null || true
	try 1 "$OCITOOLS" check -q --no-verify b
	[[ $output == *ld-linux* ]]
	rm b/rootfs/usr/bin/bash
	try 1 "$OCITOOLS" check -q --no-verify b
	[[ $output == *"'bash'"* ]]
}

@test "files of /etc that symbols ask for" {
	"$OCITOOLS" build -q -o n -- getent passwd >/dev/null
	try 0 "$OCITOOLS" check -q n
	rm n/rootfs/etc/nsswitch.conf
	try 1 "$OCITOOLS" check -q --no-verify n
	[[ $output == *'looks up names, and /etc/nsswitch.conf is missing' ]]
}

@test "mount points" {
	change_config '.mounts += [{"destination":"/none","type":"tmpfs"}]'
	grep '^error  mount: /none: does not exist' found
	change_config '.mounts[-1] = {"destination":"/var/run/x","type":"tmpfs"}'
	grep '^error  mount: /var/run/x: is or lies below a symlink' found
	change_config '.mounts[-1] = {"destination":"/etc/passwd","type":"tmpfs"}'
	grep '^error  mount: /etc/passwd: is a file, a directory is mounted there' found
	change_config '.mounts[-1] = {"destination":"/tmp","source":"/etc/passwd","options":["bind"]}'
	grep '^error  mount: /tmp: is a directory, its source is not' found
	change_config '.mounts[-1] = {"destination":"/tmp","source":"/no/such","options":["bind"]}'
	[ ! -s found ]
	try 0 "$OCITOOLS" check --no-verify b
	[[ $output == *"info   mount: /tmp: its source '/no/such' is missing on this machine"* ]]
}

@test "a command in a mount cannot be judged" {
	change_config '.mounts += [{"destination":"/tmp","type":"tmpfs"}] | .process.args = ["/tmp/x"]'
	[ ! -s found ]
	try 0 "$OCITOOLS" check --no-verify b
	[[ $output == *"info   complete: /tmp/x: lies in the mount '/tmp'"* ]]
}

@test "rules of the specification, and rootfs" {
	change_config '.ociVersion = "one" | .process.cwd = "x"'
	grep "^error  schema: ociVersion: expected a semantic version" found
	grep "^error  config: process.cwd: 'x' is not absolute" found
	change_config '.root.path = 1'
	[ "$(grep -c root.path found)" -eq 1 ]
	change_config 'del(.root)'
	grep '^error  root: root: is missing' found
	change_config '.root = {"path": "../rootfs"}'
	grep "^error  root: root.path: '../rootfs' is not 'rootfs'" found
	rm -r b/rootfs
	ln -s /usr b/rootfs
	change_config '.root.path = "rootfs"'
	grep '^error  root: rootfs: is missing, or is no directory of the bundle' found
}

@test "types, members that the specification does not have, numbers of 64 bits" {
	change_config '.process.rlimits[0].hard = "many" | .mounts[0].destination = null | .process.cwd = "/" | .linux.namespace = []'
	grep '^error  schema: process.rlimits\[0\].hard: expected uint64, found string$' found
	grep '^error  schema: mounts\[0\].destination: expected string, found null$' found
	[ "$(wc -l <found)" -eq 2 ]
	try 1 "$OCITOOLS" check --no-verify b
	[[ $output == *"info   unknown-member: linux.namespace: the specification has no such member; was 'namespaces' meant?"* ]]
	"$OCITOOLS" build -q -o u --ulimit core=unlimited -- true >/dev/null
	grep -q 18446744073709551615 u/config.json
	try 0 "$OCITOOLS" check -q u
}

@test "as JSON" {
	rm b/rootfs/etc/hostname
	try 1 "$OCITOOLS" check --format json b
	jq -e '.schemaVersion == 1 and .errors == 2 and ([.findings[] | select(.severity == "error") | .rule] == ["record","record"])' <<<"$output"
}

@test "a bundle without a record, and what is no bundle" {
	rm -r b/.ocitools
	try 0 "$OCITOOLS" check b
	[[ $output == *'info   record: .ocitools/record.json: is missing'* ]]
	refused 3 "'config.json'" "$OCITOOLS" check .
	refused 3 "'nowhere'" "$OCITOOLS" check nowhere
	refused 2 'no bundle was named' "$OCITOOLS" check
	refused 2 "'c': one bundle" "$OCITOOLS" check b c
	echo '[]' >b/config.json
	refused 3 'no object' "$OCITOOLS" check b
	echo '{' >b/config.json
	refused 3 'config.json:2' "$OCITOOLS" check b
	rm b/config.json
	mkfifo b/config.json
	refused 3 "'config.json'" "$OCITOOLS" check b
	rm b/config.json
	ln -s /dev/zero b/config.json
	refused 3 "'config.json'" "$OCITOOLS" check b
}

@test "a hostile record: broken, huge numbers, a link" {
	echo '{"schemaVersion":1}' >b/.ocitools/record.json
	refused 3 'config.digest' "$OCITOOLS" check b
	rm b/.ocitools/record.json
	ln -s /etc/passwd b/.ocitools/record.json
	refused 3 'record.json' "$OCITOOLS" check b
}

@test "links in rootfs never lead out of it" {
	mkdir outside
	cp b/rootfs/usr/lib/*/libtinfo.so.6* outside/
	dir=$(dirname b/rootfs/usr/lib/*/libtinfo.so.6)
	rm "$dir"/libtinfo.so.6*
	ln -s "$PWD/outside/libtinfo.so.6" "$dir/libtinfo.so.6"
	try 1 "$OCITOOLS" check -q --no-verify b
	[[ $output == *libtinfo* ]]
}

@test "a command that is not there, and more mounts than anybody has" {
	for args in '[]' null '[""]' '[7]'; do
		jq ".process.args = $args" b/config.json >c
		cp c b/config.json
		run "$OCITOOLS" check -q --no-verify b
		echo "$args: $status $output"
		[ "$status" -eq 1 ]
		[[ $output == *process.args* ]]
	done
	python3 -c "import json; c = json.load(open('b/config.json')); c['mounts'] = [{'destination': '/m%d' % (i // 2), 'type': 'tmpfs', 'source': 'x'} for i in range(60000)]
c['linux']['namespaces'] = [{'type': 't%d' % i} for i in range(30000)]; json.dump(c, open('c', 'w'))"
	cp c b/config.json
	timeout 60 "$OCITOOLS" check --no-verify b >out 2>err || status=$?
	[ "$status" -eq 1 ]
	grep -q "mounts\[59999\]: destination '/m29999' is given twice" out
}

@test "--runtime: what one would make of it, asked of the program itself" {
	mkdir bin
	printf '#!/bin/sh\n[ "$1" = features ] || exit 9\ncat features\n' >bin/runc
	chmod +x bin/runc
	echo '{"ociVersionMax":"1.1.0","linux":{"namespaces":["pid","network","mount","ipc","uts"]}}' >features
	PATH=$PWD/bin:$PATH try 1 "$OCITOOLS" check --runtime runc b
	[ "$output" = "error  runtime: linux.namespaces[5]: runc does not know 'cgroup'" ]
	echo '{"ociVersionMax":"1.3.0"}' >features
	PATH=$PWD/bin:$PATH try 0 "$OCITOOLS" check --runtime runc b
	[ -z "$output" ]
	PATH=$PWD/bin:$PATH try 0 "$OCITOOLS" check --runtime runc --format json b
	jq -e '.findings == []' <<<"$output"
}

@test "--runtime: one that does not tell, or tells nonsense, or is not there" {
	mkdir bin
	printf '#!/bin/sh\nexit 1\n' >bin/runc
	printf '#!/bin/sh\necho "not JSON"\n' >bin/crun
	printf '#!/bin/sh\nexec yes\n' >bin/youki
	chmod +x bin/*
	PATH=$PWD/bin:$PATH try 0 "$OCITOOLS" check --runtime runc b
	[[ $output == *'does not tell its features'* ]]
	PATH=$PWD/bin:$PATH try 3 "$OCITOOLS" check --runtime crun b
	[[ $stderr == *'crun features:1:1'* ]]
	PATH=$PWD/bin:$PATH try 0 "$OCITOOLS" check --runtime youki b
	[[ $output == *'does not tell its features'* ]]
	try 1 "$OCITOOLS" check --runtime systemd-nspawn b
	[[ $output == *'takes 1.0.0 only'* ]]
	"$OCITOOLS" build -q --profile seed -o s -- bash >/dev/null
	try 0 "$OCITOOLS" check --runtime systemd-nspawn s
	refused 2 "'docker' is none of" "$OCITOOLS" check --runtime docker b
	refused 2 'has no effect with --runtime' "$OCITOOLS" check --runtime runc --no-verify b
	refused 2 'a runtime takes bundles' "$OCITOOLS" check --runtime runc --schema config b/config.json
}

@test "hooks are told about; a report that is full says so; an empty name" {
	jq '.hooks = {"prestart": [{"path": "/bin/sh"}], "poststop": [{"path": "/bin/a"}, {"path": "/bin/b"}]}' b/config.json >c
	cp c b/config.json
	run "$OCITOOLS" check --no-verify b
	[[ $output == *'info   hardening: hooks: 3 programs of the host are started by the runtime, with its rights'* ]]
	refused 2 'the name of the bundle is empty' "$OCITOOLS" check ''
	refused 2 'the name of a bundle is empty' "$OCITOOLS" diff b ''
}

@test "--runtime: bytes behind a NUL are no answer" {
	mkdir bin
	printf '#!/bin/sh\nprintf "{}\\0garbage"\n' >bin/runc
	chmod +x bin/runc
	PATH=$PWD/bin:$PATH try 0 "$OCITOOLS" check --runtime runc b
	[[ $output == *'does not tell its features'* ]]
}

@test "--runtime: one that tells its version only" {
	mkdir bin
	printf '#!/bin/sh\n[ "$1" = --version ] || exit 1\necho "crun version $(cat version)"\n' >bin/crun
	chmod +x bin/crun
	echo '{"process": {"scheduler": {"policy": "SCHED_OTHER"}}}' >patch.json
	"$OCITOOLS" build -q --config-merge patch.json -o p -- bash >/dev/null
	echo 1.8.1 >version
	PATH=$PWD/bin:$PATH try 1 "$OCITOOLS" check --runtime crun p
	[[ $output == *'error  runtime: process.scheduler: crun 1.8.1 does not know this; the first that does is 1.8.5'* ]]
	[[ $output == *'what is known of version 1.8.1 was looked at'* ]]
	echo 1.8.5 >version
	PATH=$PWD/bin:$PATH try 0 "$OCITOOLS" check --runtime crun p
	PATH=$PWD/bin:$PATH try 0 "$OCITOOLS" check --runtime crun b
}

@test "--runtime: the real runc has nothing against what we write" {
	PATH=$PATH:/usr/sbin:/sbin
	command -v runc >/dev/null || skip 'runc is not installed'
	try 0 "$OCITOOLS" check -q --runtime runc b
	[ -z "$output" ]
}
