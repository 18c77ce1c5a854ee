# SPDX-License-Identifier: Apache-2.0
# Hostile and broken input through the program, by case number: a clear error, the right exit status, no output, nothing left behind.

load common

setup_file() {
	make_lab
}

setup() {
	mkdir "$BATS_TEST_TMPDIR/w"
	cd "$BATS_TEST_TMPDIR/w"
}

refused() { # STATUS REGEX COMMAND...: the baseline of every case
	local want=$1 regex=$2
	shift 2
	run timeout 20 "$@"
	echo "$output"
	[ "$status" -eq "$want" ]
	[[ ${lines[0]} == 'ocitools: '* ]]
	[[ $output =~ $regex ]]
	[ "$(grep -c '^ocitools: ' <<<"$output")" -eq 1 ]
	no_staging .
}

spec() { # TEXT STATUS REGEX
	printf '%s' "$1" >../spec.json
	refused "$2" "$3" "$OCITOOLS" build --store "$LAB" --spec ../spec.json -o out
	[ ! -e out ]
}

@test "case 1: empty document, spaces, byte-order mark" {
	spec '' 3 'empty document'
	spec '  
 ' 3 'empty document'
	spec $'\xef\xbb\xbf{}' 3 'byte-order mark'
}

@test "case 2: a million levels" {
	head -c 1000000 /dev/zero | tr '\0' '[' >../spec.json
	refused 3 'depth|nested|level' "$OCITOOLS" build --spec ../spec.json -o out
	yes '{"a":' | head -n 200000 | tr -d '\n' >../spec.json
	refused 3 'depth|nested|level' "$OCITOOLS" build --spec ../spec.json -o out
}

