# SPDX-License-Identifier: Apache-2.0
# Commands of this plain host, with nothing but argv as input, under runc with a writable and a read-only root.

load common

setup() { # not below /tmp: the acceptance options put a tmpfs there, which hides what lies below
	WORK=$(mktemp -d /var/tmp/ocitools-host-XXXXXX)
	cd "$WORK"
}

teardown() {
	cd /
	rm -rf "$WORK"
}

both_ways() { # REGEX CMD...: the output matches, the status is that of the host
	local regex=$1 want=0
	shift
	"$@" >/dev/null 2>&1 </dev/null || want=$?
	for mode in '' --read-only; do
		rm -rf c
		"$OCITOOLS" build $mode --tmpfs /tmp --tmpfs /run -o c -- "$@"
		valid_config c
		run start c </dev/null
		echo "$output"
		[ "$status" -eq "$want" ]
		[[ $output =~ $regex ]]
	done
}

@test "bash" {
	both_ways '^42 5' bash -c 'echo $((6*7)) ${BASH_VERSION}'
}

@test "ls" {
	both_ways 'root +root.* usr' /usr/bin/ls -l /
}

@test "awk" {
	both_ways '^42' /usr/bin/awk 'BEGIN{print 6*7}'
}

@test "git version" {
	both_ways '^git version' git version
}

@test "jq" {
	both_ways '^true' jq -n '"abc"|test("b")'
}

@test "sqlite3" {
	both_ways '^42\|' sqlite3 :memory: "select 6*7, json('[1]');"
}

@test "a static program" {
	both_ways '^hi' busybox echo hi
	[ "$(find c/rootfs -type f -size +0 -path '*bin*' | wc -l)" -eq 1 ]
}

@test "a shell script" {
	cat >hello.sh <<-'S'
		#!/bin/bash
		set -- b a
		for word in "$@" sorted-ok; do echo "$word from $0"; done
	S
	chmod +x hello.sh
	both_ways 'sorted-ok from ./hello.sh' ./hello.sh
	jq -e --arg d "$PWD" '.process.cwd == $d and .process.args == ["./hello.sh"]' c/config.json
}

@test "a script behind env -S, and a chain of scripts" {
	printf '#!/usr/bin/env -S awk -f\nBEGIN { print "env chain", 6 * 7 }\n' >chain
	chmod +x chain
	both_ways '^env chain 42' "$PWD/chain"
}

@test "symlinks of the host are kept as links" {
	"$OCITOOLS" build -o c -- /bin/sh -c 'echo ok'
	[ -L c/rootfs/bin ] || [ ! -L /bin ]
	[ "$(readlink c/rootfs/usr/bin/sh)" = "$(readlink /usr/bin/sh)" ]
	run -0 start c
	[ "$output" = ok ]
}

@test "nothing of the host but what has a reason: no shadow, no host name, no environment" {
	SECRET_TOKEN=do-not-leak "$OCITOOLS" build -o c -- bash -c 'echo ok'
	[ ! -e c/rootfs/etc/shadow ]
	if grep -rs do-not-leak c; then false; fi
	[ "$(cat c/rootfs/etc/hostname)" = container ]
	"$OCITOOLS" explain --files -- bash -c 'echo ok' >files
	if grep 'nothing explains it' files; then false; fi
	while IFS= read -r path; do
		grep -qF "$path" files || {
			echo "no line for $path"
			return 1
		}
	done < <(cd c/rootfs && find . -type f -size +0 | sed 's/^\.//')
}

@test "a file that not everybody may read goes in with a note; --strict refuses it" {
	echo secret >token
	chmod 600 token
	run -0 --separate-stderr "$OCITOOLS" build -o c -- bash -c 'echo ok' x "$PWD/token"
	[[ $stderr == "note: '$PWD/token' is not readable by everybody here (mode 0600), and goes in (args[4])" ]]
	run -4 "$OCITOOLS" build --strict -o d -- bash -c 'echo ok' x "$PWD/token"
	[ ! -e d ]
}

@test "the output of two builds of one host command is the same" {
	"$OCITOOLS" build -o c -- git version
	(umask 077 && TZ=Asia/Tokyo LC_ALL=C "$OCITOOLS" build -o d -- git version)
	diff -r --no-dereference c d
	cmp c/.ocitools/record.json d/.ocitools/record.json
}

@test "--nss: our nsswitch.conf, or the host's with the modules that it names" {
	mkdir -p tree
	for file in /bin/sh $(ldd /bin/sh | grep -o '/[^ ]*'); do
		mkdir -p "tree$(dirname "$file")"
		cp -L "$file" "tree$file"
	done
	libc=$(ldd /bin/sh | grep -o '/[^ ]*/libc.so.6')
	cc -shared -fPIC -o "tree${libc%/*}/libnss_lab.so.2" -x c /dev/null
	mkdir -p tree/etc
	echo 'passwd: files lab' >tree/etc/nsswitch.conf
	"$OCITOOLS" build -q --root tree -o ours -- /bin/sh
	grep -qx 'passwd: files' ours/rootfs/etc/nsswitch.conf
	[ ! -e "ours/rootfs${libc%/*}/libnss_lab.so.2" ]
	"$OCITOOLS" build -q --root tree --nss host -o host -- /bin/sh
	cmp tree/etc/nsswitch.conf host/rootfs/etc/nsswitch.conf
	cmp "tree${libc%/*}/libnss_lab.so.2" "host/rootfs${libc%/*}/libnss_lab.so.2"
	"$OCITOOLS" check -q host
	rm tree/etc/nsswitch.conf
	"$OCITOOLS" build -q --root tree --nss host -o none -- /bin/sh
	cmp ours/rootfs/etc/nsswitch.conf none/rootfs/etc/nsswitch.conf
	run -2 --separate-stderr "$OCITOOLS" build --nss mine --root tree -o e -- /bin/sh
	[[ $stderr == *"'--nss': expected files or host, found 'mine'"* ]]
}
