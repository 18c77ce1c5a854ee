# SPDX-License-Identifier: Apache-2.0
# What options and outputs of build do, over a host command.

load common

config() { # FILTER: of ./x, and make room for the next
	jq -c "$1" x/config.json
	rm -rf x
}

@test "one line an output, with its digest" {
	try 0 "$OCITOOLS" build -o x -o rootfs:y -o tar:z.tar -- /bin/true
	[ "${#lines[@]}" -eq 3 ]
	[[ ${lines[0]} =~ ^bundle:x\ sha256:[0-9a-f]{64}$ ]]
	[[ ${lines[1]} =~ ^rootfs:y\ sha256:[0-9a-f]{64}$ ]]
	[[ ${lines[2]} =~ ^tar:z.tar\ sha256:[0-9a-f]{64}$ ]]
	[ "${lines[2]#* sha256:}" = "$(sha256sum z.tar | cut -d' ' -f1)" ]
	diff -r --no-dereference x/rootfs y
}

@test "without verification the digest of a tree is not known" {
	try 0 "$OCITOOLS" build --no-verify -o x -- /bin/true
	[ "${lines[0]}" = 'bundle:x -' ]
}

@test "results as JSON" {
	"$OCITOOLS" build -q --format json -o x -o tar:z.tar -- /bin/true >out
	jq -e '.schemaVersion == 1 and (.outputs | length) == 2 and .outputs[0].transport == "bundle" and .outputs[0].where == "x"
		and (.outputs[0].digest | startswith("sha256:")) and .outputs[1].bytes > 0 and .outputs[1].files > 0' out
}

@test "tar:- is the archive; its line goes to standard error" {
	"$OCITOOLS" build -o tar:- -o tar:z.tar -- /bin/true >out.tar 2>err
	cmp out.tar z.tar
	grep -q '^tar:- sha256:' err
	"$OCITOOLS" build -q -o tar:- -- /bin/true 2>err | cmp - z.tar
	[ ! -s err ]
}

@test "a tmpfs that hides the command is noted" {
	run -0 --separate-stderr "$OCITOOLS" build -n --tmpfs /usr -- /bin/true
	[[ $stderr == *"mount '/usr' hides '/"*"true', which args[0] names"* ]]
}

@test "a dry run needs no output" {
	run -0 "$OCITOOLS" build -n -- /bin/true
	[[ $output =~ ^[0-9]+' units, '[0-9]+' entries, '[0-9]+' bytes'$ ]]
}

@test "a dry run writes nothing and says what it would" {
	try 0 "$OCITOOLS" build -n -o x -o tar:z.tar -- /bin/true
	[[ ${lines[0]} =~ ^would\ write\ bundle:x:\ [0-9]+\ units,\ [0-9]+\ entries,\ [0-9]+\ bytes$ ]]
	[ -z "$(ls -A)" ]
	"$OCITOOLS" build -n --format json -o x -- /bin/true | jq -e '.dryRun and .units > 0 and .bytes > 0'
	refused 3 'no-such' "$OCITOOLS" build -n -o x -- /no-such
}

@test "a dry run fails where the outputs would" {
	mkdir x
	ln -s nowhere y
	for o in x x/ y tar:x rootfs:./x; do
		refused 6 'exists already' "$OCITOOLS" build -n -o "$o" -- /bin/true
		refused 6 'exists already' "$OCITOOLS" build -o "$o" -- /bin/true
	done
	refused 3 'no.*No such file' "$OCITOOLS" build -n -o z -o tar:no/x -- /bin/true
	try 0 "$OCITOOLS" build -n -o z -o z2/ -o "$PWD/z3" -o tar:- -- /bin/true
}

@test "strict refuses what would be a note, of the command line too" {
	refused 4 'strict: .*NOT_SET_HERE' "$OCITOOLS" build --strict -e NOT_SET_HERE -o x -- /bin/true
	refused 4 'strict: .*NOT_SET_HERE' "$OCITOOLS" build -e NOT_SET_HERE -q --strict=true -o x -- /bin/true
	[ ! -e x ]
	echo NOT_SET_HERE >file
	refused 4 'strict: .*NOT_SET_HERE' "$OCITOOLS" build --strict --env-file file -o x -- /bin/true
	try 0 "$OCITOOLS" build --strict=false -e NOT_SET_HERE -o x -- /bin/true
	try 0 "$OCITOOLS" build --strict --verbose -v /no/such:/m -o y -- /bin/true
}

