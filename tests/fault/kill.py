#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""kill.py PROGRAM INJECT [--all]: KILL, INT, TERM and HUP at the N-th call that changes something, for all N; TAP.

Cases 220 to 222. With --all the three come at every call of any kind, too. Without it each N gets one of them in turn, and the second signal
comes at every eighth.
"""
import argparse
import os
import signal
import subprocess
import sys
import time

from bed import SCRATCH, Bed, Tally, remove
from tracer import CALLS, MUTATING, Tracer, rule

POLITE = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
SECONDS = 2.0


def recognised(bed, op):
    """What is left has the name and mode of staging, 'cache clean' removes all of it, and the next run gives the same bytes."""
    for path in bed.scratch():
        if not SCRATCH.search(path) or os.lstat(path).st_mode & 0o7777 != 0o700:
            yield f"{path} is no scratch directory of ours"
        remove(path)
    for name in bed.names(True):
        if os.lstat(os.path.join(bed.work, name)).st_mode & 0o7777 != 0o700:
            yield f"mode of {name}"
    left, there = bed.names(True), bed.names(False)
    for name in there:
        bed.discard(name)
    done = subprocess.run([bed.program, *op.argv], cwd=bed.work, env=bed.env, capture_output=True, check=False)
    if done.returncode or done.stdout != op.stdout or sorted(bed.names(False)) != sorted(op.outputs):
        yield f"the next run fails: {done.stderr}"
    yield from bed.check_world(op)
    if sorted(bed.names(True)) != sorted(left):
        yield "the next run changed the staging of another"
    for name in left: # an empty one of the last minute may be about to be locked
        os.utime(os.path.join(bed.work, name), (time.time() - 120, time.time() - 120))
    done = subprocess.run([bed.program, "cache", "clean", "."], cwd=bed.work, env=bed.env, capture_output=True, check=False)
    if done.returncode or bed.names(True):
        yield f"'cache clean' leaves {[(n, os.listdir(os.path.join(bed.work, n))) for n in bed.names(True)]}: {done.stdout} {done.stderr}"


def killed(tracer, op, _):
    tally = Tally(f"{op.name}: KILL at call N")
    bed = tracer.bed
    count = sum(tracer.count(op, MUTATING).values())
    for n in range(1, count + 1):
        done = tracer.run(op, [rule(MUTATING, n, f"signal={signal.SIGKILL:d}")])
        if not done.hit:  # threads do not always need the same calls
            bed.clear()
            continue
        problems = [] if done.status == -signal.SIGKILL else [f"status {done.status}"]
        problems += bed.check_world(op)
        problems += recognised(bed, op)
        tally.point(f"{done.name} {n} of {count}", done.status, problems, done.stderr)
        bed.clear()
    return tally.report()


def judge_signal(bed, op, done, sent, seconds):
    """Once all is published a signal comes too late: success, complete."""
    if done.status == 0:
        yield from bed.check_end(op, done.status, done.stdout, done.stderr)
    elif done.status != -sent:
        yield f"status {done.status}"
    if seconds > SECONDS:
        yield f"{seconds:.1f} seconds"
    yield from bed.check_world(op)


def asked(tracer, op, everything):
    tally = Tally(f"{op.name}: INT, TERM and HUP at call N")
    bed = tracer.bed
    calls = CALLS if everything else MUTATING
    count = sum(tracer.count(op, calls).values())
    for n in range(1, count + 1):
        for sent in POLITE if everything else [POLITE[n % len(POLITE)]]:
            start = time.monotonic()
            done = tracer.run(op, [rule(calls, n, f"signal={sent:d}")])
            problems = list(judge_signal(bed, op, done, sent, time.monotonic() - start)) if done.hit else []
            if bed.names(True):
                problems.append(f"staging left: {bed.names(True)}")
            if bed.scratch():
                problems.append(f"scratch left: {bed.scratch()}")
            if done.left > 0:
                problems.append(f"{done.left} descriptors left")
            tally.point(f"{sent.name} at {done.name} {n} of {count}", done.status, problems, done.stderr)
            bed.clear()
    return tally.report()


def asked_twice(tracer, op, everything):
    """The second one comes while the first is cleaned up after: it ends at once, what is left is recognised."""
    tally = Tally(f"{op.name}: INT at call N, again while cleaning up")
    bed = tracer.bed
    count = sum(tracer.count(op, MUTATING).values())
    for n in range(1, count + 1, 1 if everything else 8):
        for again in (1, 2, 5, 12):
            start = time.monotonic()
            first = rule(MUTATING, n, f"signal={signal.SIGINT:d}")
            done = tracer.run(op, [first, rule(["unlinkat"], again, f"signal={signal.SIGINT:d}")])
            problems = list(judge_signal(bed, op, done, signal.SIGINT, time.monotonic() - start))
            problems += recognised(bed, op)
            tally.point(f"{n} of {count}, unlinkat {again}", done.status, problems, done.stderr)
            bed.clear()
    return tally.report()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("inject")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    for number in POLITE: # whoever started us may ignore one, and children would too
        signal.signal(number, signal.SIG_DFL)
    bed = Bed(options.program, [options.inject])
    try:
        tracer = Tracer(bed, bed.tools[0])
        operations = [op for op in bed.operations() if op.outputs]
        loops = (killed, asked, asked_twice)
        print(f"1..{len(loops) * len(operations)}")
        good = [loop(tracer, op, options.all) for op in operations for loop in loops]
    finally:
        bed.close()
    return 0 if all(good) else 1


sys.exit(main())
