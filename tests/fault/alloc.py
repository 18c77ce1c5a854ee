#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""alloc.py PROGRAM FAILMALLOC [--step N] [--sanitized]: fail the N-th allocation, once and from N on, for all N; TAP.

Ends when a run asks for fewer allocations than N, so that nothing failed in it. The sanitized program is judged by its sanitizers too.
"""
import argparse
import mmap
import os
import struct
import subprocess
import sys

from bed import SECONDS_MAX, Bed, Tally

STATE = struct.Struct("5Q")
FOREVER = 2**64 - 1
SANITIZERS = {
    "ASAN_OPTIONS": "allocator_may_return_null=1:verify_asan_link_order=0:exitcode=99",
    "UBSAN_OPTIONS": "halt_on_error=1:exitcode=98",
}


class Failing:
    """The program with the library preloaded; the state is shared through a file."""

    def __init__(self, bed, library, sanitized):
        path = os.path.join(bed.dir, "state")
        with open(path, "wb") as f:
            f.write(bytes(STATE.size))
        with open(path, "r+b") as f:
            self.state = mmap.mmap(f.fileno(), STATE.size)
        self.bed = bed
        self.env = dict(bed.env, LD_PRELOAD=os.path.abspath(library), FAILMALLOC=path, **(SANITIZERS if sanitized else {}))

    def run(self, op, first, last):
        """(status, stdout, stderr, allocations, failed, descriptors left or -1)"""
        self.state[:] = STATE.pack(first, last, 0, 0, 0)
        self.bed.prepare(op)
        done = subprocess.run([self.bed.program, *op.argv], cwd=self.bed.work, env=self.env, capture_output=True,
                              timeout=SECONDS_MAX, check=False)
        _, _, count, failed, left = STATE.unpack(self.state[:])
        return done.returncode, done.stdout, done.stderr, count, failed, left - 1


def loop(bed, failing, op, once, step):
    tally = Tally(f"{op.name}: allocation N {'fails' if once else 'and all after it fail'}")
    n = 1
    while True:
        status, stdout, stderr, count, failed, left = failing.run(op, n, n if once else FOREVER)
        problems = list(bed.check_end(op, status, stdout, stderr))
        if left:
            problems.append(f"{left} descriptors left" if left > 0 else "it did not end in order")
        if not failed:
            if status:
                problems.append("nothing was failed and it did not succeed")
            tally.bad += problems
            break
        tally.point(f"N={n} of {count}", status, problems, stderr)
        bed.clear()
        n += step
    bed.clear()
    return tally.report()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("library")
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--sanitized", action="store_true")
    options = parser.parse_args()
    bed = Bed(options.program, [options.library])
    try:
        failing = Failing(bed, bed.tools[0], options.sanitized)
        operations = bed.operations()
        if options.sanitized:  # the sanitizer ends the program when it has no memory to begin a thread with
            for op in operations:
                op.argv = ["1" if before == "--jobs" else word for before, word in zip(["", *op.argv], op.argv)]
        print(f"1..{2 * len(operations)}")
        good = [loop(bed, failing, op, once, options.step) for op in operations for once in (True, False)]
    finally:
        bed.close()
    return 0 if all(good) else 1


sys.exit(main())