@test "the number of jobs does not show" {
	"$OCITOOLS" build -q --jobs 1 -o x -- bash -c true
	"$OCITOOLS" build -q --jobs 8 -o y -- bash -c true
	diff -r --no-dereference x y
}

@test "environment: given, taken from the caller, missing, from a file" {
	HERE=there "$OCITOOLS" build -q -o x -e A=1 -e HERE -e 'B=a b=c' -- /bin/true
	[ "$(config '.process.env | map(select(test("^(A|HERE|B)=")))')" = '["A=1","HERE=there","B=a b=c"]' ]
	try 0 "$OCITOOLS" build -o x -e NOT_SET_HERE -- /bin/true
	[[ $stderr == *"note: "*NOT_SET_HERE* ]]
	[ "$(config '.process.env | map(select(test("NOT_SET")))')" = '[]' ]
	printf '# a comment\n\nA=1\nHERE\nB=# no comment' >file
	HERE=there "$OCITOOLS" build -q -o x --env-file file -- /bin/true
	[ "$(config '.process.env | map(select(test("^(A|HERE|B)=")))')" = '["A=1","HERE=there","B=# no comment"]' ]
	printf 'A\0B=1\n' >file
	refused 3 'line 1.*NUL' "$OCITOOLS" build -o x --env-file file -- /bin/true
	printf 'A=1\n\nB=2\r\n' >file
	refused 3 "'file': line 3: ends with a carriage return" "$OCITOOLS" build -o x --env-file file -- /bin/true
	printf '# comment\r\nB=2' >file
	refused 3 "line 1: ends with a carriage return" "$OCITOOLS" build -o x --env-file file -- /bin/true
	printf '\xef\xbb\xbfA=1\n' >file
	refused 3 'line 1: starts with a byte-order mark' "$OCITOOLS" build -o x --env-file file -- /bin/true
	printf 'A=b\rc\n' >file
	"$OCITOOLS" build -q -o x --env-file file -- /bin/true
	[ "$(config '.process.env | map(select(test("^A=")))')" = '["A=b\rc"]' ]
	refused 3 "'--env-file': 'missing'" "$OCITOOLS" build -o x --env-file missing -- /bin/true
	refused 2 'env' "$OCITOOLS" build -o x -e '' -- /bin/true
	refused 2 'env' "$OCITOOLS" build -o x -e =x -- /bin/true
}

@test "each option of the description reaches config.json" {
	b() { "$OCITOOLS" build -q -o x "$@" -- /bin/true; }
	b -w /some/dir
	[ "$(config .process.cwd)" = '"/some/dir"' ]
	b -u 7:8
	[ "$(config '.process.user | [.uid, .gid]')" = '[7,8]' ]
	b -t
	[ "$(config .process.terminal)" = true ]
	b --tty=false
	[ "$(config .process.terminal)" = false ]
	b --hostname box
	[ "$(config .hostname)" = '"box"' ]
	b --read-only
	[ "$(config .root.readonly)" = true ]
	b --cap-add CAP_KILL
	[ "$(config .process.capabilities.bounding)" = '["CAP_KILL"]' ]
	b --no-new-privileges=false
	[ "$(config .process.noNewPrivileges)" = false ]
	b --seccomp unconfined
	[ "$(config .linux.seccomp)" = null ]
	b --profile seed
	[ "$(config .ociVersion)" = '"1.0.0"' ]
	b --tmpfs /t:size=1m
	[ "$(config '.mounts[-1]')" = '{"destination":"/t","type":"tmpfs","source":"tmpfs","options":["size=1m"]}' ]
	b -v /usr:/u
	[ "$(config '.mounts[-1].options | index("ro") != null')" = true ]
	b -v /usr:/u:rw
	[ "$(config '.mounts[-1].options | index("ro")')" = null ]
	b --mount type=bind,src=/usr,dst=/u,ro
	[ "$(config '.mounts[-1].source')" = '"/usr"' ]
	b --ulimit nofile=7:9
	[ "$(config '.process.rlimits[] | select(.type == "RLIMIT_NOFILE") | [.soft, .hard]')" = '[7,9]' ]
	b --memory 1m
	[ "$(config .linux.resources.memory.limit)" = 1048576 ]
	b --pids-limit 5
	[ "$(config .linux.resources.pids.limit)" = 5 ]
	b --cpus 0.5
	[ "$(config '.linux.resources.cpu | .quota / .period')" = 0.5 ]
	b --sysctl net.ipv4.ip_forward=1
	[ "$(config .linux.sysctl)" = '{"net.ipv4.ip_forward":"1"}' ]
	b --network none
	[ "$(config '.linux.namespaces | map(.type) | index("network") != null')" = true ]
	echo data >data
	b --include data:/opt/data
	[ "$(cat x/rootfs/opt/data)" = data ]
}

