# SPDX-License-Identifier: Apache-2.0
# systemd-nspawn --oci-bundle: it takes version 1.0.0 only, which the profile seed writes.

load common

@test "systemd-nspawn: the command runs and its status arrives" {
	need_root
	need systemd-nspawn unshare
	"$OCITOOLS" build -q --profile seed -o b -- /bin/busybox sh -c 'echo "$1"; exit 7' sh 'a  b'
	run --separate-stderr v2view systemd-nspawn --quiet --keep-unit --register=no --oci-bundle="$PWD/b" </dev/null
	echo "status $status, stderr: $stderr"
	[ "${output//$'\r'/}" = 'a  b' ]
	[ "$status" -eq 7 ]
}
