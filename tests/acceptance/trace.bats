# SPDX-License-Identifier: Apache-2.0
# What the kernel saw of a build of a hostile host tree: no write outside staging, no exec, no open outside the tree.

load common

setup() {
	cd "$BATS_TEST_TMPDIR"
	strace -o /dev/null true 2>/dev/null || skip 'strace cannot trace here'
	mkdir out
	make_canary
}

# Outside the tree, where every name of it that tries to get out points to; it must not be touched, run or read.
make_canary() {
	mkdir -p outside/dir
	echo only-outside-the-tree >outside/dir/file
	cp /bin/busybox outside/dir/interpreter
	CANARY=$PWD/ran
	{
		echo '#include <fcntl.h>'
		echo "__attribute__((constructor)) static void run(void) { (void)!open(\"$CANARY\", O_CREAT | O_WRONLY, 0600); }"
		echo 'int canary(void); int canary(void) { return 0; }'
	} >canary.c
	cc -shared -fPIC -o outside/dir/libcanary.so canary.c
}

make_tree() {
	local file
	mkdir -p tree/usr/bin tree/usr/lib tree/usr/lib64 tree/opt tree/data
	for file in bin lib lib64; do
		[ ! -L "/$file" ] || cp -a "/$file" tree
	done
	for file in /bin/bash /usr/bin/env $(ldd /bin/bash | grep -o '/[^ ]*'); do
		mkdir -p "tree$(dirname "$file")"
		cp -L "$file" "tree$file"
	done
	ln -s "$PWD/outside/dir" tree/absolute
	ln -s ../../../../../../../../../../../../..$PWD/outside/dir tree/relative
	ln -s loop2 tree/loop1
	ln -s loop1 tree/loop2
	ln -s /proc/self/root/etc/passwd tree/data/proc
	ln -s "$PWD/outside/dir/file" tree/data/link
	mkfifo tree/data/fifo
	# A library whose constructor shows when somebody loads it, and a program that needs it.
	cp outside/dir/libcanary.so tree/opt/libcanary.so
	cp tree/bin/bash tree/opt/needs
	patchelf --add-needed libcanary.so tree/opt/needs
	patchelf --set-rpath '$ORIGIN:$ORIGIN/../../../../../..'"$PWD"'/outside/dir:/absolute' tree/opt/needs
	cp tree/bin/bash tree/opt/absolute-needed
	patchelf --add-needed "$PWD/outside/dir/libcanary.so" tree/opt/absolute-needed
	cp tree/bin/bash tree/opt/bad-interpreter
	patchelf --set-interpreter /absolute/interpreter tree/opt/bad-interpreter
	printf '#!/absolute/interpreter\n' >tree/opt/escaping-script
	printf '#!/bin/bash\n: >%s\n' "$CANARY" >tree/opt/script
	printf '#!/usr/bin/env -S bash -c true\n: >%s\n' "$CANARY" >tree/opt/env-script
	chmod +x tree/opt/*
}

# The same of every build that is watched, whatever becomes of it.
watched() { # STATUS OPTION... -- CMD...
	local want=$1 status=0
	shift
	rm -rf out/*
	(cd out && exec strace -f -y -s 65536 -o ../log "$OCITOOLS" "$@" >../said 2>&1) || status=$?
	cat said
	[ "$status" -eq "$want" ]
	/usr/bin/python3 "$ROOT/tests/support/judge_trace.py" log "$OCITOOLS" tree out
	[ ! -e "$CANARY" ]
	no_staging out
}

@test "a hostile tree: what is taken, and what is refused, stays inside" {
	make_tree
	tree=(--root "$PWD/tree" -o b -o tar:t)
	watched 0 build "${tree[@]}" -- /bin/bash
	watched 0 build "${tree[@]}" -- /opt/needs
	[ -e out/b/rootfs/opt/libcanary.so ]
	watched 0 build "${tree[@]}" -- /opt/script
	watched 0 build "${tree[@]}" -- /opt/env-script
	watched 3 build "${tree[@]}" -- /opt/bad-interpreter
	watched 3 build "${tree[@]}" -- /opt/escaping-script
	watched 3 build "${tree[@]}" -- /loop1/bash
	watched 3 build "${tree[@]}" -- /absolute/interpreter
	watched 3 build "${tree[@]}" -- /relative/interpreter
	watched 0 build "${tree[@]}" -- /opt/absolute-needed
	[[ $(cat said) == *"libcanary.so' is not found"* ]]
	[ -z "$(find out/b/rootfs -name 'libcanary*')" ]
	watched 0 build "${tree[@]}" --include /data -- /bin/bash
	[ "$(readlink out/b/rootfs/data/link)" = "$PWD/outside/dir/file" ]
	if grep -r only-outside-the-tree out/b/rootfs; then false; fi
	watched 3 build "${tree[@]}" --include /data/link -- /bin/bash
	watched 0 explain --root "$PWD/tree" --files -- /opt/needs
}

@test "the judge sees what it is there for" {
	judge() { # LINE that must be a violation
		{
			printf '10 execve("%s", ["ocitools"], 0x7 /* 9 vars */) = 0\n' "$OCITOOLS"
			for _ in $(seq 20); do echo '10 getpid() = 10'; done
			printf '%s\n' "$1"
		} >log
		/usr/bin/python3 "$ROOT/tests/support/judge_trace.py" log "$OCITOOLS" tree out >said && return 1
		grep -q '21 calls, [12] violations\|22 calls, [12] violations' said
	}
	accept() { # LINE that is none
		if judge "$1"; then
			cat said
			return 1
		fi
		grep -q '2[12] calls, 0 violations' said
	}
	mkdir tree
	good='10 openat(3<'$PWD'/tree>, "x", O_RDONLY) = 4<'$PWD'/tree/x>'
	accept "$good"
	judge '10 execve("/bin/true", ["true"], 0x7 /* 9 vars */) = -1 ENOENT (No such file or directory)'
	judge '10 clone3({flags=CLONE_VM|CLONE_VFORK, exit_signal=SIGCHLD}, 88) = 11'
	judge '10 openat(AT_FDCWD</>, "/etc/passwd", O_RDONLY) = 4</etc/passwd>'
	judge '10 openat2(3<'$PWD'/tree>, "x", {flags=O_RDONLY, resolve=RESOLVE_IN_ROOT}, 24) = 4<'$PWD'/outside/dir/file>'
	judge '10 openat(3<'$PWD'/tree>, "x", O_WRONLY|O_CREAT, 0600) = 4<'$PWD'/tree/x>'
	judge '10 openat(3<'$PWD'/out>, "x", O_WRONLY|O_CREAT, 0600) = 4<'$PWD'/out/x>'
	judge '10 write(4<'$PWD'/tree/x>, "y", 1) = 1'
	judge '10 copy_file_range(4<'$PWD'/tree/x>, NULL, 5<'$PWD'/out/x>, NULL, 9, 0) = 9'
	judge '10 ioctl(4<'$PWD'/out/x>, FICLONE, 3<'$PWD'/tree/x>) = 0'
	judge '10 mmap(NULL, 4096, PROT_READ|PROT_EXEC, MAP_PRIVATE, 4<'$PWD'/tree/x>, 0) = 0x7f0000000000'
	accept '10 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 4<'$PWD'/tree/x>, 0) = 0x7f0000000000'
	judge '10 unlinkat(3<'$PWD'/tree>, "x", 0) = 0'
	judge '10 mkdirat(AT_FDCWD<'$PWD'/out>, "/tmp/x", 0700) = 0'
	judge '10 renameat2(3<'$PWD'/out/.ocitools-0123456789abcdef.partial>, "x", 4<'$PWD'/tree>, "x", RENAME_NOREPLACE) = 0'
	judge '10 symlinkat("/etc", 3<'$PWD'/out>, "x") = 0'
	judge '10 socket(AF_INET, SOCK_STREAM, 0) = 3<socket:[1]>'
	judge '10 chdir("/") = 0'
	judge '10 unlink("x") = -1 ENOENT (No such file or directory)'
	judge 'no call at all'
	accept '10 mkdirat(3<'$PWD'/out/.ocitools-0123456789abcdef.partial>, "x", 0700) = 0'
	accept '10 renameat2(3<'$PWD'/out/.ocitools-0123456789abcdef.partial>, "x", 4<'$PWD'/out>, "x", RENAME_NOREPLACE) = 0'
}