@test "an include with a mode and an owner: on disk, in the record and in the archive" {
	[ "$(id -u)" -eq 0 ] || skip 'files are given to somebody else: needs root'
	mkdir -p site/sub
	echo page >site/index
	echo key >site/sub/key
	echo own >own
	chmod 644 own
	chmod 700 site/sub
	chmod 600 site/sub/key
	"$OCITOOLS" build -q -o x -o tar:x.tar --include site:/srv:mode=0640,owner=33:44 --include own::owner=nobody -- /bin/true
	[ "$(stat -c '%a %u:%g' x/rootfs/srv/index x/rootfs/srv/sub x/rootfs/srv/sub/key "x/rootfs$PWD/own" | tr '\n' ' ')" = '640 33:44 750 33:44 640 33:44 644 65534:65534 ' ]
	[ "$(jq -c '.files[] | select(.path == "/srv/sub") | [.mode, .uid, .gid]' x/.ocitools/record.json)" = '["0750",33,44]' ]
	tar --numeric-owner -tvf x.tar | grep -E '^-rw-r----- 33/44 .* (\./)?srv/sub/key$'
	"$OCITOOLS" check -q x
	echo '{"args": ["/bin/true"], "include": [{"path": "site", "destination": "/srv", "mode": "0640", "owner": "33:44"}, {"path": "own", "owner": "nobody"}]}' >spec.json
	"$OCITOOLS" build -q -o y --spec spec.json
	diff -r x y
	refused 2 "mode '4755' has bits beyond 0777" "$OCITOOLS" build -o z --include site::mode=4755 -- /bin/true
	refused 3 "user 'no-such' does not exist" "$OCITOOLS" build -o z --include site::owner=no-such -- /bin/true
	"$OCITOOLS" build -q -o z --include site:/srv:owner=www-data -- /bin/true
	[ "$(stat -c %u:%g z/rootfs/srv/index)" = 33:33 ]
	grep -q '^www-data:\*:33:33:' z/rootfs/etc/passwd
}

@test "messages about the user and the working directory name the option, or the field" {
	refused 3 "^ocitools: 'user' \(--user\): user 'bob' does not exist" "$OCITOOLS" build -o x -u bob -- /bin/true
	refused 3 "^ocitools: 'user' \(--user\): group '' is neither" "$OCITOOLS" build -o x -u 1: -- /bin/true
	refused 3 "^ocitools: 'cwd' \(--workdir\): '/bin/true': " "$OCITOOLS" build -o x -w /bin/true -- /bin/true
	echo '{"args": ["/bin/true"], "user": "bob"}' >user.json
	echo '{"args": ["/bin/true"], "cwd": "/bin/true"}' >cwd.json
	refused 3 "^ocitools: 'user': user 'bob' does not exist" "$OCITOOLS" build -o x --spec user.json
	refused 3 "^ocitools: 'cwd': '/bin/true': " "$OCITOOLS" build -o x --spec cwd.json
}

