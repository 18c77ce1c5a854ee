# SPDX-License-Identifier: Apache-2.0
# A tree of another architecture: containers of it are made without executing anything, and nothing of this machine's architecture gets in.

load common

setup_file() {
	export ARM=$BATS_FILE_TMPDIR/arm
	make_tree 'readelf strace patchelf' make-foreign "$ARM" arm64 base-files dash coreutils curl python3-minimal ca-certificates
}

setup() {
	need_tree
	[ "$(dpkg --print-architecture)" != arm64 ] || skip 'this machine is an arm64 itself'
	cd "$BATS_TEST_TMPDIR"
}

machines() { # BUNDLE: how many ELF files there are of each machine
	find "$1/rootfs" -type f -exec readelf -h {} + 2>/dev/null | sed -n 's/^ *Machine: *//p' | sort | uniq -c | sed 's/^ *//'
}

foreign_only() { # BUNDLE MINIMUM: at least so many ELF files, all of one machine, from packages of it or of all
	local found
	found=$(machines "$1")
	echo "$found"
	[[ $found == *' AArch64' ]]
	[ "$(wc -l <<<"$found")" -eq 1 ]
	[ "${found%% *}" -ge "$2" ]
	jq -r '.units[] | .id' "$1/.ocitools/record.json" >units
	grep -q ':arm64$' units
	[ -z "$(grep -Ev '^[^/:]+:(arm64|all)$' units)" ]
	[ "$(jq -c '[.linux.seccomp.architectures[]?] - ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"]' "$1/config.json")" = '[]' ]
	run -0 "$OCITOOLS" check "$1"
	[ -z "$(grep -v '^info ' <<<"$output")" ]
}

@test "the tree is what dpkg itself takes for one: every package installed, no file missing" {
	run -0 dpkg-query --admindir="$ARM/var/lib/dpkg" -W -f '${db:Status-Abbrev}${Architecture}\n'
	[ "${#lines[@]}" -gt 20 ]
	[ "$(sort -u <<<"$output")" = $'ii all\nii arm64' ]
	while read -r path; do
		[ -e "$ARM$path" ] || [ -L "$ARM$path" ] || {
			echo "$path is missing"
			return 1
		}
	done < <(cat "$ARM/var/lib/dpkg/info/curl.list" "$ARM"/var/lib/dpkg/info/libc6:arm64.list)
}

@test "curl, a shell script and Python of arm64: every program and library is of arm64, and check is clean" {
	"$OCITOOLS" build -q --root "$ARM" -o curl -- /usr/bin/curl --version >/dev/null
	foreign_only curl 20
	"$OCITOOLS" build -q --root "$ARM" -o script -- /bin/sh -c 'date | sort' >/dev/null
	foreign_only script 4
	[ -e script/rootfs/usr/bin/sort ]
	"$OCITOOLS" build -q --root "$ARM" -o all -- /usr/sbin/update-ca-certificates >/dev/null
	foreign_only all 4
	grep -q '^ca-certificates:all$' units
	"$OCITOOLS" build -q --root "$ARM" -o python -- /usr/bin/python3 -c 'import json' >/dev/null
	foreign_only python 4
	[ -e python/rootfs/usr/lib/python3.11/os.py ]
}

@test "explain names packages of the tree, and nothing is executed, neither there nor here" {
	strace -f -o calls -e trace=execve,execveat "$OCITOOLS" explain --root "$ARM" --format json -- /usr/bin/curl >explained.json
	[ "$(jq -r '.units[] | select(.name == "curl") | .id' explained.json)" = curl:arm64 ]
	[ "$(jq '[.units[] | select(.name == "libcurl4")] | length' explained.json)" -eq 1 ]
	[ "$(grep -c exec calls)" -eq 1 ]
	strace -f -o calls -e trace=execve,execveat "$OCITOOLS" build -q --root "$ARM" -o b -- /usr/bin/curl >/dev/null
	cat calls
	[ "$(grep -c exec calls)" -eq 1 ]
}

@test "a library of this machine is passed over, a program of it is refused" {
	mkdir -p "$ARM/opt/app" "$ARM/opt/libs"
	patchelf --set-rpath /opt/libs --output "$ARM/opt/app/curl" "$ARM/usr/bin/curl"
	cp -L "$ARM/lib/aarch64-linux-gnu/libc.so.6" "$ARM/opt/libs"
	"$OCITOOLS" build -q --root "$ARM" --source files -o good -- /opt/app/curl >/dev/null
	[ -e good/rootfs/opt/libs/libc.so.6 ]
	cp -L "$(ldd /bin/bash | sed -n 's|.*=> \(/[^ ]*/libc\.so\.6\) .*|\1|p')" "$ARM/opt/libs"
	"$OCITOOLS" build -q --root "$ARM" -o passed -- /opt/app/curl >/dev/null
	[ ! -e passed/rootfs/opt/libs/libc.so.6 ]
	[ -e passed/rootfs/usr/lib/aarch64-linux-gnu/libc.so.6 ]
	[[ $(machines passed) == *' AArch64' ]]
	[ "$(machines passed | wc -l)" -eq 1 ]
	cp -L /bin/bash "$ARM/opt/app/bash"
	run -3 --separate-stderr "$OCITOOLS" build --root "$ARM" -o refused -- /opt/app/bash
	echo "$stderr"
	[[ $stderr == *"'/opt/app/bash': interpreter '"*"' does not exist"* ]]
	[ ! -e refused ]
}
