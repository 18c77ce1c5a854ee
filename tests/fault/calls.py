#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""calls.py PROGRAM INJECT [--all] [--sanitized]: the N-th system call fails, for all calls, errors and N; is interrupted; takes one byte; TAP.

Without --all each N is tried with some of the errors, in turn. The sanitized program needs memory and the terminal's size for itself, and
cannot look for leaks while it is traced. Cases 26, 129, 195 to 197, 201 and 202.
"""
import argparse
import errno
import resource
import subprocess
import sys

from bed import Bed, Tally
from tracer import CALLS, OPENING, Tracer, rule

ERRORS = [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENOMEM, errno.EINTR, errno.EAGAIN]
RETRIED = ["read", "pread64", "write", "copy_file_range", "openat", "openat2", "close"]
SHORTENED = ["read", "pread64", "write", "copy_file_range"]
SOME = 1


def name_of(error):
    return errno.errorcode[error]


def action(call, error):
    """Linux closes a descriptor even if it reports an error."""
    return f"{'after' if call == 'close' else 'error'}={error}"


def errors_of(call, n, everything):
    found = [e for e in ERRORS if not (e == errno.EINTR and call in RETRIED)]
    if call == "flock":  # somebody holds it: that is no failure, and has status 6
        found.remove(errno.EAGAIN)
    if everything:
        return found
    return [found[(n * SOME + i) % len(found)] for i in range(SOME)]


def failing(tracer, op, everything):
    """One call fails, once."""
    tally = Tally(f"{op.name}: system call N fails")
    for call, count in tracer.count(op, CALLS).items():
        for n in range(1, count + 1):
            for error in errors_of(call, n, everything):
                done = tracer.run(op, [rule([call], n, action(call, error))])
                tally.point(f"{call} {n} of {count}, {name_of(error)}", done.status, tracer.judge(op, done), done.stderr)
                tracer.bed.clear()
    return tally.report()


def interrupted(tracer, op, _):
    """EINTR is no failure."""
    tally = Tally(f"{op.name}: system call N is interrupted and tried again")
    for call, count in tracer.count(op, RETRIED).items():
        for n in range(1, count + 1):
            done = tracer.run(op, [rule([call], n, action(call, errno.EINTR))])
            problems = list(tracer.judge(op, done))
            # stdio drops what it could not write; only a signal that ends us interrupts it
            if done.status and b"standard output: Interrupted" not in done.stderr:
                problems.append("EINTR is not tried again")
            tally.point(f"{call} {n} of {count}, EINTR", done.status, problems, done.stderr)
            tracer.bed.clear()
    return tally.report()


# (calls, error, what cannot be expected then): nothing to write the message with; nothing to find or remove what is to go,
# which is told in that case.
EXHAUSTED = [
    (OPENING, errno.EIO, ["staging left"]),
    (["write", "copy_file_range", "mkdirat", "symlinkat"], errno.ENOSPC, ["error lines"]),
    (["read", "pread64", "copy_file_range", "getdents64"], errno.EIO, ["staging left", "scratch left"]),
    (["mmap"], errno.ENOMEM, []),
    (["unlinkat"], errno.EROFS, ["staging left", "scratch left"]),
]


def exhausted(tracer, op, everything):
    """All calls of a group fail from N on, those of the clean-up as well."""
    tally = Tally(f"{op.name}: system calls from N on fail")
    for calls, error, impossible in EXHAUSTED:
        count = sum(tracer.count(op, calls).values())
        for n in range(1, count + 1, 1 if everything else 2):
            done = tracer.run(op, [rule(calls, f"{n}+", f"error={error}")])
            problems = [p for p in tracer.judge(op, done) if not any(word in p for word in impossible)]
            if "staging left" in impossible:
                problems += tracer.bed.check_told(done.stderr)
            tally.point(f"{','.join(calls)} {n}+ of {count}, {name_of(error)}", done.status, problems, done.stderr)
            tracer.bed.clear()
    return tally.report()


def descriptors(tracer, op, _):
    """A limit on descriptors, from one that lets nothing be opened to one that suffices."""
    bed = tracer.bed
    tally = Tally(f"{op.name}: so many descriptors and no more")
    for limit in range(4, 64):
        bed.prepare(op)
        done = subprocess.run([bed.program, *op.argv], cwd=bed.work, env=bed.env, capture_output=True, check=False,
                              preexec_fn=lambda n=limit: resource.setrlimit(resource.RLIMIT_NOFILE, (n, n)))
        if b"error while loading" in done.stderr:
            continue
        problems = list(bed.check_end(op, done.returncode, done.stdout, done.stderr))
        tally.point(f"limit {limit}", done.returncode, problems, done.stderr)
        bed.clear()
        if not done.returncode:
            return tally.report()
    tally.bad.append("it never succeeds")
    return tally.report()


def shortened(tracer, op, _):
    """Reads and writes take one byte: each N, all of one kind, all of them."""
    tally = Tally(f"{op.name}: reads and writes take one byte")
    counts = tracer.count(op, SHORTENED)
    tried = [([call], str(n)) for call, count in counts.items() for n in range(1, min(count, 40) + 1)]
    if sum(len(str(g)) for g in op.good.values()) < 100000:
        tried += [([call], "1+") for call in SHORTENED] + [(SHORTENED, "1+")]
    for calls, when in tried:
        done = tracer.run(op, [rule(calls, when, "short")])
        problems = list(tracer.judge(op, done))
        if done.status:
            problems.append("a short read or write is not gone on with")
        tally.point(f"{','.join(calls)} {when}", done.status, problems, done.stderr)
        tracer.bed.clear()
    return tally.report()


def closing(tracer, op, _):
    """close reports EIO: the file is not written then, whatever write said."""
    tally = Tally(f"{op.name}: close N says EIO")
    files = sum(1 for good in op.good.values() for mode, *_ in good.values() if mode & 0o170000 == 0o100000)
    count = tracer.count(op, ["close"])["close"]
    for n in range(1, count + 1):
        done = tracer.run(op, [rule(["close"], n, f"after={errno.EIO}")])
        tally.point(f"close {n} of {count}", done.status, tracer.judge(op, done), done.stderr)
        tracer.bed.clear()
    if tally.statuses.get(5, 0) < files and "--jobs" not in op.argv:  # with threads N is another call each time
        tally.bad.append(f"{tally.statuses.get(5, 0)} failures for {files} files that were written")
    return tally.report()


def sanitize(bed, loops):
    bed.env.update(ASAN_OPTIONS="detect_leaks=0:exitcode=99", UBSAN_OPTIONS="halt_on_error=1:exitcode=98")
    loops.remove(descriptors)
    for call in ("mmap", "ioctl"):
        CALLS.remove(call)
    EXHAUSTED[:] = [group for group in EXHAUSTED if "mmap" not in group[0]]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("inject")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--sanitized", action="store_true")
    options = parser.parse_args()
    loops = [failing, interrupted, exhausted, descriptors, shortened, closing]
    bed = Bed(options.program, [options.inject])
    try:
        tracer = Tracer(bed, bed.tools[0])
        operations = bed.operations()
        if options.sanitized:
            sanitize(bed, loops)
        print(f"1..{len(loops) * len(operations)}")
        good = [loop(tracer, op, options.all) for op in operations for loop in loops]
    finally:
        bed.close()
    return 0 if all(good) else 1


sys.exit(main())
