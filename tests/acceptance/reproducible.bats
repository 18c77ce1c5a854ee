# SPDX-License-Identifier: Apache-2.0
# The same inputs give the same bytes, whoever builds, when, where and in which order a directory is read (cases 25, 203 and 227).

load common

# Once: a host tree with a few programs, a small store, and what is built of both.
setup_file() {
	cd "$BATS_FILE_TMPDIR"
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
	make_tree
	python3 "$ROOT/tests/support/gen_store.py" --program /bin/busybox 40 store
	all_of ref
}

setup() {
	cd "$BATS_FILE_TMPDIR"
	OUT=$BATS_TEST_TMPDIR
}

make_tree() {
	local file
	mkdir -p tree/etc tree/usr/share/many tree/usr/bin tree/usr/lib tree/usr/lib64
	for file in bin lib lib64; do
		[ ! -L "/$file" ] || cp -a "/$file" tree
	done
	for file in /bin/bash $(ldd /bin/bash | grep -o '/[^ ]*'); do
		mkdir -p "tree$(dirname "$file")"
		cp -L "$file" "tree$file"
	done
	for file in $(seq 60); do
		echo "$file" >"tree/usr/share/many/$file"
	done
	ln -s many/7 tree/usr/share/link
}

TREE=tree STORE=store WITH=()
# Everything that may depend on the world: a bundle and a tar of each kind of source, and a listing, below the directory NAME.
all_of() { # NAME
	mkdir -p "$1"
	"${WITH[@]}" "$OCITOOLS" build -q --root "$TREE" --include /usr/share/many --include /usr/share/link -o "$1/host" -o "tar:$1/host.tar" -- /bin/bash -c true >/dev/null
	"${WITH[@]}" "$OCITOOLS" build -q --store "$STORE" -o "$1/nix" -o "tar:$1/nix.tar" -- "$(cat store/roots)/bin/top" sh >/dev/null
	"${WITH[@]}" "$OCITOOLS" explain --files --root "$TREE" --include /usr/share/many -- /bin/bash >"$1/files"
}

describe() { # NAME
	(
		cd "$1"
		find . -mindepth 1 -type d -printf '%p %m %T@\n' -o -type l -printf '%p -> %l %T@\n' -o -path './*/*' -printf '%p %m %s %T@\n' | LC_ALL=C sort
		find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
	)
}

same() { # what was built under other conditions is what was built first
	all_of "$OUT/x"
	diff <(describe ref) <(describe "$OUT/x")
}

@test "again, and somewhere else under a longer name" {
	same
	OUT=$BATS_TEST_TMPDIR/$(printf '%0200d' 0)
	mkdir "$OUT"
	same
}

@test "case 25: other umasks" {
	for mask in 000 027 077; do
		OUT=$BATS_TEST_TMPDIR/$mask
		mkdir "$OUT"
		(umask "$mask" && same)
	done
}

@test "other locales and time zones" {
	OUT=$BATS_TEST_TMPDIR/a
	LC_ALL=C TZ=Pacific/Kiritimati same
	OUT=$BATS_TEST_TMPDIR/b
	LC_ALL=C.UTF-8 LANG=tr_TR.UTF-8 TZ=America/Adak same
}

@test "another user" {
	command -v setpriv >/dev/null || skip 'setpriv is not installed'
	[ "$(id -u)" -eq 0 ] || skip 'needs root, to be somebody else'
	chmod 755 "$BATS_RUN_TMPDIR/test"
	chmod 777 "$BATS_TEST_TMPDIR"
	WITH=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	"${WITH[@]}" "$OCITOOLS" version >/dev/null || skip 'the program cannot be reached by another user'
	mkdir "$OUT/x"
	chmod 777 "$OUT/x"
	same
	[ "$(stat -c %u "$OUT/x/host/rootfs")" -eq 65534 ]
}

@test "case 203: other dates" {
	command -v faketime >/dev/null || skip 'faketime is not installed'
	for date in '1970-01-01 00:00:00 UTC' '2001-02-03 04:05:06' '2243-01-01'; do
		OUT=$BATS_TEST_TMPDIR/${date%%-*}
		mkdir "$OUT"
		WITH=(faketime "$date")
		same
	done
}

@test "case 203: a clock that jumps back at every look" {
	command -v faketime >/dev/null || skip 'faketime is not installed'
	WITH=(faketime -f '+0 i-3600')
	[ "$("${WITH[@]}" sh -c 'date +%s; date +%s' | sort -n | head -n 1)" -lt "$(($(date +%s) - 3000))" ]
	OUT=$BATS_TEST_TMPDIR
	same
}

@test "other times of the files, another number of threads" {
	OUT=$BATS_TEST_TMPDIR
	cp -r tree "$OUT/tree"
	TREE=$OUT/tree
	find "$TREE" -exec touch -h -d '2011-11-11 11:11:11' {} +
	WITH=(env OCITOOLS_UNUSED=1)
	same
	"$OCITOOLS" build -q --jobs 7 --root tree --include /usr/share/many --include /usr/share/link -o "$OUT/jobs" -- /bin/bash -c true >/dev/null
	diff -r ref/host "$OUT/jobs"
}

@test "directories that are read in any order" {
	command -v disorderfs >/dev/null || skip 'disorderfs is not installed'
	[ -e /dev/fuse ] || skip 'there is no /dev/fuse here'
	mkdir "$OUT/tree" "$OUT/store"
	disorderfs -q --shuffle-dirents=yes "$PWD/tree" "$OUT/tree"
	disorderfs -q --shuffle-dirents=yes "$PWD/store" "$OUT/store"
	TREE=$OUT/tree STORE=$OUT/store
	status=0
	for round in 1 2 3; do
		OUT=$BATS_TEST_TMPDIR/$round
		mkdir "$OUT"
		same || status=1
	done
	umount "$TREE" "$STORE"
	[ "$status" -eq 0 ]
}
