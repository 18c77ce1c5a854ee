# SPDX-License-Identifier: Apache-2.0
# A real Nix store built by nix from Debian packages: the closure of each of its names, and programs that run. Long: only with --all.

load common

lab_possible() {
	[ -n "${OCITOOLS_SHARED-}" ] && command -v nix-build >/dev/null
}

setup_file() {
	lab_possible || return 0 # each test says why; bats cannot skip from here
	CACHE=${LAB_CACHE:-$BATS_FILE_TMPDIR/cache}
	LAB=$BATS_FILE_TMPDIR/store
	mkdir -p "$CACHE"
	sh "$OCITOOLS_SHARED/tools/nix-lab/make-store.sh" -c "$CACHE" -s "$LAB" >"$BATS_FILE_TMPDIR/log" 2>&1 || {
		tail -n 20 "$BATS_FILE_TMPDIR/log"
		return 1
	}
	cp "$CACHE/paths.txt" "$LAB/paths.txt"
	export LAB
}

setup() {
	[ -n "${OCITOOLS_SHARED-}" ] || skip 'OCITOOLS_SHARED is not set: the lab store is made by its tools'
	lab_possible || skip 'nix-build is not installed'
	cd "$BATS_TEST_TMPDIR"
}

@test "lab: each of the 26 names gives exactly nix-store -qR" {
	count=0
	while read -r name path; do
		rm -rf c
		"$OCITOOLS" build --store "$LAB" -o c --include "$path" -- "$(lab run-sh)"
		{
			closure_of "$LAB" "$path"
			closure_of "$LAB" "$(lab run-sh)"
		} | sort -u >want
		diff want <(ls c/rootfs/nix/store) || {
			echo "closure of $name"
			return 1
		}
		count=$((count + 1))
	done <"$LAB/paths.txt"
	[ "$count" -ge 26 ]
}

@test "lab: the closure of programs, without anything else" {
	while read -r name program; do
		rm -rf c
		"$OCITOOLS" build --store "$LAB" -o c -- "$(lab "$name")$program"
		diff <(closure_of "$LAB" "$(lab "$name")") <(ls c/rootfs/nix/store)
	done <<-T
		hello /bin/hello
		bash /bin/bash
		coreutils /bin/ls
		python3 /bin/python3
		curl /bin/curl
		nginx /bin/nginx
		jq /bin/jq
		run-sh
		greet
		py-script
		wrapped /bin/hello
	T
}

@test "lab: every path of 'all' has its hash" {
	"$OCITOOLS" build --store "$LAB" -o c --include "$(lab all)" -- "$(lab run-sh)"
	hashes_match "$LAB" c
}

@test "lab: python3 with ssl, json and sqlite3 runs" {
	"$OCITOOLS" build --store "$LAB" -o c -- "$(lab python3)/bin/python3" -c 'import ssl, json, sqlite3; print(json.dumps([sqlite3.sqlite_version, ssl.OPENSSL_VERSION]))'
	run -0 start c
	[[ $output == '["3.40.1", "OpenSSL 3'* ]]
}

@test "lab: the python script runs by its shebang" {
	"$OCITOOLS" build --store "$LAB" -o c -- "$(lab py-script)"
	run -0 start c
	[[ $output == *3.40.1* ]]
}

@test "lab: the chain of scripts runs" {
	greet=$(lab greet)
	if [ -d "$LAB$greet" ]; then greet=$greet/bin/greet; fi
	"$OCITOOLS" build --store "$LAB" -o c -- "$greet"
	run -0 start c
	[[ $output == *Linux* ]]
	[[ $output == *'Hello, world!'* ]]
}

@test "lab: the seed's run.sh runs what it is told" {
	"$OCITOOLS" build --store "$LAB" -o c -- "$(lab run-sh)"
	run -0 start c <<<'echo ok'
	[[ $output == *ok* ]]
}

@test "lab: curl and nginx run" {
	"$OCITOOLS" build --store "$LAB" -o c -- "$(lab curl)/bin/curl" --version
	run -0 start c
	[[ $output == 'curl 7'* ]]
	"$OCITOOLS" build --store "$LAB" -o d -- "$(lab nginx)/bin/nginx" -v
	run -0 start d
	[[ $output == *'nginx version'* ]]
}
