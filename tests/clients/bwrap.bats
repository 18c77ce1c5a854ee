# SPDX-License-Identifier: Apache-2.0
# bubblewrap: it reads no config.json; what we give is a root file system that has everything.

load common

wrapped() { # COMMAND... in the tree of ./b
	bwrap --ro-bind b/rootfs / --proc /proc --dev /dev --tmpfs /tmp --chdir / --unshare-all "$@"
}

@test "bwrap: the command runs in the tree, and its status arrives" {
	need bwrap
	"$OCITOOLS" build -q -o b -- bash -c 'true'
	run --separate-stderr wrapped bash -c 'echo "$1 in $PWD"; exit 7' bash 'a  b'
	echo "status $status, stdout: $output, stderr: $stderr"
	[ "$output" = 'a  b in /' ]
	[ "$status" -eq 7 ]
	"$OCITOOLS" check -q b
}
