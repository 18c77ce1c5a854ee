# SPDX-License-Identifier: Apache-2.0
# What must never get into an output: a tree with packages in which secrets lie wherever secrets lie.

load common

SECRET=planted-0d9f6c1e

setup() {
	cd "$BATS_TEST_TMPDIR"
	make_tree
}

# A package around bash, with libraries that no package owns.
make_tree() {
	mkdir -p t/usr/bin t/etc/pkg t/etc/ssh t/etc/ssl/private t/home/u/.ssh t/root t/var/lib/pkg t/var/lib/dpkg/info
	ln -s usr/bin t/bin
	cp /bin/bash t/usr/bin/bash
	ldd /bin/bash | grep -o '/[^ ]*' | while read -r lib; do
		mkdir -p "t${lib%/*}"
		cp -L "$lib" "t$lib"
	done
	printf '%s\n' "$SECRET" | tee t/etc/pkg/key t/etc/pkg/unowned t/etc/shadow t/etc/ssh/ssh_host_ed25519_key t/etc/ssl/private/x.key \
		t/home/u/.ssh/id t/home/u/notes t/root/.netrc t/var/lib/pkg/data t/etc/hostname >/dev/null
	echo plain >t/etc/pkg/conf
	echo "root:x:0:0::/root:/bin/bash" >t/etc/passwd
	chmod 600 t/etc/pkg/key t/etc/pkg/unowned t/etc/shadow t/etc/ssh/ssh_host_ed25519_key t/etc/ssl/private/x.key
	printf 'Package: pkg\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n' >t/var/lib/dpkg/status
	printf '%s\n' /. /bin /bin/bash /etc /etc/pkg /etc/pkg/conf /etc/pkg/key /etc/ssh /etc/ssl /etc/ssl/private /var /var/lib /var/lib/pkg \
		>t/var/lib/dpkg/info/pkg.list
}

@test "planted secrets appear nowhere, and what was left out of a package is told" {
	named=()
	if [ "$(id -u)" -eq 0 ]; then
		# The machine has a secret for its name, too.
		named=(unshare --uts sh -c 'hostname "$0" && exec "$@"' "$SECRET")
	fi
	TOKEN=$SECRET run -0 --separate-stderr "${named[@]}" "$OCITOOLS" build --root t -o c -o tar:c.tar -- /bin/bash -c true
	[[ $stderr == *"note: '/etc/pkg/key' of package 'pkg' is left out: not everybody may read it (mode 0600)"* ]]
	[ -e c/rootfs/etc/pkg/conf ]
	run -1 grep -r "$SECRET" c c.tar
	[ ! -e c/rootfs/etc/shadow ]
	[ ! -e c/rootfs/home ]
	[ ! -e c/rootfs/etc/ssh/ssh_host_ed25519_key ]
	[ -z "$(find c/rootfs/root c/rootfs/var -type f)" ]
	run -4 "$OCITOOLS" build -q --strict --root t -o d -- /bin/bash -c true
	[ ! -e d ]
}

@test "every file has a reason, and --why tells it" {
	"$OCITOOLS" build -q --root t -o c -- /bin/bash -c true >/dev/null
	[ "$(jq '[.files[] | select(.reason.rule == "unknown")] | length' c/.ocitools/record.json)" -eq 0 ]
	jq -r '.files[] | select(.kind == "file") | .path' c/.ocitools/record.json >files
	[ "$(wc -l <files)" -gt 8 ]
	while read -r path; do
		"$OCITOOLS" explain --root t --why "$path" -- /bin/bash -c true >why
		[ -s why ]
	done <files
}

@test "a file of a home directory goes in where it is named, and nothing beside it" {
	"$OCITOOLS" build -q --root t -o c -- /bin/bash /home/u/notes >/dev/null
	[ "$(find c/rootfs/home -type f)" = c/rootfs/home/u/notes ]
}
