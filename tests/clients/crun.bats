# SPDX-License-Identifier: Apache-2.0
# crun, which wants the second version of control groups to itself.

load common

@test "crun: what the command sees, and its status" {
	need_root
	need crun unshare
	build
	shows_all v2view crun --cgroup-manager=disabled run -b b "$(new_id)"
}
