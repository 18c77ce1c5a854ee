# SPDX-License-Identifier: Apache-2.0
# What the tests over trees of their own share: what making one needs, and comparing what was built of two.

: "${OCITOOLS:?must name the program}"
bats_require_minimum_version 1.5.0

# For setup_file, which cannot skip: make a tree unless something is lacking, and leave the reason to need_tree in setup.
make_tree() { # "PROGRAM..." TOOL ARGUMENT...
	LACKING=$(lacking $1)
	export LACKING
	[ -z "$LACKING" ] || return 0
	shift
	"$BATS_TEST_DIRNAME/$1" "${@:2}" >"$BATS_FILE_TMPDIR/log" 2>&1 || {
		tail -n 30 "$BATS_FILE_TMPDIR/log"
		return 1
	}
}

lacking() { # PROGRAM...: why there can be no tree here, or nothing
	local program
	[ "$(id -u)" -eq 0 ] || {
		echo 'making a tree needs root'
		return
	}
	. /etc/os-release
	[ "${VERSION_CODENAME-}" = bookworm ] || {
		echo 'the trees are made from the apt sources of Debian 12'
		return
	}
	for program in apt-get mmdebstrap dpkg-deb jq "$@"; do
		command -v "$program" >/dev/null || echo "$program is not installed"
	done
}

# A missing program is no reason to skip where everything was to be installed.
need_tree() {
	[ -n "$LACKING" ] || return 0
	echo "$LACKING"
	[ -z "${CI-}" ] || [[ $LACKING != *'not installed'* ]] || return 1
	skip "${LACKING%%$'\n'*}"
}

# Each name below a directory with all that is compared; the content of files is their sum.
describe() { # DIR
	(
		cd "$1"
		find . -mindepth 1 -printf '%p %y %m %U:%G %T@ %n %l\n' | LC_ALL=C sort
		find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
	)
}
