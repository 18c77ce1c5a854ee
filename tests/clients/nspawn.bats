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

@test "systemd-nspawn: check says of each member what it then does" {
	need_root
	need systemd-nspawn unshare jq
	"$OCITOOLS" build -q --profile seed -o b -- /bin/busybox true
	cp b/config.json seed.json
	local change errors refused number=0
	while read -r change; do
		jq "$change" seed.json >b/config.json
		errors=$("$OCITOOLS" check --runtime systemd-nspawn b | grep -c ^error) || :
		run v2view systemd-nspawn --quiet --keep-unit --register=no --oci-bundle="$PWD/b" </dev/null
		echo "$change: $errors errors, status $status: $output"
		refused=$status
		[ "$((errors > 0))" -eq "$((refused > 0))" ]
		number=$((number + 1))
	done <<-'EOF'
		.
		.ociVersion = "1.1.0"
		.domainname = "x"
		.annotations = {"a": "b"}
		.process.user.umask = 18
		.process.user.additionalGids = [5]
		.process.oomScoreAdj = 5
		.process.scheduler = {"policy": "SCHED_OTHER"}
		.process.ioPriority = {"class": "IOPRIO_CLASS_IDLE"}
		.process.apparmorProfile = "x"
		.process.selinuxLabel = "x"
		.process.commandLine = "x"
		.mounts += [{"destination": "/d", "type": "tmpfs", "source": "tmpfs"}]
		.mounts += [{"destination": "/d", "type": "tmpfs", "source": "tmpfs", "uidMappings": []}]
		.linux.namespaces += [{"type": "time"}]
		.linux.personality = {"domain": "LINUX"}
		.linux.timeOffsets = {}
		.linux.rootfsPropagation = "private"
		.linux.sysctl = {"net.ipv4.ip_forward": "1"}
		.linux.maskedPaths = ["/proc/kcore"]
		.linux.intelRdt = {}
		.linux.netDevices = {}
		.linux.mountLabel = "x"
		.linux.seccomp = {"defaultAction": "SCMP_ACT_ALLOW"}
		.linux.seccomp = {"defaultAction": "SCMP_ACT_ALLOW", "flags": []}
		.linux.seccomp = {"defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 1}
		.linux.seccomp = {"defaultAction": "SCMP_ACT_TRACE"}
		.linux.seccomp = {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["chroot"], "action": "SCMP_ACT_ERRNO"}]}
		.linux.seccomp = {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["chroot"], "action": "SCMP_ACT_ERRNO", "errnoRet": 5}]}
		.linux.seccomp = {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["chroot"], "action": "SCMP_ACT_NOTIFY"}]}
		.linux.resources = {"rdma": {}}
		.linux.resources = {"unified": {}}
		.linux.resources = {"memory": {"swappiness": 5}}
		.linux.resources = {"memory": {"kernelTCP": 5}}
		.linux.resources = {"cpu": {"mems": "0"}}
		.linux.resources = {"cpu": {"idle": 1}}
		.hooks = {"poststop": []}
		.hooks = {"createRuntime": []}
		.linux.uidMappings = [{"containerID": 1, "hostID": 0, "size": 70000}]
	EOF
	[ "$number" -eq 39 ]
}