@test "many private files of one directory are one note; reports and the record have each" {
	mkdir -p inc/sub
	for i in 1 2 3 4 5; do
		echo x >"inc/sub/$i"
		chmod 600 "inc/sub/$i"
	done
	try 0 "$OCITOOLS" build -o x --include inc -- /bin/true
	[ "${stderr_lines[0]}" = "note: 5 files of '$PWD/inc' are not readable by everybody here, and go in: 'sub/1', 'sub/2', 'sub/3' and 2 more" ]
	[ "$(jq '.notes | length' x/.ocitools/record.json)" -eq 5 ]
	[ "$("$OCITOOLS" explain --include inc -- /bin/true | grep -c 'is not readable by everybody')" -eq 5 ]
	[ "$("$OCITOOLS" explain --format json --include inc -- /bin/true | jq '.notes | length')" -eq 5 ]
	refused 4 'strict: 5 files of' "$OCITOOLS" build --strict -o y --include inc -- /bin/true
}

@test "case 185: set-id bits are cleared with a note; --keep-setuid keeps them in every output, and check sees them go" {
	mkdir inc
	cp /bin/true inc/up
	touch inc/plain
	chmod 6755 inc/up
	chmod 3775 inc
	try 0 "$OCITOOLS" build -o x --include inc -- /bin/true
	[ "${stderr%%$'\n'*}" = "note: set-id bits of '$PWD/inc/up' are cleared: mode 6755" ]
	[ "$(stat -c %a "x/rootfs$PWD/inc/up")" = 755 ]
	[ "$(stat -c %a "x/rootfs$PWD/inc")" = 1775 ]
	try 0 "$OCITOOLS" build -o y -o tar:y.tar --keep-setuid --include inc -- /bin/true
	[ "${stderr%%$'\n'*}" = "note: set-id bits of '$PWD/inc/up' are kept: mode 6755, and do nothing without --no-new-privileges=false" ]
	[ "$(stat -c %a "y/rootfs$PWD/inc/up")" = 6755 ]
	[ "$(stat -c %a "y/rootfs$PWD/inc")" = 3775 ]
	[ "$(stat -c %a "y/rootfs$PWD/inc/plain")" = "$(stat -c %a inc/plain)" ]
	tar tvf y.tar "${PWD#/}/inc/up" | grep -q '^-rwsr-sr-x'
	try 0 "$OCITOOLS" check -q y
	try 1 "$OCITOOLS" diff x y
	[[ $output == *"mode 0755 and 6755"* ]]
	chmod 755 "y/rootfs$PWD/inc/up"
	try 1 "$OCITOOLS" check -q y
	[[ $output == *'has mode 0755, recorded is 6755'* ]]
	try 0 "$OCITOOLS" build --strict -o z --keep-setuid --include inc -- /bin/true
	echo '{"args": ["/bin/true"], "keepSetuid": true}' >spec.json
	try 0 "$OCITOOLS" build -o tar:z.tar --spec spec.json --include inc
	cmp y.tar z.tar
}

@test "capabilities of another user, and mounts that give the host away, are noted" {
	try 0 "$OCITOOLS" build -n -u 1000 --cap-add default -- /bin/true
	[[ $stderr == "note: capabilities have no effect for user 1000: the kernel drops them when a program starts" ]]
	refused 4 'strict: capabilities have no effect' "$OCITOOLS" build --strict -o x -u 1000 --cap-add default -- /bin/true
	try 0 "$OCITOOLS" build -n -v /run/docker.sock:/d -- /bin/true
	[[ $stderr == "note: mount '/d' of source '/run/docker.sock': the container can control the docker daemon of the host" ]]
	refused 4 "strict: mount '/d' of type 'proc'" "$OCITOOLS" build --strict -o x --mount type=proc,src=proc,dst=/d -- /bin/true
}

@test "an option of the store is refused where no store is asked" {
	for o in --store=/ --store-dir=/nix/store --db=/none; do
		refused 2 "'${o%%=*}': has no effect with '--source files'" "$OCITOOLS" build -o x --source files "$o" -- /bin/true
		refused 2 "'${o%%=*}': has no effect" "$OCITOOLS" explain "$o" --source files -- /bin/true
	done
}

@test "the document comes first, options after it" {
	printf '{"hostname": "doc", "env": {"A": "1"}, "args": ["/bin/true"]}' >spec.json
	"$OCITOOLS" build -q --read-only --spec spec.json -e B=2 -o x
	[ "$(jq -c '[.hostname, .root.readonly]' x/config.json)" = '["doc",true]' ]
	"$OCITOOLS" build -q --spec - -e B=2 -o y --read-only <spec.json
	diff -r --no-dereference x y
	refused 2 "args\[0\]: the document has 'args' already" "$OCITOOLS" build --spec spec.json -o z -- /bin/true
	[[ $stderr != *--arg* ]]
}

