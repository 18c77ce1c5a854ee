# SPDX-License-Identifier: Apache-2.0
# What nixpkgs' ociTools promised, each promise by the number it has in the contract.

load common

setup_file() {
	make_lab
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

build() { # OPTION... -- CMD...: from the lab store into ./c
	"$OCITOOLS" build --store "$LAB" -o c "$@"
	valid_config c
}

@test "seed 1: the store path of a script is the command" {
	build -- "$(lab run.sh)"
	run -0 start c
	[ "$output" = 'run.sh runs' ]
}

@test "seed 2: process.args is the given array, byte for byte" {
	big=$(head -c 100000 /dev/zero | tr '\0' b)
	build -- "$(lab bash-5.2)/bin/bash" -c 'printf "%s|" "$@"' -- '' ' a  b ' '-x' $'grün\t€' "$big" '/nix/store'
	run -0 jq -e --arg big "$big" --arg bash "$(lab bash-5.2)/bin/bash" '.process.args == [$bash, "-c", "printf \"%s|\" \"$@\"", "--", "", " a  b ", "-x", "grün\t€", $big, "/nix/store"]' c/config.json
	run -0 start c
	[ "$output" = "| a  b |-x|"$'grün\t€'"|$big|/nix/store|" ]
}

@test "seed 3: a program inside a store path is the command" {
	build -- "$(lab greet-2.0)/bin/greet" you
	run -0 start c
	[ "${lines[0]}" = 'Hello, you!' ]
	[ "${lines[1]}" = "from $(lab greet-2.0)" ]
}

@test "seed 4: only args equals all defaults written out" {
	build -- "$(lab run.sh)"
	cat >spec.json <<-J
		{ "args": ["$(lab run.sh)"], "mounts": {}, "readonly": false, "env": {}, "cwd": "/", "user": "0:0", "hostname": "container",
		  "terminal": false, "capabilities": [], "noNewPrivileges": true, "profile": "hardened", "network": "none" }
	J
	"$OCITOOLS" build --store "$LAB" --spec spec.json -o d
	diff -r --no-dereference c d
}

@test "seed 5: the store in the rootfs is the closure, every path with its hash (small)" {
	for name in glibc-2.36 bash-5.2 run.sh greet-2.0 wide-1; do
		discard c
		build --include "$(lab $name)" -- "$(lab run.sh)"
		{
			closure_of "$LAB" "$(lab $name)"
			closure_of "$LAB" "$(lab run.sh)"
		} | sort -u >want
		diff want <(ls c/rootfs/nix/store)
		hashes_match "$LAB" c
	done
}

@test "seed 6: a mount is in config.json, its mount point exists, the host's file is visible" {
	mkdir data
	echo from-host >data/file
	cat >spec.json <<-J
		{ "args": ["$(lab bash-5.2)/bin/bash", "-c", "read -r line < /data/file; echo \$line"],
		  "mounts": { "/data": { "type": "none", "source": "$PWD/data", "options": ["bind"] } } }
	J
	build --spec spec.json
	[ -d c/rootfs/data ]
	run -0 jq -c '.mounts[-1]' c/config.json
	[ "$output" = "{\"destination\":\"/data\",\"type\":\"none\",\"source\":\"$PWD/data\",\"options\":[\"bind\"]}" ]
	run -0 start c
	[ "$output" = from-host ]
}

@test "seed 6: a file source makes a file mount point" {
	echo one >one
	build -v "$PWD/one:/etc/one" -- "$(lab bash-5.2)/bin/bash" -c 'read -r x < /etc/one; echo $x; echo no > /etc/one'
	[ -f c/rootfs/etc/one ]
	[ ! -s c/rootfs/etc/one ]
	run start c
	grep -qx one <<<"$output" # stdout and stderr may come in either order
	[[ $output == *'Read-only file system'* ]]
}

@test "seed 7: bad mount destinations are an error each" {
	for where in data . '' / /proc /proc/self /sys/x /a/../b /a//b; do
		jq -n --arg d "$where" --arg c "$(lab run.sh)" '{args: [$c], mounts: {($d): {type: "none", source: "/var", options: ["bind"]}}}' >spec.json
		run -3 "$OCITOOLS" build --store "$LAB" --spec spec.json -o bad
		[[ $output == 'ocitools: '* ]]
		[ ! -e bad ]
		no_staging .
	done
	printf '{"args": ["x"], "mounts": {"/a": {}, "/a": {}}}' >spec.json
	run -3 "$OCITOOLS" build --store "$LAB" --spec spec.json -o bad
	[[ $output == *'/a'* ]]
}

@test "seed 7: a mount below another comes after it" {
	jq -n --arg c "$(lab run.sh)" '{args: [$c], mounts: {"/data/sub": {type: "tmpfs", source: "tmpfs"}, "/data": {type: "tmpfs", source: "tmpfs"}, "/data-b": {type: "tmpfs", source: "tmpfs"}}}' >spec.json
	build --spec spec.json
	run -0 jq -r '.mounts[-3:][].destination' c/config.json
	[ "$output" = $'/data\n/data/sub\n/data-b' ] || [ "$output" = $'/data\n/data-b\n/data/sub' ]
	run -0 start c
}

@test "seed 8: readonly makes the root file system read-only, and is off by default" {
	build --read-only -- "$(lab bash-5.2)/bin/bash" -c 'echo x > /x'
	run -1 start c
	[[ $output == *'Read-only file system'* ]]
	jq -e .root.readonly c/config.json
	discard c
	build -- "$(lab bash-5.2)/bin/bash" -c 'echo x > /x; echo written'
	run -0 start c
	[ "$output" = written ]
	jq -e '.root.readonly == false' c/config.json
}

@test "seed 9: no capability, no new privileges, seccomp on, own host name, descriptors 0 to 2" {
	build -- "$(lab bash-5.2)/bin/bash" -c 'while read -r l; do case $l in Cap*|NoNewPrivs*|Seccomp:*) echo $l;; esac; done < /proc/self/status; echo $HOSTNAME; echo /proc/self/fd/*'
	exec 7</dev/null
	run -0 start c
	exec 7<&-
	[[ $output == *'CapInh: 0000000000000000'* ]]
	[[ $output == *'CapPrm: 0000000000000000'* ]]
	[[ $output == *'CapEff: 0000000000000000'* ]]
	[[ $output == *'CapBnd: 0000000000000000'* ]]
	[[ $output == *'CapAmb: 0000000000000000'* ]]
	[[ $output == *'NoNewPrivs: 1'* ]]
	[[ $output == *'Seccomp: 2'* ]]
	[[ $output == *$'\ncontainer\n'* ]]
	# bash has opened the directory itself to list it: that is 3
	[ "${lines[-1]}" = '/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3' ] || [ "${lines[-1]}" = '/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2' ] || [ "${lines[-1]}" = '/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/255 /proc/self/fd/3' ]
}

@test "seed 10: a bundle on read-only storage starts, with and without mounts" {
	need_root
	mkdir disk data
	build -- "$(lab run.sh)"
	mv c disk/plain
	build -v "$PWD/data:/data" --tmpfs /scratch -- "$(lab run.sh)"
	mv c disk/mounts
	mount --bind disk disk
	mount -o remount,bind,ro disk
	status=0
	{ runc run -b disk/plain "ro-$$-1" && runc run -b disk/mounts "ro-$$-2"; } >out || status=$?
	umount disk
	[ "$status" -eq 0 ]
	[ "$(cat out)" = $'run.sh runs\nrun.sh runs' ]
}

@test "seed 11: built twice under another umask, locale, time zone, directory and date: identical" {
	build --include "$(lab exotic-0)" -- "$(lab greet-2.0)/bin/greet"
	mkdir -p elsewhere
	cp -a "$LAB" elsewhere/moved
	(
		cd elsewhere
		umask 077
		LC_ALL=C TZ=Asia/Tokyo HOME=/nonexistent "$OCITOOLS" build --store "$PWD/moved" -o d --include "$(lab exotic-0)" -- "$(lab greet-2.0)/bin/greet"
	)
	diff -r --no-dereference c elsewhere/d
	list() { (cd "$1" && find . -printf '%p %y %m %U:%G %s %T@ %l\n' | sed 's/^\(\S* d .*\) [0-9]* \(1\.\)/\1 \2/' | sort); }
	diff <(list c/rootfs) <(list elsewhere/d/rootfs)
	cmp c/config.json elsewhere/d/config.json
	cmp c/.ocitools/record.json elsewhere/d/.ocitools/record.json
}

@test "a store path that an include moves is recorded where it is, and checked there" {
	build --include "$(lab exotic-0):/opt/exotic" --include "$(lab greet-2.0):/opt/greet" -- "$(lab greet-2.0)/bin/greet"
	diff -r --no-dereference "$LAB$(lab exotic-0)" c/rootfs/opt/exotic
	[ ! -e "c/rootfs$(lab exotic-0)" ]
	diff -r --no-dereference "$LAB$(lab greet-2.0)" c/rootfs/opt/greet
	diff -r --no-dereference "$LAB$(lab greet-2.0)" "c/rootfs$(lab greet-2.0)"
	[ "$(jq -c '[.files[] | select(.kind == "store-path") | .path]' c/.ocitools/record.json)" = "[\"$(lab greet-2.0)\",\"/opt/exotic\",\"/opt/greet\"]" ]
	"$OCITOOLS" check c
	chmod u+w c/rootfs/opt/greet c/rootfs/opt/greet/bin/greet
	echo >>c/rootfs/opt/greet/bin/greet
	chmod u-w c/rootfs/opt/greet c/rootfs/opt/greet/bin/greet
	run -1 "$OCITOOLS" check c
	[[ $output == *'record: /opt/greet: its NAR hash is not the recorded one'* ]]
	chmod -R u+w "c/rootfs$(lab greet-2.0)"
	rm -r "c/rootfs$(lab greet-2.0)"
	run -1 "$OCITOOLS" check c
	[[ $output == *"record: $(lab greet-2.0): is recorded and missing"* ]]
}

@test "seed 12: -t gives bash a prompt; without it and with stdin closed bash ends with 0" {
	need_root
	build -t -- "$(lab bash-5.2)/bin/bash" --norc
	jq -e .process.terminal c/config.json
	printf 'echo answer=$((6*7))\nexit 5\n' | timeout 20 script -qec "runc run -b c tty-$$" /dev/null >out || status=$?
	[ "${status-0}" -eq 5 ]
	grep -q 'bash-5.*\$' out
	grep -q 'answer=42' out
	discard c
	build -- "$(lab bash-5.2)/bin/bash"
	run -0 start c </dev/null
}

@test "seed 13: without Nix the same command line works with the host's bash" {
	printf '#!/bin/bash\necho "run.sh runs with $BASH"\n' >run.sh
	chmod +x run.sh
	"$OCITOOLS" build -o c -- ./run.sh
	run -0 start c
	[[ $output == 'run.sh runs with '*/bash ]]
	valid_config c
}
