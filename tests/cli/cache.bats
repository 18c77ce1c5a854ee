# SPDX-License-Identifier: Apache-2.0
# cache: what a killed build left is listed and removed, nothing else is.

load common

HIDDEN=.ocitools-0123456789abcdef.partial

CACHE=$BATS_TEST_TMPDIR/cache
export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/xdg

leave() { # DIR
	mkdir -m 700 "$1/$HIDDEN"
	printf web >"$1/$HIDDEN/marker"
	mkdir "$1/$HIDDEN/out"
	printf 12345 >"$1/$HIDDEN/out/f"
}

@test "a directory that cannot be looked at does not keep the others from being cleaned" {
	mkdir -p c/.ocitools-0123456789abcdef.partial/out
	chmod 700 c/.ocitools-0123456789abcdef.partial
	run --separate-stderr "$OCITOOLS" cache clean missing '' c
	[ "$status" -eq 3 ]
	[[ $stderr == *"'missing'"* ]]
	[[ $stderr == *"name is empty"* ]]
	[ -z "$(ls -A c)" ]
}

@test "case 210: show lists what a killed build left, clean removes it" {
	leave .
	try 0 "$OCITOOLS" cache show
	[[ ${lines[0]} =~ ^left.*' 8 bytes '.*' 2 files '.*"$HIDDEN for web" ]]
	[[ ${lines[-1]} == '8 bytes could be freed' ]]
	[ -d "$HIDDEN" ]
	try 0 "$OCITOOLS" cache clean .
	[[ ${lines[0]} == removed* && ${lines[-1]} == '8 bytes freed' ]]
	[ -z "$(ls -A)" ]
	try 0 "$OCITOOLS" cache clean
	[[ $output == '0 bytes freed' ]]
}

@test "several directories, as JSON" {
	mkdir a 'b c'
	leave a
	leave 'b c'
	ln -s 'b c' link
	try 0 "$OCITOOLS" cache --format json show a link
	jq -e '.schemaVersion == 1 and .bytes == 16 and ([.staging[] | .directory + ":" + .state + ":" + .target] == ["a:left:web", "link:left:web"])' <<<"$output"
	try 0 "$OCITOOLS" cache --format json show .
	jq -e '.staging == [] and .cache == [] and .bytes == 0' <<<"$output"
}

# A tree whose database of dpkg has rested.
make_tree() {
	mkdir -p tree/bin tree/var/lib/dpkg/info
	cp /bin/busybox tree/bin/busybox
	printf 'Package: busybox\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n' >tree/var/lib/dpkg/status
	echo /bin/busybox >tree/var/lib/dpkg/info/busybox.list
	touch -d @1000000000 tree/var/lib/dpkg/status tree/var/lib/dpkg/info
}

@test "the index of packages is kept in the cache, changes nothing, and goes with clean" {
	make_tree
	mkdir empty
	"$OCITOOLS" explain --root tree --no-cache -- /bin/busybox true >without
	for run in made used; do
		"$OCITOOLS" explain --root tree --cache-dir "$CACHE" -- /bin/busybox true >"$run"
		diff without "$run"
	done
	try 0 "$OCITOOLS" cache --cache-dir "$CACHE" show empty
	[[ ${lines[0]} =~ ^cached.*' 1 files '.*"$CACHE/dpkg-" ]]
	[[ ${lines[1]} =~ ^[1-9][0-9]*' bytes could be freed'$ ]]
	try 0 "$OCITOOLS" cache --cache-dir "$CACHE" --no-cache show empty
	[ "$output" = '0 bytes could be freed' ]
	try 0 "$OCITOOLS" cache --cache-dir "$CACHE" --format json show empty
	jq -e --arg d "$CACHE" '.staging == [] and .bytes > 0 and (.cache | length == 1 and .[0].directory == $d and .[0].state == "cached")' <<<"$output"
	try 0 "$OCITOOLS" cache --cache-dir "$CACHE" clean empty
	[[ ${lines[0]} == removed* && -d $CACHE && -z $(ls -A "$CACHE") ]]
}

@test "without an option the cache is that of the user, and without one there is none" {
	make_tree
	mkdir empty
	"$OCITOOLS" explain --root tree -- /bin/busybox true >/dev/null
	[ "$(stat -c %a "$XDG_CACHE_HOME/ocitools")" = 700 ]
	[ "$(find "$XDG_CACHE_HOME" -type f | wc -l)" -eq 1 ]
	env -u XDG_CACHE_HOME HOME="$PWD/home" "$OCITOOLS" explain --root tree -- /bin/busybox true >/dev/null
	[ "$(find home/.cache/ocitools -type f | wc -l)" -eq 1 ]
	rm -r home "$XDG_CACHE_HOME"
	XDG_CACHE_HOME=relative HOME=relative "$OCITOOLS" explain --root tree -- /bin/busybox true >/dev/null
	"$OCITOOLS" explain --root tree --no-cache -- /bin/busybox true >/dev/null
	[ "$(ls)" = $'empty\ntree' ]
	[ ! -e "$XDG_CACHE_HOME" ]
	: >file
	"$OCITOOLS" explain --root tree --cache-dir file/x -- /bin/busybox true >/dev/null
	refused 2 "'--cache-dir': the name is empty" "$OCITOOLS" explain --cache-dir '' -- /bin/busybox
}

@test "case 210: a build that was killed leaves one that is recognised" {
	# nobody reads the archive, so the build waits with the bundle half done
	mkfifo ../full
	exec 9<>../full
	"$OCITOOLS" build -q -o web -o tar:- -- bash >../full 9>&- &
	pid=$!
	for _ in $(seq 500); do
		compgen -G '.ocitools-*.partial/out/rootfs/usr' >/dev/null && break
		sleep 0.02
	done
	try 0 "$OCITOOLS" cache clean
	[[ $output == in-use* ]]
	kill -KILL "$pid"
	wait "$pid" || true
	exec 9>&-
	try 0 "$OCITOOLS" cache clean
	[[ $output == removed*' for web'* ]]
	[ -z "$(ls -A)" ]
}

@test "case 210: what is not certainly ours stays" {
	leave .
	touch "$HIDDEN/letters"
	try 0 "$OCITOOLS" cache clean
	[[ ${lines[0]} == not-ours* ]]
	[ -e "$HIDDEN/letters" ]
}

@test "wrong words and missing directories are errors" {
	refused 2 "neither 'show' nor 'clean'" "$OCITOOLS" cache
	refused 2 "'purge' is neither" "$OCITOOLS" cache purge
	try 3 "$OCITOOLS" cache show nowhere
	[[ $stderr == *"'nowhere'"* ]]
}