@test "a document without args takes the command line's" {
	printf '{"hostname": "doc"}' >spec.json
	"$OCITOOLS" build -q --spec spec.json -o x -- /bin/true
	[ "$(jq -c '[.hostname, .process.args]' x/config.json)" = '["doc",["/bin/true"]]' ]
}

@test "a mount point is a file when its source is one, also behind links" {
	echo one >file
	mkdir dir
	ln -s file link
	ln -s "$PWD/link" link2
	ln -s dir dirlink
	ln -s loop loop
	"$OCITOOLS" build -q -o x -v "$PWD/file:/m/file" -v "$PWD/dir:/m/dir" -v "$PWD/link2:/m/link" -v "$PWD/dirlink:/m/dirlink" \
		-v "$PWD/missing:/m/missing" -v "$PWD/loop:/m/loop" -- /bin/true
	for f in file link; do
		[ -f "x/rootfs/m/$f" ]
		[ ! -s "x/rootfs/m/$f" ]
	done
	for d in dir dirlink missing loop; do
		[ -d "x/rootfs/m/$d" ]
	done
}

@test "a missing mount source is no note of build, but told with --verbose" {
	try 0 "$OCITOOLS" build -o x -v /no/such:/m -- /bin/true
	[[ $stderr != */no/such* ]]
	try 0 "$OCITOOLS" build --verbose -o y -v /no/such:/m -- /bin/true
	[[ $stderr == *"note: mount source '/no/such' does not exist"* ]]
	diff -r --no-dereference x y
}

@test "exit statuses: 3 for input, 4 for verification and strict, 6 for conflicts" {
	refused 3 'no-such' "$OCITOOLS" build -o x -- /no-such
	mkdir x
	refused 6 'exists' "$OCITOOLS" build -o x -- /bin/true
	refused 6 'exists' "$OCITOOLS" build -o y -o tar:x -- /bin/true
	[ ! -e y ]
	refused 3 'parent|no/dir|No such' "$OCITOOLS" build -o no/dir/x -- /bin/true
}

@test "an ordinary user is told that only root can start a bundle without a user namespace" {
	[ "$(id -u)" -eq 0 ] || skip 'needs root, to be somebody else'
	command -v setpriv >/dev/null || skip 'setpriv is not installed'
	chmod 777 .
	chmod 755 "$BATS_TEST_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_RUN_TMPDIR"
	other=(setpriv --reuid 65534 --regid 65534 --clear-groups "$OCITOOLS")
	"${other[@]}" version >/dev/null 2>&1 || skip 'the program cannot be reached by another user'
	try 0 "${other[@]}" build -o one -- /bin/true
	[[ $stderr == *'hint: only root can start this bundle'* ]]
	try 0 "${other[@]}" build --rootless -o two -o tar:t -- /bin/true
	[ -z "$stderr" ]
	try 0 "${other[@]}" build -q -o three -- /bin/true
	[ -z "$stderr" ]
	try 0 "$OCITOOLS" build --rootless=65534 -o four -- /bin/true
	cmp two/config.json four/config.json
}

@test "the network of the host brings its files, and no namespace" {
	try 0 "$OCITOOLS" build --network host -o b -- /bin/true
	[ "$(jq -c '[.linux.namespaces[].type] | index("network")' b/config.json)" = null ]
	[ "$(jq -c '[.mounts[] | select(.destination | startswith("/etc/")) | .destination]' b/config.json)" = '["/etc/hosts","/etc/resolv.conf"]' ]
	[ -f b/rootfs/etc/hosts ]
	[ -f b/rootfs/etc/resolv.conf ]
}

