#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""race.py PROGRAM INJECT [--all]: others change the world while the program works; TAP.

INJECT stops the program before its N-th call that matters and lets a script of ours run; so every window is hit, each once. Besides
that there are a few loops where nobody is stopped. Case 127 is in 216 and 217, whose windows are all that the program leaves. Without --all every third N is tried.
"""
import argparse
import ctypes
import os
import shutil
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fault"))
from bed import STAGING, Bed, Operation, Tally, remove, snapshot  # noqa: E402
from tracer import MUTATING, READING, Tracer, rule  # noqa: E402

CALLS = sorted(set(MUTATING + READING + ["newfstatat", "readlinkat", "getdents64"]))
RENAME_EXCHANGE, AT_FDCWD = 2, -100
OK, VERIFY, SYSTEM, CONFLICT = 0, 4, 5, 6
ROUNDS = 40


def errors(stderr):
    return [line for line in stderr.decode(errors="replace").splitlines() if line.startswith("ocitools: ")]


class Race:
    def __init__(self, bed, tracer, step):
        self.bed, self.tracer, self.step = bed, tracer, step
        self.script = os.path.join(bed.dir, "script")
        top = bed.make_store()
        bed.make_root()
        self.library = f"{bed.dir}/root/lib/libsmall.so.1.0"
        self.data = f"{bed.dir}/root/home/data"
        self.nix = Operation("nix", ["build", "--store", f"{bed.dir}/store", "-o", "out", "-o", "tar:out.tar", "--", f"{top}/bin/top"],
                             ["out", "out.tar"])
        self.host = Operation("host", ["build", "--source", "files", "--root", f"{bed.dir}/root", "-o", "out", "-o", "tar:out.tar", "--",
                                       "/bin/run", "/home/data"], ["out", "out.tar"])
        for op in (self.nix, self.host):
            bed.learn(op)

    def write_script(self, *lines):
        with open(self.script, "w", encoding="ascii") as f:
            f.write("\n".join(("#!/bin/sh", "set -e", f"cd {self.bed.work}", *lines)) + "\n")
        os.chmod(self.script, 0o755)

    def points(self, name, op, judge, restore, calls=CALLS):
        """The script before every N-th call; judge says what is wrong with how it ended, restore undoes what the script did."""
        tally = Tally(name)
        count = sum(self.tracer.count(self.host if op.argv[-1] == self.host.argv[-1] else op, calls).values())
        restore()
        for n in range(1, count + 1, self.step):
            done = self.tracer.run(op, [rule(calls, n, f"run={self.script}")])
            problems = list(judge(done)) if done.hit else []
            tally.point(f"{done.name} {n} of {count}", done.status, problems, done.stderr)
            self.bed.clear()
            restore()
        return tally.report(20)

    def judge_end(self, op, done, statuses):
        """Statuses that may be; an error is one line; outputs are absent or complete; nothing is left."""
        if done.status not in statuses:
            yield f"status {done.status}"
        if done.status and len(errors(done.stderr)) != 1:
            yield f"{len(errors(done.stderr))} error lines"
        if self.bed.names(True):
            yield f"staging left: {self.bed.names(True)}"
        yield from self.bed.check_world(op)

    def same_output(self):
        """Case 204: of two builds of one output exactly one succeeds."""
        tally = Tally("case 204: two builds of one output")
        for number in range(ROUNDS):
            argv = [self.bed.program, *self.host.argv]
            both = [subprocess.Popen(argv, cwd=self.bed.work, env=self.bed.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                    for _ in range(2)]
            texts = [p.communicate() for p in both]
            statuses = sorted(p.returncode for p in both)
            problems = [] if statuses == [OK, CONFLICT] else [f"statuses {statuses}"]
            problems += self.bed.check_world(self.host)
            if self.bed.names(True):
                problems.append("staging left")
            tally.point(f"round {number}", statuses[1], problems, texts[0][1] + texts[1][1])
            self.bed.clear()
        return tally.report()

    def two_outputs(self):
        """Case 205: two outputs in one directory do not disturb each other."""
        tally = Tally("case 205: two outputs in one directory")
        other = Operation("other", [w.replace("out", "other", 1) if w in ("out", "tar:out.tar") else w for w in self.host.argv], [])
        other.good = {"other": self.host.good["out"], "other.tar": self.host.good["out.tar"]}
        both = Operation("both", [], [])
        both.good = {**self.host.good, **other.good}
        for number in range(ROUNDS):
            runs = [subprocess.Popen([self.bed.program, *op.argv], cwd=self.bed.work, env=self.bed.env, stdout=subprocess.DEVNULL,
                                     stderr=subprocess.PIPE) for op in (self.host, other)]
            texts = [p.communicate()[1] for p in runs]
            problems = [f"status {p.returncode}" for p in runs if p.returncode] + list(self.bed.check_world(both))
            if len(self.bed.names(False)) != len(both.good) or self.bed.names(True):
                problems.append(f"there are {os.listdir(self.bed.work)}")
            tally.point(f"round {number}", 0, problems, b"".join(texts))
            self.bed.clear()
        return tally.report()

    def swap_staging(self):
        """Case 208: the name of staging becomes a link to the canaries."""
        self.write_script('for s in .ocitools-*.partial; do [ ! -d "$s" ] || [ -L "$s" ] || { mv "$s" moved; ln -s canary "$s"; }; done')

        def judge(done):
            if done.status not in (OK, SYSTEM, CONFLICT):
                yield f"status {done.status}"
            if snapshot(os.path.join(self.bed.work, "canary")) != self.bed.canary:
                yield "a canary changed"
            for name in self.bed.names(False):
                if name in self.host.good and snapshot(os.path.join(self.bed.work, name)) != self.host.good[name]:
                    yield f"'{name}' is there and not complete"

        return self.points("case 208: staging is swapped for a link", self.host, judge, self.bed.clear)

    def take_from_canary(self):
        """What somebody put into the directory of the canaries, which is as before then."""
        sub, found = os.path.join(self.bed.work, "canary/sub"), {}
        for name in os.listdir(sub):
            if name not in ("other", "private"):
                found[name] = snapshot(os.path.join(sub, name))
                remove(os.path.join(sub, name))
        os.utime(sub, (77, 77))
        return found

    def swap_parent(self):
        """Case 208: the directory of the output becomes a link to the canaries; work goes on in the one that was opened."""
        where = os.path.join(self.bed.work, "parent")
        op = Operation("parent", [w.replace("out", "parent/out", 1) if w in ("out", "tar:out.tar") else w for w in self.host.argv], [])
        self.write_script("[ ! -d parent ] || [ -L parent ] || { mv parent moved; ln -s canary/sub parent; }")

        def judge(done):
            if done.status not in (OK, SYSTEM):
                yield f"status {done.status}"
            # Before the directory is opened the link is what its name means: then all of it is there.
            there = self.take_from_canary()
            moved = os.path.join(self.bed.work, "moved")
            there.update({n: snapshot(os.path.join(moved, n)) for n in (os.listdir(moved) if os.path.isdir(moved) else ())})
            if there != (self.host.good if done.status == OK else {}):
                yield f"there are {list(there)}"
            if snapshot(os.path.join(self.bed.work, "canary")) != self.bed.canary:
                yield "a canary changed"

        def restore():
            os.mkdir(where)

        self.bed.clear()
        os.mkdir(where)
        good = self.points("case 208: the parent is swapped for a link", op, judge, restore)
        self.bed.clear()
        return good

    def swap_loop(self):
        """Case 208, nobody stopped: a thread exchanges a component of the output's path with a link as fast as it can."""
        tally = Tally("case 208: a component that is exchanged all the time")
        real, link = os.path.join(self.bed.work, "real"), os.path.join(self.bed.work, "link")
        libc, stop = ctypes.CDLL(None, use_errno=True), threading.Event()
        swaps = [0]

        def swap():
            while not stop.is_set():
                libc.renameat2(AT_FDCWD, real.encode(), AT_FDCWD, link.encode(), RENAME_EXCHANGE)
                swaps[0] += 1

        argv = [w.replace("out", "real/out", 1) if w in ("out", "tar:out.tar") else w for w in self.host.argv]
        for number in range(ROUNDS):
            os.mkdir(real)
            os.symlink("canary/sub", link)
            stop.clear()
            thread = threading.Thread(target=swap)
            thread.start()
            done = subprocess.run([self.bed.program, *argv], cwd=self.bed.work, env=self.bed.env, capture_output=True, check=False)
            stop.set()
            thread.join()
            # The link may be what was there when one of the paths was opened; then its target is the directory, and the output is whole there.
            there = self.take_from_canary()
            for at in (real, link):
                if not os.path.islink(at):
                    there.update({n: snapshot(os.path.join(at, n)) for n in os.listdir(at)})
            problems = [] if there == (self.host.good if done.returncode == OK else {}) else [f"there are {list(there)}"]
            if snapshot(os.path.join(self.bed.work, "canary")) != self.bed.canary:
                problems.append("a canary changed")
            tally.point(f"round {number}", done.returncode, problems, done.stderr)
            self.bed.clear()
        if swaps[0] < ROUNDS:
            tally.bad.append(f"only {swaps[0]} exchanges")
        print(f"# {swaps[0]} exchanges")
        return tally.report()

    def appear(self):
        """Case 209: the output is there when it is about to be published."""
        tally = Tally("case 209: the output appears just before it is published")
        for name, line in (("directory", "mkdir -m 751 out"), ("file", ": >out"), ("link", "ln -s canary out"), ("second", ": >out.tar")):
            self.write_script(line)
            done = self.tracer.run(self.host, [rule(["renameat2"], 1, f"run={self.script}")])
            problems = [] if done.status == CONFLICT else [f"status {done.status}"]
            there = self.bed.names(False)
            if there != [line.split()[-1].lstrip(">")]:
                problems.append(f"there are {there}")
            elif snapshot(os.path.join(self.bed.work, there[0])) == self.host.good[there[0]]:
                problems.append("it was replaced")
            if self.bed.names(True):
                problems.append("staging left")
            tally.point(name, done.status, problems, done.stderr)
            self.bed.clear()
        return tally.report(4)

    def edit_store(self):
        """Case 215: root edits a store path in place while it is copied."""
        top = self.nix.argv[-1]
        victim = f"{self.bed.dir}/store{top}"
        with open(victim, "rb") as f:
            content = f.read()
        mode, times = os.lstat(victim).st_mode, os.stat(victim)
        self.write_script(f"chmod u+w {victim}", f"printf x | dd of={victim} bs=1 seek=1 conv=notrunc 2>/dev/null", f"chmod {mode & 0o7777:o} {victim}")

        def restore():
            os.chmod(victim, 0o644)
            with open(victim, "r+b") as f:
                f.write(content)
            os.chmod(victim, mode)
            os.utime(victim, ns=(times.st_atime_ns, times.st_mtime_ns))

        return self.points("case 215: a store path is edited while it is copied", self.nix,
                           lambda done: self.judge_end(self.nix, done, (OK, VERIFY, SYSTEM)), restore)

    def change_source(self, name, path, *lines):
        """Cases 216 and 217: either all of the output is as the source was, or as it is now, or there is an error that names it."""
        kept = os.path.join(self.bed.dir, "kept")
        shutil.copy2(path, kept)
        self.write_script(*lines)
        before = self.host.good
        subprocess.run([self.script], check=True)
        after = {}
        done = subprocess.run([self.bed.program, *self.host.argv], cwd=self.bed.work, env=self.bed.env, capture_output=True, check=False)
        if done.returncode == 0:
            after = {n: snapshot(os.path.join(self.bed.work, n)) for n in self.host.outputs}

        def restore():
            if os.path.lexists(path):
                os.unlink(path)
            shutil.copy2(kept, path)

        self.bed.clear()
        restore()
        self.bed.learn(self.host)
        if self.host.good != before:
            raise SystemExit("the source is not as it was")

        def judge(done):
            there = {n: snapshot(os.path.join(self.bed.work, n)) for n in self.bed.names(False)}
            if self.bed.names(True):
                yield "staging left"
            if done.status == 0:
                if there not in (self.host.good, after):
                    yield "neither the old nor the new"
                return
            if there:
                yield f"there are {list(there)}"
            lines = errors(done.stderr)
            if done.status not in (3, VERIFY, SYSTEM) or len(lines) != 1:
                yield f"status {done.status}"

        return self.points(name, self.host, judge, restore)

    def change_description(self):
        """Case 14: somebody writes to the description while it is read: it is the old one, or a clear error."""
        spec = f"{self.bed.dir}/spec.json"
        with open(spec, "rb") as f:
            content = f.read()
        op = Operation("spec", ["build", "--source", "files", "--root", f"{self.bed.dir}/root", "--spec", spec, "-o", "out"], ["out"])
        self.bed.learn(op)
        self.write_script(f"echo ' {{\"args\": []}}' >>{spec}")

        def restore():
            with open(spec, "wb") as f:
                f.write(content)

        def judge(done):
            yield from self.judge_end(op, done, (OK, 3))
            if done.status == 3 and b"spec.json" not in done.stderr:
                yield "the document is not named"

        return self.points("case 14: a description grows while it is read", op, judge, restore)

    def remove_parent(self):
        """Case 219: somebody removes the directory that the output is to be in."""
        where = os.path.join(self.bed.work, "parent")
        op = Operation("parent", [w.replace("out", "parent/out", 1) if w in ("out", "tar:out.tar") else w for w in self.host.argv], [])
        self.write_script("rm -rf parent")

        def judge(done):
            # Before it is opened it is a directory that is missing.
            missing = done.status == 3 and b"open directory 'parent/'" in done.stderr
            removed = done.status == SYSTEM and b"somebody removed its directory" in done.stderr
            if done.status != OK and not missing and not removed:
                yield f"status {done.status}"
            if done.status != OK and len(errors(done.stderr)) != 1 or b"cache clean" in done.stderr:
                yield "something is told to be left"
            if os.path.exists(where):
                yield "it is there again"
            if snapshot(os.path.join(self.bed.work, "canary")) != self.bed.canary:
                yield "a canary changed"

        def restore():
            os.mkdir(where)

        self.bed.clear()
        os.mkdir(where)
        good = self.points("case 219: the directory of the output is removed", op, judge, restore)
        self.bed.clear()
        return good


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("inject")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    bed = Bed(options.program, [options.inject])
    try:
        race = Race(bed, Tracer(bed, bed.tools[0]), 1 if options.all else 3)
        print("1..14")
        good = [race.same_output(), race.two_outputs(), race.swap_staging(), race.swap_parent(), race.swap_loop(), race.appear(),
                race.edit_store(),
                race.change_source("case 216: a library is replaced by another of its size", race.library,
                                   f"cp -p {race.library} {race.library}.new",
                                   f"printf x | dd of={race.library}.new bs=1 seek=9 conv=notrunc 2>/dev/null",
                                   f"mv {race.library}.new {race.library}"),
                race.change_source("case 216: a library is edited in place", race.library,
                                   f"printf x | dd of={race.library} bs=1 seek=9 conv=notrunc 2>/dev/null"),
                race.change_source("case 217: a source grows", race.data, f"echo more >>{race.data}"),
                race.change_source("case 217: a source shrinks", race.data, f"truncate -s 50000 {race.data}"),
                race.change_source("case 217: a source vanishes", race.data, f"rm {race.data}"),
                race.remove_parent(), race.change_description()]
    finally:
        bed.close()
    return 0 if all(good) else 1


sys.exit(main())
