# SPDX-License-Identifier: Apache-2.0
# --config-merge: any member of the runtime specification, checked, with the lowest version.

load common

merge() { # PATCH
	printf '%s' "$1" >patch
	rm -rf b
	"$OCITOOLS" build -q --config-merge patch -o b -- bash >/dev/null
}

wrong() { # REGEX PATCH
	printf '%s' "$2" >patch
	rm -rf b
	refused 3 "$1" "$OCITOOLS" build -q --config-merge patch -o b -- bash
	[ ! -e b ]
}

@test "members that no option has" {
	merge '{"process":{"oomScoreAdj":500,"user":{"umask":18}},"linux":{"cgroupsPath":"/x/y","resources":{"cpu":{"shares":512}}}}'
	jq -e '.process.oomScoreAdj == 500 and .process.user.umask == 18 and .linux.cgroupsPath == "/x/y" and .linux.resources.cpu.shares == 512' b/config.json
	jq -e '.ociVersion == "1.1.0" and .process.args == ["bash"] and (.linux.seccomp | length) > 0' b/config.json
	try 0 "$OCITOOLS" check -q b
}

@test "the version is the lowest that has every member" {
	merge '{"linux":{"memoryPolicy":{"mode":"MPOL_LOCAL"}}}'
	[ "$(jq -r .ociVersion b/config.json)" = 1.3.0 ]
	merge '{"process":{"execCPUAffinity":{"initial":"0-1"}}}'
	[ "$(jq -r .ociVersion b/config.json)" = 1.2.1 ]
	merge '{"ociVersion":"1.3.0"}'
	[ "$(jq -r .ociVersion b/config.json)" = 1.3.0 ]
	wrong "needs at least version 1.3.0, not '1.0.0'" '{"ociVersion":"1.0.0","linux":{"memoryPolicy":{"mode":"MPOL_LOCAL"}}}'
	printf '{"linux":{"memoryPolicy":{"mode":"MPOL_LOCAL"}}}' >patch
	refused 3 "'profile' seed writes 1.0.0" "$OCITOOLS" build -q --profile seed --config-merge patch -o b -- bash
}

@test "null takes a member away, integers are exact" {
	merge '{"hostname":null,"process":{"rlimits":[{"type":"RLIMIT_NOFILE","hard":18446744073709551615,"soft":1024}]}}'
	jq -e 'has("hostname") | not' b/config.json
	grep -q '"hard": 18446744073709551615' b/config.json
}

@test "the same in a description" {
	echo '{"args":["bash"],"config":{"process":{"oomScoreAdj":7,"rlimits":[{"type":"RLIMIT_CORE","hard":18446744073709551615,"soft":0}]}}}' >spec
	"$OCITOOLS" build -q --spec spec -o b >/dev/null
	jq -e '.process.oomScoreAdj == 7' b/config.json
	grep -q '"hard": 18446744073709551615' b/config.json
	rm -r b
	merge '{"process":{"oomScoreAdj":7,"rlimits":[{"type":"RLIMIT_CORE","hard":18446744073709551615,"soft":0}]}}'
	mv b c
	"$OCITOOLS" build -q --spec spec -o b >/dev/null
	cmp b/config.json c/config.json
	echo '{"args":["bash"],"config":[]}' >spec
	refused 3 "'config': expected object, found array" "$OCITOOLS" build -q --spec spec -o d
	echo '{"args":["bash"],"timestamp":1,"rlimits":{"CORE":{"soft":0,"hard":99999999999999999999}}}' >spec
	refused 3 . "$OCITOOLS" build -q --spec spec -o d
}

@test "what check would call an error is not written, and names the option" {
	wrong "'config' \(--config-merge\): 'process.env\[0\]': '=x' is not NAME=VALUE" '{"process":{"env":["=x"]}}'
	wrong "'process.rlimits\[0\]': soft 2 is above hard 1" '{"process":{"rlimits":[{"type":"RLIMIT_NOFILE","hard":1,"soft":2}]}}'
	wrong "'hooks.prestart\[0\]': path 'x' is not absolute" '{"hooks":{"prestart":[{"path":"x"}]}}'
	wrong "'linux.namespaces\[1\]': 'pid' is given twice" '{"linux":{"namespaces":[{"type":"pid"},{"type":"pid"}]}}'
	wrong "'hostname': needs a namespace of the type uts" '{"linux":{"namespaces":[]}}'
	wrong "'linux.sysctl': 'kernel.panic' belongs to the host" '{"linux":{"sysctl":{"kernel.panic":"1"}}}'
	wrong "'process.oomScoreAdj': 1001 is not from -1000 to 1000" '{"process":{"oomScoreAdj":1001}}'
	wrong "'process.env': has no PATH" '{"process":{"env":[]}}'
	echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["write"],"action":"SCMP_ACT_NOTIFY"}]}' >profile
	refused 3 "'seccomp' \(--seccomp\): 'linux.seccomp.syscalls\[0\].action': SCMP_ACT_NOTIFY needs a listenerPath" "$OCITOOLS" build -q --seccomp profile -o d -- bash
}

@test "a word in a file is no seccomp profile" {
	for text in unconfined default ' unconfined' '[]' null $'\xef\xbb\xbf{}' ''; do
		printf '%s' "$text" >profile
		refused 3 "option '--seccomp': 'profile': is no JSON object" "$OCITOOLS" build -q --seccomp profile -o d -- bash
	done
}

@test "types, values, unknown members and other systems are refused with their path" {
	wrong "'process.oomScoreAdj': expected" '{"process":{"oomScoreAdj":"x"}}'
	wrong "'linux.rootfsPropagation'" '{"linux":{"rootfsPropagation":"sideways"}}'
	wrong "'proces'" '{"proces":{"oomScoreAdj":1}}'
	wrong "'windows'" '{"windows":{"layerFolders":["x"]}}'
	wrong "'ociVersion'" '{"ociVersion":null}'
	wrong "'process' cannot be replaced" '{"process":null}'
	wrong "'--config-merge': expected object, found array" '[]'
	wrong '--config-merge:1:2' '{'
	wrong "'a'" '{"a":1,"a":2}'
}

@test "what decides the files of the bundle is left to its own options" {
	wrong "'process.args' decides" '{"process":{"args":["sh"]}}'
	wrong "'process.cwd' decides" '{"process":{"cwd":"/x"}}'
	wrong "'mounts' decides" '{"mounts":[]}'
	wrong "'root.path' decides" '{"root":{"path":"/"}}'
}

@test "a patch that is missing, no file, or given twice" {
	refused 3 "'none'" "$OCITOOLS" build -q --config-merge none -o b -- bash
	printf '{}' >patch
	refused 2 'twice|again|once' "$OCITOOLS" build -q --config-merge patch --config-merge patch -o b -- bash
	printf '{"a":"\0"}' >patch
	refused 3 'NUL' "$OCITOOLS" build -q --config-merge patch -o b -- bash
}

@test "runc starts what was merged" {
	command -v runc >/dev/null || skip 'runc is not installed'
	[ "$(id -u)" -eq 0 ] || skip 'runc needs root here'
	printf '{"process":{"oomScoreAdj":321}}' >patch
	try 0 "$OCITOOLS" run --config-merge patch -- bash -c 'read -r x </proc/self/oom_score_adj; echo "$x"'
	[ "$output" = 321 ]
}
