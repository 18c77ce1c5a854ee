# SPDX-License-Identifier: Apache-2.0
"""What the fault loops share: two small closures, a place to work with canaries in it, and what must hold after every fault."""
import ctypes
import glob
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SUPPORT = os.path.join(os.path.dirname(HERE), "support")
STAGING = re.compile(r"\.ocitools-[0-9a-f]{16}\.partial$")
SCRATCH = re.compile(r"\.ocitools-[0-9a-f]{16}$")
SYSTEM_ERROR = 5
CLONE_NEWNS = 0x20000
SECONDS_MAX = 60

LIBRARY = "int small(void) { return 0; }\n"
SPEC = r"""{"args": ["/bin/run", "/home/data", "-x", "long text beyond any first buffer: \u00fc\ud83d\ude00 \"quoted\""],
 "env": {"ALPHA": "one", "BETA": "t\u0077o"}, "hostname": "small", "cwd": "/home", "readonly": true, "user": "7:8",
 "mounts": {"/data": {"type": "none", "source": "/nowhere/data", "options": ["rbind", "ro"]},
            "/scratch": {"type": "tmpfs", "source": "tmpfs", "options": ["size=1000000", "mode=0700"]}},
 "rlimits": {"NOFILE": {"soft": 512, "hard": 1024}}, "capabilities": ["CAP_KILL"], "noNewPrivileges": true}
"""
CONFIG = r"""{"ociVersion": "1.0.0", "x": [1.5, {"y": 18446744073709551616}], "linux": {"namespace": [], "netDevices": {"eth\u0030": {}}},
 "process": {"cwd": "/", "args": [], "rlimits": [{"type": "RLIMIT_CORE", "soft": 0, "hard": 18446744073709551615}]}, "zos": {}}
"""
PROGRAM = "int small(void); void _start(void); void _start(void) { small(); for (;;) ; }\n"


def snapshot(path):
    """Everything that can be seen of a tree, by path; an output that is a file has the time of its making."""
    seen, todo = {}, [path]
    while todo:
        at = todo.pop()
        info = os.lstat(at)
        kind, content = stat.S_IFMT(info.st_mode), None
        if kind == stat.S_IFDIR:
            content = sorted(os.listdir(at))
            todo += [os.path.join(at, name) for name in content]
        elif kind == stat.S_IFLNK:
            content = os.readlink(at)
        elif kind == stat.S_IFREG:
            with open(at, "rb") as f:
                content = f.read()
        time = None if at == path and kind == stat.S_IFREG else info.st_mtime_ns
        seen[at[len(path):]] = (info.st_mode, info.st_uid, info.st_gid, time, content)
    return seen


def remove(path):
    if os.path.islink(path) or not os.path.isdir(path):
        os.unlink(path)
        return
    for at, names, _ in os.walk(path):
        for name in names:
            if not os.path.islink(os.path.join(at, name)):
                os.chmod(os.path.join(at, name), 0o700)
    shutil.rmtree(path)


def own_mounts():
    """A mount namespace of our own, with nobody else's files in the temporary directories; False without root."""
    if os.geteuid() or ctypes.CDLL(None).unshare(CLONE_NEWNS):
        return False
    return all(subprocess.run(["mount", *words], check=False).returncode == 0 for words in (
        ["--make-rprivate", "/"], ["-t", "tmpfs", "tmpfs", "/tmp"], ["-t", "tmpfs", "tmpfs", "/var/tmp"]))


class Operation:
    """One command line, what it makes, and what it says when all goes well."""

    def __init__(self, name, argv, outputs):
        self.name, self.argv, self.outputs = name, argv, outputs
        self.good, self.stdout = {}, b""
        self.old = {}  # what stands there before, and is replaced: path of a copy, and what it looks like


