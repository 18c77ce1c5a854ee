#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fallback.py PROGRAM DENY ERROR CALLS SUITE...: the bats files SUITE over the program while the kernel refuses CALLS with ERROR; TAP.

ENOSYS is an old kernel, EPERM a container's filter. 'run' is not filtered: the runtime that it starts would be, too.
Case 199.
"""
import os
import re
import subprocess
import sys
import tempfile

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LINE = re.compile(r"(ok|not ok) \d+ ?(.*)")


def write_wrapper(folder, program, deny, error, calls):
    path = os.path.join(folder, "ocitools")
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"#!/bin/sh\ncase ${{1-}} in\nrun) exec '{program}' \"$@\" ;;\nesac\nexec '{deny}' {error} {calls} '{program}' \"$@\"\n")
    os.chmod(path, 0o755)
    return path


def denied(wrapper, program):
    """The filter works, or the whole run would prove nothing."""
    plain = subprocess.run([program, "version"], capture_output=True, check=True).stdout
    return subprocess.run([wrapper, "version"], capture_output=True, check=True).stdout == plain


def main():
    program, deny = (os.path.abspath(p) for p in sys.argv[1:3])
    error, calls, suites = sys.argv[3], sys.argv[4], sys.argv[5:]
    number, failed = 0, 0
    with tempfile.TemporaryDirectory(prefix="ocitools-fallback-") as folder:
        wrapper = write_wrapper(folder, program, deny, error, calls)
        if not denied(wrapper, program):
            print("Bail out! the wrapped program does not start")
            return 1
        env = dict(os.environ, OCITOOLS=wrapper)
        for suite in suites:
            run = subprocess.Popen(["bats", "--tap", f"{TESTS}/{suite}.bats"], env=env, stdout=subprocess.PIPE, text=True)
            for line in run.stdout:
                found = LINE.match(line)
                if found:
                    number += 1
                    failed += found[1] != "ok"
                    print(f"{found[1]} {number} - {suite} without {calls} ({error}): {found[2]}", flush=True)
                elif line.startswith("#"):
                    print(line, end="", flush=True)
            if run.wait() and not failed:
                print(f"# {suite}: bats ended with {run.returncode}")
                failed += 1
    print(f"1..{number}")
    print(f"# {number} points, {failed} violations")
    return 1 if failed or not number else 0


sys.exit(main())
