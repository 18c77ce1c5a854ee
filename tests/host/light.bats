# SPDX-License-Identifier: Apache-2.0
# Rows of the list of host commands whose packages are light, over the files of this machine itself.

: "${OCITOOLS:?must name the program}"
RUN=$BATS_TEST_DIRNAME/run
ROWS='bash|sh|ls|busybox|awk|gawk-ext|python3|python3-ca|perl|git|git-submodule|git-https|jq|sqlite3|locale|getent|getent-hosts|iconv|date-tz|su-pam|ping|file|zgrep|sh-script|cancel|origin|dlopen-note|static|py-script|py-chain|tmux|rg|curl-tls'
bats_require_minimum_version 1.5.0

setup() { # not below /tmp: the acceptance options put a tmpfs there, which hides what lies below
	WORK=$(mktemp -d /var/tmp/ocitools-light-XXXXXX)
	cd "$WORK"
}

teardown() {
	cd /
	rm -rf "$WORK"
}

@test "33 commands of the list run with a writable and a read-only root, each within its size" {
	[ "$(id -u)" -eq 0 ] || skip 'the runner needs root'
	[ -n "${OCITOOLS_SHARED-}" ] || skip 'the list lies in ../shared, which is not here'
	command -v cc >/dev/null || skip 'cc is not here'
	. /etc/os-release
	[ "${VERSION_CODENAME-}" = bookworm ] || skip 'sizes of the list are those of Debian 12'
	for program in busybox gawk python3 git jq sqlite3 ping file tmux rg curl; do
		command -v "$program" >/dev/null || {
			[ -z "${CI-}" ]
			skip "$program is not here"
		}
	done
	"$BATS_TEST_DIRNAME/make-fixtures" "$WORK/fix"
	FIX=$WORK/fix run -0 --separate-stderr "$RUN" "$OCITOOLS_SHARED/acceptance/host-commands.tsv" "$ROWS"
	echo "$output"
	[ "${lines[-1]}" = '33 passed, 0 failed' ]
}
