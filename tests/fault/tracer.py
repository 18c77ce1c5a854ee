# SPDX-License-Identifier: Apache-2.0
"""The program under fault/inject: system calls of it fail, shrink or bring a signal."""
import os
import subprocess

from bed import SECONDS_MAX

OPENING = ["openat", "openat2"]
READING = ["read", "pread64", "copy_file_range"]
MUTATING = ["openat", "openat2", "write", "pwrite64", "copy_file_range", "mkdirat", "symlinkat", "linkat", "mknodat", "fchownat",
            "fchown", "fchmod", "fsetxattr", "fremovexattr", "utimensat", "fsync", "syncfs", "close", "renameat", "renameat2",
            "unlinkat", "flock"]
CALLS = MUTATING + ["read", "pread64", "ioctl", "getdents64", "newfstatat", "fstat", "readlinkat", "getrandom", "fcntl", "lseek",
                    "getcwd", "mmap", "clone3"]


class Outcome:
    def __init__(self, status, left, rules, stdout, stderr):
        self.status, self.left, self.rules, self.stdout, self.stderr = status, left, rules, stdout, stderr

    @property
    def hit(self):
        return any(hits for _, hits, _ in self.rules)

    @property
    def name(self):
        return next((name for _, hits, name in self.rules if hits), "-")


def rule(calls, when, action):
    return f"{','.join(calls)}:{when}:{action}"


class Tracer:
    def __init__(self, bed, inject):
        self.bed, self.inject = bed, os.path.abspath(inject)
        self.path = os.path.join(bed.dir, "report")

    def run(self, op, rules):
        self.bed.prepare(op)
        done = subprocess.run([self.inject, self.path, *rules, "--", self.bed.program, *op.argv], cwd=self.bed.work, env=self.bed.env,
                              capture_output=True, timeout=SECONDS_MAX, check=False)
        if done.returncode:
            raise SystemExit(f"inject: {done.stderr.decode()}")
        status, left, found = 0, -1, []
        with open(self.path, encoding="ascii") as f:
            for line in f:
                key, *words = line.split()
                if key == "status":
                    status = int(words[0])
                elif key == "left":
                    left = int(words[0])
                else:
                    found.append((int(words[0]), int(words[1]), words[2]))
        return Outcome(status, left, found, done.stdout, done.stderr)

    def count(self, op, calls):
        """How often each of them is called when nothing fails."""
        found = {}
        for at in range(0, len(calls), 8):
            some = calls[at:at + 8]
            done = self.run(op, [rule([call], 0, "short") for call in some])
            self.bed.clear()
            found.update({call: n for call, (n, _, _) in zip(some, done.rules)})
        return found

    def judge(self, op, done):
        """What is wrong with a run that ended by itself."""
        yield from self.bed.check_end(op, done.status, done.stdout, done.stderr)
        if done.left > 0:
            yield f"{done.left} descriptors left"