class Bed:
    """A directory with the closures, and below it the one that the program runs in, with canaries beside its outputs."""

    def __init__(self, program, tools=()):
        shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.dir = tempfile.mkdtemp(prefix="ocitools-fault-", dir=shm)
        self.work = os.path.join(self.dir, "work")
        self.env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        self.install(program)
        self.tools = [shutil.copy(tool, self.dir) for tool in tools]
        self.private = False
        os.umask(0o022)
        os.mkdir(self.work)
        self.make_canaries()

    def install(self, program):
        """Copies of program and library: what lies in a temporary directory is out of sight soon."""
        os.mkdir(f"{self.dir}/cli")
        os.mkdir(f"{self.dir}/lib")
        self.program = shutil.copy(program, f"{self.dir}/cli")
        for name in glob.glob(f"{os.path.dirname(os.path.abspath(program))}/../lib/libocitools.so.?"):
            shutil.copy(name, f"{self.dir}/lib")

    def close(self):
        remove(self.dir)

    def make_canaries(self):
        top = os.path.join(self.work, "canary")
        os.makedirs(top + "/sub")
        for name, mode in (("file", 0o640), ("sub/other", 0o4755), ("sub/private", 0o600)):
            with open(os.path.join(top, name), "w", encoding="ascii") as f:
                f.write(f"canary {name}\n")
            os.chmod(os.path.join(top, name), mode)
        os.symlink("../canary/file", top + "/link")
        os.chmod(top + "/sub", 0o1750)
        for at in ("file", "sub/other", "sub/private", "sub", ""):
            os.utime(os.path.join(top, at), (77, 77))
        self.use_canaries()

    def use_canaries(self):
        self.canary = snapshot(os.path.join(self.work, "canary"))
        self.mode = os.lstat(self.work).st_mode

    def make_store(self, count=12):
        subprocess.run([sys.executable, f"{SUPPORT}/gen_store.py", str(count), f"{self.dir}/store"], check=True)
        with open(f"{self.dir}/store/roots", encoding="ascii") as f:
            return f.read().strip()

    def make_wal_store(self):
        """The same store while somebody has written to it and is gone: the log is read from a private copy."""
        shutil.copytree(f"{self.dir}/store/nix/var/nix/db", f"{self.dir}/wal")
        writer = sqlite3.connect(f"{self.dir}/wal/db.sqlite", isolation_level=None)
        writer.execute("pragma journal_mode = wal")
        writer.execute("update ValidPaths set registrationTime = registrationTime + 1")
        shutil.copytree(f"{self.dir}/store", f"{self.dir}/busy", symlinks=True)
        for suffix in ("", "-wal"):
            shutil.copy(f"{self.dir}/wal/db.sqlite{suffix}", f"{self.dir}/busy/nix/var/nix/db/")
        writer.close()

    def make_root(self):
        """A root with a script, its interpreter, a library and a loader, all of them tiny."""
        root = f"{self.dir}/root"
        for name in ("usr/bin", "usr/lib", "etc", "home"):
            os.makedirs(f"{root}/{name}")
        os.symlink("usr/bin", f"{root}/bin")
        os.symlink("usr/lib", f"{root}/lib")
        cc = [os.environ.get("CC", "cc"), "-nostdlib", "-fPIC", "-x", "c", "-"]
        make = lambda source, *words: subprocess.run([*cc, *words], input=source, text=True, check=True)  # noqa: E731
        make(LIBRARY, "-shared", "-Wl,-soname,libsmall.so.1", "-o", f"{root}/lib/libsmall.so.1.0")
        os.symlink("libsmall.so.1.0", f"{root}/lib/libsmall.so.1")
        make(LIBRARY, "-shared", "-o", f"{root}/lib/ld-small.so")
        make(PROGRAM, "-x", "none", f"{root}/lib/libsmall.so.1.0", "-Wl,--dynamic-linker=/lib/ld-small.so", "-o", f"{root}/bin/small")
        for name, mode, text in (("bin/run", 0o755, "#!/bin/small\n"), ("home/data", 0o644, "data\n" * 20000),
                                 ("etc/os-release", 0o644, "ID=small\n")):
            with open(f"{root}/{name}", "w", encoding="ascii") as f:
                f.write(text)
            os.chmod(f"{root}/{name}", mode)
        os.link(f"{root}/bin/run", f"{root}/bin/also")

        with open(f"{self.dir}/spec.json", "w", encoding="ascii") as f:
            f.write(SPEC)
        with open(f"{self.dir}/config.json", "w", encoding="ascii") as f:
            f.write(CONFIG)

    def operations(self):
        top = self.make_store()
        self.make_wal_store()
        self.make_root()
        nix = ["--store", f"{self.dir}/store"]
        host = ["--source", "files", "--root", f"{self.dir}/root"]
        both = ["-o", "out", "-o", "tar:out.tar"]
        found = []
        for name, where, command in (("nix", nix, [f"{top}/bin/top"]), ("host", host, ["/bin/run", "/home/data", "/bin/also"])):
            found.append(Operation(f"build {name}", ["build", *where, *both, "--", *command], ["out", "out.tar"]))
            found.append(Operation(f"explain {name}", ["explain", "--files", *where, "--", *command], []))
        busy = ["--store", f"{self.dir}/busy"]
        found.append(Operation("build wal", ["build", *busy, "-o", "rootfs:out", "--jobs", "4", "--", f"{top}/bin/top"], ["out"]))
        found.append(Operation("build spec", ["build", *host, *both, "--spec", f"{self.dir}/spec.json"], ["out", "out.tar"]))
        replace = Operation("build replace", ["build", "--replace", "--sync", *host, *both, "--", "/bin/run", "/home/data"], ["out", "out.tar"])
        found.append(self.replaced(replace, ["build", "-q", *host, *both, "--", "/bin/small"]))
        found.append(Operation("check schema", ["check", "--schema", "config", f"{self.dir}/config.json"], []))
        one, two = f"{self.dir}/one", f"{self.dir}/two"
        for bundle in (one, two):
            subprocess.run([self.program, "build", "-q", *host, "-o", bundle, "--", "/bin/run"], env=self.env, check=True,
                           stdout=subprocess.DEVNULL)
        found.append(Operation("check bundle", ["check", one], []))
        found.append(Operation("diff", ["diff", one, two], []))
        self.private = not self.dir.startswith(("/tmp", "/var/tmp")) and own_mounts()
        for op in found:
            self.learn(op)
        return found

    def replaced(self, op, old):
        """The operation with the outputs of another run in their places."""
        subprocess.run([self.program, *old], cwd=self.work, env=self.env, check=True, stdout=subprocess.DEVNULL)
        for name in op.outputs:
            kept = os.path.join(self.dir, f"old-{name}")
            os.rename(os.path.join(self.work, name), kept)
            op.old[name] = (kept, snapshot(kept))
        return op

    def prepare(self, op):
        for name, (kept, _) in op.old.items():
            subprocess.run(["cp", "-a", kept, os.path.join(self.work, name)], check=True)

    def learn(self, op):
        """Run it once without any fault: what it makes then is the good output."""
        done = subprocess.run([self.program, *op.argv], cwd=self.work, env=self.env, capture_output=True, check=False)
        if done.returncode:
            raise SystemExit(f"{op.name} fails without a fault: {done.stderr}")
        op.stdout = done.stdout
        for name in op.outputs:
            op.good[name] = snapshot(os.path.join(self.work, name))
        self.clear()

    def discard(self, name):
        remove(os.path.join(self.work, name))

    def scratch(self):
        """What is left in the temporary directories, where they are ours alone."""
        return [f"{top}/{n}" for top in ("/tmp", "/var/tmp") if self.private for n in os.listdir(top) if n.startswith(".ocitools-")]

    def clear(self):
        for path in self.scratch():
            remove(path)
        for name in os.listdir(self.work):
            if name != "canary":
                self.discard(name)

    def names(self, staging):
        return [n for n in os.listdir(self.work) if n != "canary" and bool(STAGING.match(n)) == staging]

    def check_world(self, op):
        """What must hold whatever happened: each output absent or complete, canaries untouched."""
        for name in self.names(False):
            if name not in op.good:
                yield f"'{name}' appeared"
            elif snapshot(os.path.join(self.work, name)) not in (op.good[name], op.old.get(name, (None, None))[1]):
                yield f"'{name}' is there and not complete"
        for name in op.old:
            if name not in self.names(False):
                yield f"'{name}' was to be replaced, and is gone"
        if snapshot(os.path.join(self.work, "canary")) != self.canary or os.lstat(self.work).st_mode != self.mode:
            yield "a canary changed"

    def check_end(self, op, status, stdout, stderr):
        """What must hold of a program that ended by itself."""
        made = self.names(False)
        text = stderr.decode(errors="replace")
        errors = [line for line in text.splitlines() if line.startswith("ocitools: ")]
        if status < 0:
            yield f"ended by signal {-status}"
        elif status == 0:
            if sorted(made) != sorted(op.outputs):
                yield f"status 0, outputs {made}"
            if stdout != op.stdout:
                yield "status 0 and another text on standard output"
        else:
            # As for others: once all are published, the words on standard output may still fail.
            replaced = {snapshot(os.path.join(self.work, name)) != before for name, (_, before) in op.old.items() if name in made}
            if len(replaced) > 1:
                yield f"status {status}, and some outputs were replaced"
            if status != SYSTEM_ERROR:
                yield f"status {status}"
            if len(errors) != 1 or len(errors[0]) < len("ocitools: x: y"):
                yield f"status {status} and {len(errors)} error lines"
        if self.names(True) and not op.old:
            yield f"staging left: {self.names(True)}"
        elif self.names(True):  # what was replaced could not be removed
            yield from self.check_told(stderr)
        if self.scratch():
            yield f"scratch left: {self.scratch()}"
        yield from self.check_world(op)

    def check_told(self, stderr):
        """What could not be removed is named, and how to remove it; nothing else is there."""
        for name in self.names(True):
            if f"'{name}' beside " not in stderr.decode(errors="replace") or b"cache clean" not in stderr:
                yield f"{name} is left and not told"


class Tally:
    """Points tried and violations of one loop; one TAP line."""
    number = 0

    def __init__(self, name):
        self.name, self.points, self.bad = name, 0, []
        self.statuses = {}

    def point(self, label, status, problems, stderr=b""):
        self.points += 1
        self.statuses[status] = self.statuses.get(status, 0) + 1
        for problem in problems:
            self.bad.append(f"{label}: {problem}; it said: {stderr.decode(errors='replace').strip()[:300]}")

    def report(self, least=1):
        if self.points < least:
            self.bad.append(f"only {self.points} points")
        Tally.number += 1
        for line in self.bad[:int(os.environ.get("OCITOOLS_FAULT_SHOW", "20"))]:
            print(f"# {line}")
        seen = ", ".join(f"{n} x {status}" for status, n in sorted(self.statuses.items()))
        print(f"# {self.name}: statuses {seen}")
        print(f"{'not ok' if self.bad else 'ok'} {Tally.number} - {self.name} # {self.points} points, {len(self.bad)} violations",
              flush=True)
        return not self.bad