@test "a closure of store paths alone reads nothing of the host but what its own start needs" {
	python3 "$ROOT/tests/support/gen_store.py" --program /bin/busybox 20 store
	strace -f -y -o trace "$OCITOOLS" build -q --store "$PWD/store" -o out/c -- "$(cat store/roots)/bin/top" echo hi
	[ -d out/c/rootfs/nix/store ]
	# One question is allowed: whether this is a dpkg system at all.
	grep -E '^[0-9]+ +(open|openat|openat2|readlink|readlinkat|stat|newfstatat|statx|getdents64)\(' trace |
		grep -vF "<$PWD" | grep -E '"/?(var|etc|usr/share|usr/bin|bin|opt|home)/' |
		grep -vE '"/etc/ld.so.(cache|preload)"|"/usr/share/locale|"/usr/bin/.*(/lib|readlink)' >host || true
	cat host
	[ "$(grep -vc '"var/lib/dpkg/status".*O_PATH' host)" -eq 0 ]
	[ -e /var/lib/dpkg/status ] || skip 'this is no dpkg system'
	# Where packages are spoken of, their database is read, but nothing is looked for among the files.
	strace -f -y -o trace "$OCITOOLS" build -q --store "$PWD/store" --without dpkg -o out/d -- "$(cat store/roots)/bin/top" echo hi
	grep -q 'openat.*var/lib/dpkg/status' trace
	if grep var/lib/dpkg/alternatives trace; then false; fi
}