@test "a seccomp profile from a file, or in a description" {
	echo '{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38,"syscalls":[{"names":["read","exit"],"action":"SCMP_ACT_ALLOW"}]}' >profile
	try 0 "$OCITOOLS" build -q --seccomp profile -o a -- /bin/true
	[ "$(jq -cS .linux.seccomp a/config.json)" = "$(jq -cS . profile)" ]
	echo "{\"args\":[\"/bin/true\"],\"seccomp\":$(cat profile)}" >spec.json
	try 0 "$OCITOOLS" build -q --spec spec.json -o b
	cmp a/config.json b/config.json
	refused 3 "'none'" "$OCITOOLS" build --seccomp none -o x -- /bin/true
	echo '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":[],"action":"SCMP_ACT_ALLOW","args":[{"index":"0"}]}]}' >bad
	refused 3 "'seccomp' \(--seccomp\): 'linux.seccomp.syscalls\[0\]" "$OCITOOLS" build --seccomp bad -o x -- /bin/true
	printf '{}\0' >bad
	refused 3 "'--seccomp': 'bad': NUL not allowed" "$OCITOOLS" build --seccomp bad -o x -- /bin/true
	refused 2 "'seccomp' \(--seccomp\): is not written with 'profile' seed" "$OCITOOLS" build --profile seed --seccomp profile -o x -- /bin/true
}

@test "a file of several names is one file of several names in every output" {
	mkdir inc other
	echo one >inc/a
	ln inc/a inc/b
	ln inc/a other/c
	echo one >inc/d
	try 0 "$OCITOOLS" build -q -o x -o tar:x.tar --include inc --include other -- /bin/true
	[ "$(stat -c %h "x/rootfs$PWD/inc/a" "x/rootfs$PWD/inc/d" | tr '\n' ' ')" = '3 1 ' ]
	[ "x/rootfs$PWD/inc/a" -ef "x/rootfs$PWD/inc/b" ]
	[ "x/rootfs$PWD/inc/a" -ef "x/rootfs$PWD/other/c" ]
	[ "$(tar tvf x.tar | grep -c '^h.* link to ')" -eq 2 ]
	mkdir y
	tar -xf x.tar -C y
	[ "y$PWD/inc/a" -ef "y$PWD/inc/b" ]
	[ "$(jq -r '.files[] | select(.path | endswith("/inc/b")) | .digest' x/.ocitools/record.json)" = "sha256:$(sha256sum <inc/a | cut -c1-64)" ]
	"$OCITOOLS" check -q x
	# One lane gives the same as several.
	try 0 "$OCITOOLS" build -q --jobs 1 -o z --include inc --include other -- /bin/true
	diff -r x z
	[ "z/rootfs$PWD/inc/a" -ef "z/rootfs$PWD/other/c" ]
	# What was asked to be two is two.
	try 0 "$OCITOOLS" build -q -o w --include inc/a::mode=0600 --include inc -- /bin/true
	[ "$(stat -c %a:%h "w/rootfs$PWD/inc/a" "w/rootfs$PWD/inc/b" | tr '\n' ' ')" = '600:1 644:1 ' ]
}

@test "additional groups" {
	try 0 "$OCITOOLS" build -q -u 1000:5 --group-add 44 --group-add nogroup -o a -- /bin/true
	[ "$(jq -c .process.user a/config.json)" = '{"uid":1000,"gid":5,"additionalGids":[44,65534]}' ]
	grep -qx 'group44:\*:44:user' a/rootfs/etc/group
	echo '{"args":["/bin/true"],"user":"1000:5","groups":["65534","44"]}' >spec.json
	try 0 "$OCITOOLS" build -q --spec spec.json -o b
	cmp a/config.json b/config.json
	refused 3 "'groups' \(--group-add\): group 'no-such' does not exist" "$OCITOOLS" build --group-add no-such -o x -- /bin/true
	try 0 "$OCITOOLS" build -q -u www-data --group-add audio -o c -- /bin/true
	[ "$(jq -c .process.user c/config.json)" = '{"uid":33,"gid":33,"additionalGids":[29]}' ]
	grep -qx 'audio:\*:29:www-data' c/rootfs/etc/group
}

