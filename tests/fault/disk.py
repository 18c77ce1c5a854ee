#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""disk.py PROGRAM [--all]: disk full and inode table full at every point of the output, and a source that cannot be read; TAP.

Needs root: it mounts, in a mount namespace of its own. Cases 198 and 200.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

from bed import SECONDS_MAX, Bed, Operation, Tally

PAGE = os.sysconf("SC_PAGE_SIZE")
IMAGE, CUT, FILE = 8 << 20, 5 << 20, 3000000  # the file begins behind 4 MiB


def mount(*words):
    subprocess.run(["mount", *words], check=True, stdout=subprocess.DEVNULL)


def run(bed, op):
    done = subprocess.run([bed.program, *op.argv], cwd=bed.work, env=bed.env, capture_output=True, timeout=SECONDS_MAX, check=False)
    return done.returncode, done.stdout, done.stderr


def used(bed):
    """(pages, inodes) in use where the outputs go"""
    info = os.statvfs(bed.work)
    return info.f_blocks - info.f_bfree, info.f_files - info.f_ffree


def limit(bed, pages, inodes):
    mount("-o", f"remount,size={pages * PAGE},nr_inodes={inodes}", bed.work)


def need(bed, op):
    """(pages, inodes) that are in use before the run, and those that the outputs take"""
    limit(bed, 1 << 16, 1 << 16)
    before = used(bed)
    run(bed, op)
    after = used(bed)
    bed.clear()
    return before, (after[0] - before[0], after[1] - before[1])


def full(bed, op, inodes, everything):
    """From nothing to what is just enough; with that much it succeeds."""
    before, wanted = need(bed, op)
    most = wanted[1] if inodes else wanted[0]
    tally = Tally(f"{op.name}: {'no inodes' if inodes else 'no space'} left at 0 to 100 %")
    step = 1 if everything else max(1, most // 50)
    enough = 0
    for free in [*range(0, most, step), most + 8]:
        limit(bed, *((1 << 16, before[1] + free) if inodes else (before[0] + free, 1 << 16)))
        status, stdout, stderr = run(bed, op)
        problems = list(bed.check_end(op, status, stdout, stderr))
        if status and not re.search(rb"No space left on device\nhint: .*free", stderr):
            problems.append("it does not say how much is free")
        enough += status == 0
        tally.point(f"{free} of {most} {'inodes' if inodes else 'pages'} free", status, problems, stderr)
        limit(bed, 1 << 16, 1 << 16)
        bed.clear()
    if not enough:
        tally.bad.append("it never succeeds")
    return tally.report()


def unreadable(bed):
    """The image under a mounted file system is cut: its last file ends in EIO somewhere."""
    tally = Tally("build: a source that cannot be read in the middle")
    root, image = tempfile.mkdtemp(dir="/tmp"), f"{bed.dir}/image"  # nothing below /dev may go in
    with open(image, "wb") as f:
        f.truncate(IMAGE)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-O", "^has_journal", image], check=True)
    mount("-o", "loop", image, root)
    with open(f"{root}/data", "wb") as f:
        f.write(os.urandom(FILE))
    subprocess.run(["umount", root], check=True)
    mount("-o", "loop,ro", image, root)
    try:
        os.truncate(image, CUT)
        for more in ([], ["--no-verify"], ["--jobs", "1"]):
            op = Operation("broken", ["build", "--source", "files", *more, "-o", "out", "-o", "tar:out.tar",
                                      "--include", f"{root}/data:/data", "--", "/bin/true"], ["out", "out.tar"])
            status, stdout, stderr = run(bed, op)
            problems = list(bed.check_end(op, status, stdout, stderr))
            if not re.search(rb"at offset \d+ of '.*data'.*Input/output error", stderr):
                problems.append("neither the file nor the offset is named")
            tally.point(" ".join(more) or "default", status, problems, stderr)
            bed.clear()
    finally:
        subprocess.run(["umount", root], check=True)
        os.rmdir(root)
    return tally.report()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    bed = Bed(options.program)
    try:
        operations = [op for op in bed.operations() if op.outputs and not op.old]
        if not bed.private:
            print("1..0 # SKIP mounting needs root")
            return 0
        print(f"1..{2 * len(operations) + 1}")
        mount("-t", "tmpfs", "tmpfs", bed.work)
        bed.make_canaries()
        good = [full(bed, op, inodes, options.all) for op in operations for inodes in (False, True)]
        subprocess.run(["umount", bed.work], check=True)
        bed.use_canaries()
        good.append(unreadable(bed))
    finally:
        subprocess.run(["umount", "-q", bed.work], check=False)
        bed.close()
    return 0 if all(good) else 1


sys.exit(main())
