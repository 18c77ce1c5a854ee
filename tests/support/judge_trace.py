#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""judge_trace.py TRACE PROGRAM ROOT PARENT: is what `strace -f -y -s 65536 -e trace=all` saw of PROGRAM within its bounds?

PROGRAM was to read the tree ROOT and to write outputs in the directory PARENT. Prints what breaks one of the rules and exits 1:

  exec      nothing is executed but PROGRAM itself, and only threads are made
  open      nothing is opened outside ROOT and PARENT but what its own start needs: libraries, locale, /proc/self
  load      nothing is mapped to be executed but the libraries of its own start
  write     nothing is written, made, changed, renamed or removed but in staging directories of PARENT; there only the published name
  network   no socket
  world     no change of directory, root, namespace, mount or identity
"""
import os
import re
import subprocess
import sys

CALL = re.compile(r"^(?:\[pid +)?(\d+)?\]? *(\w+)\((.*?)\)? += (-?\d+|0x[0-9a-f]+|\?)(?:<(.*?)>)?(?: .*)?$")
FD = re.compile(r"^(\d+|AT_FDCWD)<(.*)>$")
STAGING = re.compile(r"^\.ocitools-[0-9a-f]{16}\.partial(/|$)")
EXEC = {"execve", "execveat"}
PROCESS = {"fork", "vfork", "ptrace"}
NETWORK = {"socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg", "sendmmsg"}
WORLD = {"chdir", "fchdir", "chroot", "pivot_root", "mount", "umount2", "setns", "unshare", "setuid", "setgid", "setresuid", "setresgid",
         "setgroups", "init_module", "finit_module", "bpf", "reboot", "kexec_load", "open_by_handle_at", "memfd_create", "io_uring_setup"}
BY_NAME = {"open", "creat", "chmod", "chown", "lchown", "mkdir", "rmdir", "unlink", "rename", "link", "symlink", "truncate", "utime", "utimes", "mknod",
           "setxattr", "lsetxattr", "removexattr", "lremovexattr"}
BY_FD = {"write", "pwrite64", "writev", "pwritev", "pwritev2", "ftruncate", "fchmod", "fchown", "fallocate", "fsetxattr", "fremovexattr", "sendfile"}
BY_DIR = {"mkdirat", "unlinkat", "mknodat", "fchmodat", "fchmodat2", "fchownat", "utimensat", "futimesat"}
START = ("/etc/ld.so.cache", "/usr/lib/locale", "/usr/share/locale", "/proc/self/", "/dev/null", "/sys/devices/system/cpu")


def split(text):
    """The arguments at the top level."""
    parts, depth, quoted, at = [], 0, False, 0
    for i, c in enumerate(text):
        if quoted:
            quoted = c != '"' or text[i - 1] == "\\"
        elif c == '"':
            quoted = True
        elif c in "{[(<":
            depth += 1
        elif c in "}])>":
            depth -= 1
        elif c == "," and not depth:
            parts.append(text[at:i].strip())
            at = i + 1
    return parts + [text[at:].strip()]


def inside(path, folder):
    return path == folder or path.startswith(folder.rstrip("/") + "/")


class Judge:
    def __init__(self, program, root, parent):
        self.program, self.root, self.parent = map(os.path.realpath, (program, root, parent))
        done = subprocess.run(["ldd", self.program], capture_output=True, text=True, check=True)
        self.libraries = {os.path.realpath(w) for w in done.stdout.split() if w.startswith("/")}
        self.execs, self.broken = 0, []

    def tell(self, rule, line):
        self.broken.append(f"{rule}: {line}")

    def may_open(self, path):
        path = re.sub(r"^/proc/\d+/", "/proc/self/", path)
        return inside(path, self.root) or inside(path, self.parent) or os.path.realpath(path) in self.libraries or path.startswith(START)

    def is_ours(self, path, published=False):
        """In a staging directory; published: or a name that is published."""
        path = path.removesuffix(" (deleted)")
        if not inside(path, self.parent) or path == self.parent:
            return False
        rest = path[len(self.parent.rstrip("/")) + 1:]
        return bool(STAGING.match(rest)) or (published and "/" not in rest)

    def at(self, directory, name):
        """The path that a descriptor and a name make."""
        fd = FD.match(directory)
        name = name.strip('"') if name.startswith('"') else ""
        return os.path.normpath(os.path.join(fd[2] if fd else "/nowhere", name))

    def check_fd(self, line, word):
        fd = FD.match(word)
        if not fd or (fd[1] not in ("1", "2") and not self.is_ours(fd[2])):
            self.tell("write", line)

    def check_open(self, line, result, flags):
        if result is None or not self.may_open(result):
            self.tell("open", line)
        if re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", flags) and result != "/dev/null" and not self.is_ours(result or ""):
            self.tell("write", line)

    def check_map(self, line, args):
        """What is executed is mapped from the libraries of the start alone: a library that was read for its headers is not loaded."""
        fd = FD.match(args[4]) if len(args) > 4 else None
        if fd and "PROT_EXEC" in args[2] and os.path.realpath(fd[2]) not in self.libraries:
            self.tell("load", line)

    def check(self, line, name, args, result, path):
        failed = result.startswith("-")
        if name in EXEC:
            self.execs += 1
            if self.execs > 1 or os.path.realpath(args[0].strip('"')) != self.program:
                self.tell("exec", line)
        elif name in PROCESS or (name in ("clone", "clone3") and "CLONE_THREAD" not in line):
            self.tell("exec", line)
        elif name in NETWORK:
            self.tell("network", line)
        elif name in WORLD:
            self.tell("world", line)
        elif name in BY_NAME:
            self.tell("write", line)
        elif failed:
            return
        elif name in ("openat", "openat2"):
            self.check_open(line, path, ",".join(args[2:]))
        elif name in BY_FD:
            self.check_fd(line, args[0])
        elif name == "mmap":
            self.check_map(line, args)
        elif name == "ioctl" and re.match(r"FICLONE|BTRFS_IOC_CLONE|FS_IOC_", args[1]) and "_GET" not in args[1]:
            self.check_fd(line, args[0])
        elif name in ("copy_file_range", "splice"):
            self.check_fd(line, args[2])
        elif name in BY_DIR:
            if not self.is_ours(self.at(args[0], args[1] if len(args) > 1 else "")):
                self.tell("write", line)
        elif name == "symlinkat":
            if not self.is_ours(self.at(args[1], args[2])):
                self.tell("write", line)
        elif name in ("renameat", "renameat2", "linkat"):
            if not self.is_ours(self.at(args[0], args[1])) or not self.is_ours(self.at(args[2], args[3]), True):
                self.tell("write", line)

    def read(self, file):
        pending, seen = {}, 0
        for line in file:
            line = line.rstrip("\n")
            pid, _, rest = line.partition(" ")
            rest = rest.lstrip()
            if rest.startswith(("+++", "---")):
                continue
            if rest.endswith("<unfinished ...>"):
                pending[pid] = rest[:-len("<unfinished ...>")].rstrip()
                continue
            resumed = re.match(r"<\.\.\. \w+ resumed>(.*)$", rest)
            if resumed:
                rest = pending.pop(pid, "") + resumed[1]
            call = CALL.match(rest)
            if not call:
                self.tell("unreadable", line)
                continue
            seen += 1
            self.check(rest, call[2], split(call[3]), call[4], call[5])
        return seen


def main():
    trace, program, root, parent = sys.argv[1:]
    judge = Judge(program, root, parent)
    with open(trace, encoding="utf-8", errors="backslashreplace") as f:
        seen = judge.read(f)
    if judge.execs == 0 or seen < 20:
        judge.tell("exec", "this is no trace of the program")
    for line in judge.broken:
        print(line[:600])
    print(f"{seen} calls, {len(judge.broken)} violations")
    return 1 if judge.broken else 0


if __name__ == "__main__":
    sys.exit(main())
