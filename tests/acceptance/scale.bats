# SPDX-License-Identifier: Apache-2.0
# The seed lost files of large closures: 2, 1,900, 2,000 and 20,000 store paths must all arrive, hash-checked.

load common

setup() {
	cd "$BATS_TEST_TMPDIR"
}

arrives() { # COUNT OPTION...
	local count=$1
	shift
	python3 "$ROOT/tests/support/gen_store.py" "$@" --program /bin/busybox "$count" store
	"$OCITOOLS" build --store "$PWD/store" -o c -- "$(cat store/roots)/bin/top" echo hi
	[ "$(ls -U c/rootfs/nix/store | wc -l)" -eq "$count" ]
	diff <(ls store/nix/store) <(ls c/rootfs/nix/store)
	[ "$(jq '[.units[] | select(.narHash != null)] | length' c/.ocitools/record.json)" -eq "$count" ]
}

@test "seed 5: 2 store paths" {
	arrives 2
	hashes_match store c
}

@test "seed 5: 1,900 store paths" {
	arrives 1900
	diff -r --no-dereference store/nix/store c/rootfs/nix/store
}

@test "seed 5: 2,000 store paths, and nix finds every hash right" {
	arrives 2000
	cp -a store check
	chmod -R u+w check/nix/store
	rm -rf check/nix/store
	cp -a c/rootfs/nix/store check/nix/store
	NIX_CONFIG='build-users-group =' nix-store --store "$PWD/check" --verify --check-contents 2>&1 | tee log
	! grep -qi 'modified\|error\|disappeared' log
}

@test "seed 5: 20,000 store paths" {
	arrives 20000
	diff -r --no-dereference store/nix/store c/rootfs/nix/store
}

@test "seed 5: a chain of 1,500" {
	arrives 1500 --chain
}

@test "a bundle of 3,000 store paths starts" {
	printf '#include <stdio.h>\nint main(void) { return puts("hi") < 0; }\n' >hi.c
	gcc -static -o hi hi.c
	python3 "$ROOT/tests/support/gen_store.py" --program hi 3000 store
	"$OCITOOLS" build --store "$PWD/store" -o c -- "$(cat store/roots)/bin/top"
	run -0 start c
	[ "$output" = hi ]
}