@test "devices of the host: a node, a rule, and a note where they give it away" {
	try 0 "$OCITOOLS" build --device /dev/zero:/dev/mine:r -o a -- /bin/true
	[[ $stderr != *note:* ]]
	jq -e '.linux.devices == [{"type":"c","path":"/dev/mine","major":1,"minor":5,"fileMode":438,"uid":0,"gid":0}]' a/config.json
	jq -e '.linux.resources.devices[1] == {"allow":true,"type":"c","major":1,"minor":5,"access":"r"}' a/config.json
	echo '{"args":["/bin/true"],"devices":["/dev/zero:/dev/mine:r"]}' >spec.json
	try 0 "$OCITOOLS" build -q --spec spec.json -o b
	cmp a/config.json b/config.json
	echo '{"args":["/bin/true"],"devices":[{"path":"/dev/x","type":"b","major":8,"minor":0},{"path":"/dev/m","type":"c","major":1,"minor":1}]}' >spec.json
	try 0 "$OCITOOLS" build --spec spec.json -o c
	[[ $stderr == *"note: device '/dev/x': the container can read and write a disk of the host"* ]]
	[[ $stderr == *"note: device '/dev/m': the container can read and write the memory of the host"* ]]
	refused 3 "'devices' \(--device\): '/no/such' does not exist here" "$OCITOOLS" build --device /no/such:/dev/x -o x -- /bin/true
	refused 3 "'/etc/passwd' is no device" "$OCITOOLS" build --device /etc/passwd:/dev/x -o x -- /bin/true
	refused 2 "'/dev/null' is the runtime's" "$OCITOOLS" build --device /dev/null -o x -- /bin/true
}

@test "--replace: a new output takes the place of an old one in one step" {
	try 0 "$OCITOOLS" build -q -o b -o tar:t -o rootfs:r -- /bin/true
	refused 6 "'b' exists already" "$OCITOOLS" build -o b -- bash
	try 0 "$OCITOOLS" build -q --replace -o tar:t -- bash
	need_exchange
	"$OCITOOLS" build -q --replace -o b -o tar:t -o rootfs:r -- bash
	[ "$(jq -c .process.args b/config.json)" = '["bash"]' ]
	[ -e r/bin/bash ] || [ -e r/usr/bin/bash ]
	[ "$(ls -A)" = $'b\nr\nt' ]
	try 0 "$OCITOOLS" build -q --replace -o new -- bash
	[ -e new/config.json ]
}

@test "--replace: what is not ours stays" {
	mkdir home
	: >home/file
	ln -s home link
	: >file
	refused 6 "'home' is neither a bundle nor a root file system" "$OCITOOLS" build --replace -o home -- bash
	refused 6 "'link' is a symlink" "$OCITOOLS" build --replace -o link -- bash
	refused 6 "'file' is a file, and a directory" "$OCITOOLS" build --replace -o file -- bash
	refused 6 "'home' is a directory, and a file" "$OCITOOLS" build --replace -o tar:home -- bash
	refused 2 "'--replace': standard output has no name" "$OCITOOLS" build --replace -o tar:- -- bash
	[ -e home/file ]
	if [ "$(id -u)" -eq 0 ]; then
		"$OCITOOLS" build -q -o b -- bash >/dev/null
		unshare -m sh -c 'mount -t tmpfs tmpfs b && mkdir b/rootfs && : >b/config.json && "$@"' sh "$OCITOOLS" build --replace -o b -- bash 2>err || status=$?
		[ "$status" -eq 6 ]
		grep -q "'b' is a mount point" err
		"$OCITOOLS" check -q b
	fi
}

@test "--replace: no output inside a directory that another one replaces" {
	"$OCITOOLS" build -q -o x -- /bin/true >/dev/null
	cp -a x before
	ln -s x/rootfs link
	for two in 'x x/y' 'x tar:x/t.tar' 'tar:x/t.tar x' 'x rootfs:link/y' "x $PWD/x/rootfs/y" 'rootfs:./x/. x'; do
		read -r first second <<<"$two"
		[ "$first" != rootfs:./x/. ] || first=rootfs:x/rootfs/y
		refused 2 "lies in '.*', which is to be replaced" "$OCITOOLS" build --replace -o "$first" -o "$second" -- bash
		refused 2 "lies in '.*', which is to be replaced" "$OCITOOLS" build -n --replace -o "$first" -o "$second" -- bash
	done
	diff -r --no-dereference before x
	need_exchange
	"$OCITOOLS" build -q --replace -o x -o x2 -o tar:x.tar -- /bin/true
}

