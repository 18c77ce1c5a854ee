# SPDX-License-Identifier: Apache-2.0
# What the acceptance tests share: the program, a lab store, starting a bundle with the real runc.

: "${OCITOOLS:?must name the program}"
ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
bats_require_minimum_version 1.5.0

make_lab() { # once a file: a chroot store whose programs run
	LAB=$BATS_FILE_TMPDIR/lab
	python3 "$ROOT/tests/support/make_lab.py" "$LAB"
	export LAB
}

lab() { # NAME -> store path
	awk -v n="$1" '$1 == n { print $2 }' "$LAB/paths.txt"
}

start() { # BUNDLE: what its command prints; standard input as given
	need_root
	runc run -b "$1" "ocitools-test-$$-$BATS_TEST_NUMBER-$RANDOM"
}

need_root() {
	[ "$(id -u)" -eq 0 ] || skip 'runc needs root here'
}

# The reference: what nix-store says the closure is.
closure_of() { # STORE PATH
	NIX_CONFIG='build-users-group =' nix-store --store "$1" -qR "$2" | sed 's|^/nix/store/||' | sort
}

# Every store path of a bundle has the NAR hash of the database: judged by nix-hash, not by us.
hashes_match() { # STORE BUNDLE
	local db=$1/nix/var/nix/db/db.sqlite path want
	for path in "$2"/rootfs/nix/store/*; do
		want=$(sqlite3 -readonly "file:$db?immutable=1" "select hash from ValidPaths where path = '/nix/store/${path##*/}'")
		[ "$want" = "sha256:$(nix-hash --type sha256 "$path")" ] || {
			echo "hash of $path differs"
			return 1
		}
	done
}

# Nothing of ours is left beside the output.
no_staging() { # DIR
	! ls -A "$1" | grep -q '^\.ocitools-'
}

# config.json is valid by the specification's own schema, where that is at hand.
valid_config() { # BUNDLE
	[ -z "${OCITOOLS_SHARED-}" ] || /usr/bin/python3 "$ROOT/tests/support/validate.py" config "$1/config.json"
}

# An output of an ordinary user has directories that he may not write, as a store has.
discard() { # TREE...
	local tree
	for tree; do
		[ ! -d "$tree" ] || find "$tree" -type d ! -perm -u=w -exec chmod u+w {} +
		rm -rf "$tree"
	done
}
