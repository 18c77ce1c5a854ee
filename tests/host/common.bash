# SPDX-License-Identifier: Apache-2.0
# What the tests over trees of their own share: what making one needs, and comparing what was built of two.

: "${OCITOOLS:?must name the program}"
bats_require_minimum_version 1.5.0

# A missing program is no reason to skip where everything was to be installed.
need_trees() {
	local program
	[ "$(id -u)" -eq 0 ] || skip 'making a tree needs root'
	. /etc/os-release
	[ "${VERSION_CODENAME-}" = bookworm ] || skip 'the trees are made from the apt sources of Debian 12'
	for program in apt-get mmdebstrap dpkg-deb "$@"; do
		command -v "$program" >/dev/null && continue
		[ -z "${CI-}" ] || {
			echo "$program is not installed"
			return 1
		}
		skip "$program is not installed"
	done
}

# Each name below a directory with all that is compared; the content of files is their sum.
describe() { # DIR
	(
		cd "$1"
		find . -mindepth 1 -printf '%p %y %m %U:%G %T@ %n %l\n' | LC_ALL=C sort
		find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
	)
}