@test "case 3: cut at every byte, never accepted" {
	good='{"args": ["/nix/store/x"], "env": {"A": "\u00e4"}, "readonly": true}'
	for ((n = 1; n < ${#good}; n++)); do
		printf '%s' "${good:0:n}" >../spec.json
		run "$OCITOOLS" build --spec ../spec.json -o out
		[ "$status" -eq 3 ]
		[[ $output =~ line\ [0-9]+ ]] || [[ $output =~ :[0-9]+:[0-9]+: ]]
	done
	[ ! -e out ]
}

@test "case 4: duplicate key, also spelled with an escape" {
	spec '{"args": ["x"], "args": ["y"]}' 3 args
	spec '{"args": ["x"], "\u0061rgs": ["y"]}' 3 args
}

@test "case 5: unknown key, with the nearest known one" {
	spec '{"args": ["x"], "mount": {}}' 3 "mount.*mounts|mounts.*mount"
}

@test "case 6: every wrong form of args" {
	spec '{}' 3 args
	spec '{"args": null}' 3 args
	spec '{"args": []}' 3 args
	spec '{"args": [""]}' 3 args
	spec '{"args": "x"}' 3 args
	spec '{"args": ["x", 7]}' 3 'args\[1\]|args.*1'
}

@test "case 7: numbers that are no integers in range" {
	for n in 1e400 01 +1 0x10 1.0 99999999999999999999; do
		spec "{\"args\": [\"x\"], \"rlimits\": {\"NOFILE\": {\"soft\": $n, \"hard\": $n}}}" 3 .
	done
}

@test "case 8: text that is not UTF-8" {
	spec $'{"args": ["\xff"]}' 3 .
	spec '{"args": ["\ud800"]}' 3 .
	spec $'{"args": ["\xc0\x80"]}' 3 .
}

@test "case 9: NUL" {
	spec '{"args": ["a\u0000b"]}' 3 NUL
	spec '{"args": ["x"], "env": {"A": "\u0000"}}' 3 NUL
}

@test "case 10: 17 MiB, and too many members" {
	{
		printf '{"args": ["'
		head -c 17825792 /dev/zero | tr '\0' a
		printf '"]}'
	} >../spec.json
	refused 3 '16 MiB|16777216' "$OCITOOLS" build --spec ../spec.json -o out
	{
		printf '{'
		seq 1 200000 | sed 's/.*/"k&":1,/' | tr -d '\n'
		printf '"z":1}'
	} >../spec.json
	refused 3 '65,?536' "$OCITOOLS" build --spec ../spec.json -o out
}

@test "case 11: text after the document" {
	spec '{"args": ["x"]} x' 3 .
	spec '{"args": ["x"]}{"args": ["y"]}' 3 .
}

@test "case 12: comments, trailing commas, single quotes, NaN" {
	spec '{"args": ["x"]} // c' 3 .
	spec '{"args": ["x"],}' 3 .
	spec "{'args': ['x']}" 3 .
	spec '{"args": ["x"], "readonly": NaN}' 3 .
}

@test "case 16: names that cannot be an output" {
	for name in '' . .. / a/. a/..; do
		refused 2 . "$OCITOOLS" build --store "$LAB" -o "bundle:$name" -- "$(lab run.sh)"
	done
	"$OCITOOLS" build --store "$LAB" -o fine/// -- "$(lab run.sh)"
	[ -e fine/config.json ]
}

@test "case 17: the output exists, whatever it is" {
	echo keep >file
	mkdir empty full
	touch full/x
	ln -s full link
	ln -s nowhere dangling
	mkfifo fifo
	before=$(ls -lR --time-style=full-iso)
	for name in file empty full link dangling fifo; do
		for kind in bundle rootfs tar; do
			refused 6 "$name.*exists|exists.*$name" "$OCITOOLS" build --store "$LAB" -o "$kind:$name" -- "$(lab run.sh)"
		done
	done
	[ "$before" = "$(ls -lR --time-style=full-iso)" ]
}

@test "case 17: one of two outputs exists: neither appears" {
	touch there.tar
	refused 6 there.tar "$OCITOOLS" build --store "$LAB" -o one -o tar:there.tar -- "$(lab run.sh)"
	[ ! -e one ]
}

mount_at() { # DESTINATION STATUS REGEX
	jq -n --arg d "$1" --arg c "$(lab run.sh)" '{args: [$c], mounts: {($d): {type: "none", source: "/var", options: ["bind"]}}}' >../spec.json
	refused "$2" "$3" "$OCITOOLS" build --store "$LAB" --spec ../spec.json -o out
	[ ! -e out ]
}

@test "case 28: mount destinations" {
	for d in relative '' / /proc /proc/self/x /sys/.. /a/../b '/a//b' $'/a\nb'; do
		mount_at "$d" 3 mount
	done
	jq -n --arg c "$(lab run.sh)" '{args: [$c], mounts: {"/data/": {type: "none", source: "/var", options: ["bind"]}}}' >../spec.json
	"$OCITOOLS" build --store "$LAB" --spec ../spec.json -o out
	[ "$(jq -r '.mounts[-1].destination' out/config.json)" = /data ]
}

@test "case 29: two mounts on one destination; one above another has a stable order" {
	refused 3 '/data' "$OCITOOLS" build --store "$LAB" -o out -v /var:/data -v /usr:/data -- "$(lab run.sh)"
	refused 3 '/data' "$OCITOOLS" build --store "$LAB" -o out -v /var:/data -v /usr:/data/ -- "$(lab run.sh)"
	"$OCITOOLS" build --store "$LAB" -o a -v /var:/data/sub -v /usr:/data -- "$(lab run.sh)"
	"$OCITOOLS" build --store "$LAB" -o b -v /usr:/data -v /var:/data/sub -- "$(lab run.sh)"
	cmp a/config.json b/config.json
	[ "$(jq -r '.mounts[-1].destination' a/config.json)" = /data/sub ]
}

@test "case 30: a missing source is legal when building, a relative one is not" {
	"$OCITOOLS" build --store "$LAB" -o out -v /no/such/source:/data -- "$(lab run.sh)"
	[ -d out/rootfs/data ]
	discard out
	refused 3 'relative|absolute' "$OCITOOLS" build --store "$LAB" -o out --mount type=bind,src=here,dst=/data -- "$(lab run.sh)"
	refused 3 "'./here'" "$OCITOOLS" build --store "$LAB" -o out -v here:/data -- "$(lab run.sh)"
	refused 3 'absolute' "$OCITOOLS" build --store "$LAB" --root "$PWD" -o out -v ./here:/data -- "$(lab run.sh)"
	mkdir here
	"$OCITOOLS" build --store "$LAB" -o out -v ./here:/data -- "$(lab run.sh)"
	[ "$(jq -r '.mounts[-1].source' out/config.json)" = "$PWD/here" ]
}

@test "case 31: the parent of a mount point is a symlink in the rootfs" {
	refused 3 '/bin|/var/run' "$OCITOOLS" build -o out -v /var:/var/run/x/y -- bash -c true
	refused 3 'store' "$OCITOOLS" build --store "$LAB" -o out -v "/var:$(lab bash-5.2)/bin/sh/x" -- "$(lab run.sh)"
}

@test "case 32: a file where the mount needs a directory, and the reverse" {
	refused 3 '/etc/passwd' "$OCITOOLS" build -o out -v /var:/etc/passwd -- bash -c true
	refused 3 '/usr/bin|/usr' "$OCITOOLS" build -o out -v /etc/passwd:/usr/bin -- bash -c true
}

@test "case 36: args[0] missing, a directory, not executable, a loop" {
	printf '#!/bin/bash\n' >plain
	ln -s loop loop
	refused 3 'args\[0\]|/no/such' "$OCITOOLS" build -o out -- /no/such/program
	refused 3 'no-such-program.*PATH|PATH.*no-such-program|no-such-program' "$OCITOOLS" build -o out -- no-such-program
	refused 3 'directory' "$OCITOOLS" build -o out -- /usr
	refused 3 'executable' "$OCITOOLS" build -o out -- ./plain
	refused 3 'loop|symlink' "$OCITOOLS" build -o out -- ./loop
	refused 3 . "$OCITOOLS" build --store "$LAB" -o out -- "$(lab bash-5.2)/bin/none"
	refused 3 . "$OCITOOLS" build --store "$LAB" -o out -- "$(lab top-file)"
	[ ! -e out ]
}

with_db() { # FILE STATUS REGEX
	refused "$2" "$3" "$OCITOOLS" build --store "$LAB" --db "$1" -o out -- "$(lab run.sh)"
	[ ! -e out ]
}

@test "case 41: database missing, empty, not SQLite, without the columns" {
	: >empty.sqlite
	head -c 8192 /dev/urandom >random.sqlite
	sqlite3 other.sqlite 'create table ValidPaths (id integer, path text)'
	with_db missing.sqlite 3 missing.sqlite
	with_db empty.sqlite 3 empty.sqlite
	with_db random.sqlite 3 random.sqlite
	with_db other.sqlite 3 other.sqlite
}

change_db() { # SQL: a copy of the lab's database in ./db.sqlite, changed
	cp "$LAB/nix/var/nix/db/db.sqlite" db.sqlite
	sqlite3 db.sqlite "pragma foreign_keys = off; $1"
}

@test "case 43 and 44: a write-ahead log is seen; nothing is left beside the database" {
	mkdir db
	cp "$LAB/nix/var/nix/db/db.sqlite" db/db.sqlite
	python3 - <<-P
		import sqlite3, os, shutil
		c = sqlite3.connect("db/db.sqlite"); c.execute("pragma journal_mode = wal"); c.execute("pragma wal_autocheckpoint = 0")
		c.execute("insert into Refs select (select id from ValidPaths where path like '%-run.sh'), id from ValidPaths where path like '%-top-file'"); c.commit()
		os.mkdir("live")
		for f in ("db.sqlite", "db.sqlite-wal"): shutil.copy("db/" + f, "live/" + f)
	P
	before=$(ls -lA --time-style=full-iso live)
	"$OCITOOLS" build --store "$LAB" --db live/db.sqlite -o out -- "$(lab run.sh)"
	[ -e "out/rootfs$(lab top-file)" ]
	[ "$before" = "$(ls -lA --time-style=full-iso live)" ]
	rm live/db.sqlite-wal
	before=$(ls -lA --time-style=full-iso live)
	"$OCITOOLS" build --store "$LAB" --db live/db.sqlite -o out2 -- "$(lab run.sh)"
	[ ! -e "out2/rootfs$(lab top-file)" ]
	[ "$before" = "$(ls -lA --time-style=full-iso live)" ]
}

@test "case 48: rows whose path is no store path" {
	for path in /nix/store/../etc /etc relative ''; do
		change_db "insert into ValidPaths (id, path, hash, registrationTime, narSize) values (99, '$path', 'sha256:' || hex(zeroblob(32)), 1, 100); insert into Refs select id, 99 from ValidPaths where path like '%-run.sh'"
		with_db db.sqlite 3 '99|row'
	done
}

@test "case 49: a reference to nothing is an error; self, cycle of three and chain are not" {
	change_db "insert into Refs select id, 77 from ValidPaths where path like '%-run.sh'"
	with_db db.sqlite 3 77
	change_db "insert or ignore into Refs select a.id, b.id from ValidPaths a, ValidPaths b where (a.path like '%-hello-1.0' and b.path like '%-greet-2.0') or (a.path like '%-greet-2.0' and b.path like '%-run.sh') or (a.path like '%-run.sh' and b.path like '%-hello-1.0') or (a.path like '%-run.sh' and b.id = a.id)"
	"$OCITOOLS" build --store "$LAB" --db db.sqlite -o out -- "$(lab run.sh)"
	[ "$(ls out/rootfs/nix/store | wc -l)" -eq 6 ]
}

@test "case 52: valid in the database, missing on disk: all are listed" {
	cp -a "$LAB" broken
	chmod -R u+w broken/nix/store
	rm -rf "broken$(lab bash-5.2)" "broken$(lab glibc-2.36)"
	refused 4 . "$OCITOOLS" build --store "$PWD/broken" -o out -- "$(lab run.sh)"
	[[ $output == *"$(lab bash-5.2)"* ]]
	[[ $output == *"$(lab glibc-2.36)"* ]]
	[ ! -e out ]
}

@test "case 53: one byte, one mode, one file more, one name: verification fails" {
	change() {
		discard broken
		cp -a "$LAB" broken
		chmod -R u+w broken/nix/store
		(cd "broken$(lab bash-5.2)" && eval "$1")
		chmod -R u-w broken/nix/store
		refused 4 "$(lab bash-5.2).*hash|hash.*$(lab bash-5.2)" "$OCITOOLS" build --store "$PWD/broken" -o out -- "$(lab run.sh)"
		[ ! -e out ]
	}
	change 'printf "\\377\\377" | dd of=bin/bash bs=1 seek=1000 conv=notrunc status=none'
	change 'chmod a-x bin/bash'
	change 'touch bin/more'
	change 'mv bin/sh bin/sx'
	change 'rm bin/sh && ln -s bashx bin/sh'
	change 'rm bin/sh'
}
