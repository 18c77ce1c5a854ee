# SPDX-License-Identifier: Apache-2.0
# Trees in which packages were really installed: two of the same packages in another order give the same bytes, and a service of one of them serves.

load common

setup_file() {
	export ONE=$BATS_FILE_TMPDIR/one TWO=$BATS_FILE_TMPDIR/two
	make_tree 'runc curl unshare /bin/busybox' make-pair "$ONE" "$TWO" memcached nginx git redis-server
}

setup() {
	need_tree
	cd "$BATS_TEST_TMPDIR"
}

teardown() {
	# A container that is left over when a test broke off: its processes are gone with their namespace, its control group is not.
	[ ! -d state/page ] || runc --root "$PWD/state" delete --force page
}

same() { # OPTION... -- COMMAND...: bundle, config.json and record of both trees, with owners, modes and times
	"$OCITOOLS" build -q --root "$ONE" -o one "$@" >/dev/null
	"$OCITOOLS" build -q --root "$TWO" -o two "$@" >/dev/null
	diff <(describe one) <(describe two)
	[ "$(describe one | wc -l)" -gt 20 ]
	[ -s one/.ocitools/record.json ]
	[ -s two/config.json ]
}

fresh() {
	rm -rf one two
}

@test "the two trees differ in the ids that their system users got" {
	for user in redis memcache; do
		one=$(sed -n "s/^$user:[^:]*:\([0-9]*\):.*/\1/p" "$ONE/etc/passwd")
		two=$(sed -n "s/^$user:[^:]*:\([0-9]*\):.*/\1/p" "$TWO/etc/passwd")
		echo "$user: $one, $two"
		[ "$one" -ge 100 ]
		[ "$two" -ge 100 ]
		[ "$one" -ne "$two" ]
	done
	[ "$(stat -c %u "$ONE/etc/redis/redis.conf")" -ne "$(stat -c %u "$TWO/etc/redis/redis.conf")" ]
}

@test "programs without users of their own are the same bytes from both" {
	same -- git version
	fresh
	same -- bash -c 'date | sort'
}

@test "services are the same bytes from both, ids and owners included" {
	same --read-only --network host --cap-add default -- /usr/sbin/nginx -g 'daemon off;'
	grep -q '^www-data:' one/rootfs/etc/passwd
	fresh
	same --read-only --user memcache -- memcached -l 127.0.0.1
	grep -q '^memcache:\*:100:100:' one/rootfs/etc/passwd
	fresh
	same --user redis -- /usr/bin/redis-server /etc/redis/redis.conf
	[ "$(stat -c '%u %a' one/rootfs/etc/redis/redis.conf)" = '100 640' ]
	[ "$(jq '.process.user.uid' one/config.json)" -eq 100 ]
}

# Network and processes are namespaces of the test: "host" is a loopback device that nobody else has, and port 80 of this machine is not touched.
serve() { # BUNDLE: what it sends for /
	# shellcheck disable=SC2016 # for the shell inside
	unshare --mount --net --pid --fork --kill-child --mount-proc bash -euc '
		/bin/busybox ip link set lo up
		runc --root "$PWD/state" run -b "$1" page >served 2>&1 &
		curl -fsS --noproxy "*" --max-time 10 --retry 30 --retry-delay 1 --retry-connrefused http://127.0.0.1/
		runc --root "$PWD/state" kill page QUIT
		wait $!' bash "$1"
}

@test "nginx serves its content read-only over loopback, in at most 21 MB" {
	mkdir content
	echo '<p>content of the test</p>' >content/index.html
	"$OCITOOLS" build -q --root "$ONE" --read-only --network host --cap-add default -v "$PWD/content:/var/www/html" -o b -- /usr/sbin/nginx -g 'daemon off;' >/dev/null
	"$OCITOOLS" check -q b
	run --separate-stderr serve "$PWD/b"
	echo "$output, $stderr"
	cat served
	[ "$status" -eq 0 ]
	[ "$output" = '<p>content of the test</p>' ]
	size=$(find b/rootfs -type f -printf '%i %s\n' | sort -u | awk '{ s += $2 } END { print s }')
	echo "$size bytes"
	[ "$size" -gt 1000000 ]
	[ "$size" -le 21000000 ]
}

@test "git: explain says what perl adds, and without it the container is smaller by that" {
	"$OCITOOLS" explain --root "$ONE" --format json -- git version >all.json
	"$OCITOOLS" explain --root "$ONE" --format json --without perl -- git version >slim.json
	added=$(jq '.units[] | select(.name == "perl") | .added' all.json)
	all=$(jq '[.units[].size] | add' all.json) slim=$(jq '[.units[].size] | add' slim.json)
	echo "$all bytes, $added of perl, $slim without"
	[ "$added" -gt 20000000 ]
	[ "$((all - slim))" -ge "$added" ]
}