@test "-n refuses what the build would refuse, and makes nothing" {
	mkdir c ro
	: >file
	ln -s nowhere dangling
	for out in c dangling tar:c rootfs:file nowhere/x file/x .ocitools-0123456789abcdef.partial; do
		run --separate-stderr "$OCITOOLS" build --replace -o "$out" -- /bin/true
		want=$status why=$stderr
		[ "$want" -gt 0 ]
		run --separate-stderr "$OCITOOLS" build -n --replace -o "$out" -- /bin/true
		echo "$out: $status $stderr"
		[ "$status" -eq "$want" ]
		[ "$stderr" = "$why" ]
	done
	[ "$(ls -A | tr '\n' ' ')" = 'c dangling file ro ' ]
}

@test "--replace: a bind mount of the same file system, what may not be moved" {
	[ "$(id -u)" -eq 0 ] || skip 'needs root'
	"$OCITOOLS" build -q -o b -o tar:t -- /bin/true >/dev/null
	unshare -m sh -c 'mount --bind b b && mount --bind t t && for o in b tar:t; do "$@" -o "$o" -- bash; echo "$?"; done' sh "$OCITOOLS" build --replace >out 2>err
	[ "$(tr '\n' ' ' <out)" = '6 6 ' ]
	grep -q "bundle 'b': 'b' is a mount point" err
	grep -q "tar 't': 't' is a mount point" err
	need_exchange
	chattr +i b 2>/dev/null || skip 'this file system knows no immutable files'
	run --separate-stderr "$OCITOOLS" build --replace -o b -- bash
	chattr -i b
	[ "$status" -eq 5 ]
	[[ $stderr == *"replace 'b': Operation not permitted"* ]]
	"$OCITOOLS" check -q b
}

@test "--sync --replace: what was there comes back when the disk does not take the new name" {
	export ASAN_OPTIONS=detect_leaks=0
	strace -o /dev/null true 2>/dev/null || skip 'strace cannot trace here'
	need_exchange
	"$OCITOOLS" build -q -o b -- /bin/true >/dev/null
	cp -a b before
	refused 5 "bundle 'b': write to disk the directory of 'b'" strace -f -o calls -e trace=fsync -e inject=fsync:error=EIO "$OCITOOLS" build -q --sync --replace -o b -- bash
	grep -q INJECTED calls
	diff -r --no-dereference before b
	[ -z "$(ls -A | grep partial)" ]
	refused 5 "bundle 'c': write to disk the directory of 'c'" strace -f -o calls -e trace=fsync -e inject=fsync:error=EIO "$OCITOOLS" build -q --sync -o c -- bash
	[ ! -e c ]
	[ -z "$(ls -A | grep partial)" ]
}

@test "case 225: --sync: on disk before it has its name, and the name after" {
	export ASAN_OPTIONS=detect_leaks=0
	strace -o /dev/null true 2>/dev/null || skip 'strace cannot trace here'
	need_exchange
	# Whatever a disk may reorder, it does so between two syncs. All that makes an output is before its syncfs, and nothing but its name is
	# between that and the fsync of the parent: after a power cut it is there as a whole, or not at all.
	strace -f -e trace=syncfs,fsync,renameat2,renameat,rename,write,pwrite64,copy_file_range,sendfile,fchmod,fchmodat,fchown,fchownat,utimensat,mkdirat,symlinkat,linkat,unlinkat,ftruncate,fallocate,openat \
		-o calls "$OCITOOLS" build -q --sync -o b -o tar:t -- /bin/true
	[ "$(grep -vE 'openat\(.*(O_RDONLY|O_PATH)' calls | sed -n '/syncfs/,$p' | grep -oE '^[0-9]+ +[a-z0-9]+\(' | tr -d '0-9 (' | tr '\n' ' ')" = \
		'syncfs renameat fsync unlinkat syncfs renameat fsync unlinkat unlinkat write ' ]
	grep -A1 'syncfs' calls | grep -c 'renameat2(.*RENAME_NOREPLACE' | grep -qx 2
	strace -f -e trace=syncfs,fsync,fdatasync -o calls "$OCITOOLS" build -q -o c -o tar:u -- /bin/true
	if grep -E 'syncfs|fsync|fdatasync' calls; then false; fi
	refused 2 "'--sync': standard output has no name" "$OCITOOLS" build --sync -o tar:- -- bash
}
