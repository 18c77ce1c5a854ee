#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fixtures.py: the good examples of the specifications pass check --schema, the bad ones fail.

Needs $OCITOOLS and $OCITOOLS_SHARED. Status: 0 as expected, 1 not, 77 cannot be checked here.
"""
import glob
import json
import os
import subprocess
import sys

FOLDERS = {  # kind: folder of good/ and bad/
    "config": "runtime-spec/test/config",
    "descriptor": "image-spec/test/descriptor",
    "index": "image-spec/test/index",
    "layout": "image-spec/test/layout",
    "manifest": "image-spec/test/manifest",
    "image-config": "image-spec/test/config",
}

def check(kind, path):
    run = subprocess.run([os.environ["OCITOOLS"], "check", "--schema", kind, path], capture_output=True, text=True)
    return run.returncode, run.stdout + run.stderr


def is_json(path):
    try:
        with open(path, encoding="utf-8") as f:
            json.load(f)
    except ValueError:
        return False
    return True


def judge(kind, path, good):
    """What is wrong, or None."""
    status, output = check(kind, path)
    name = os.path.basename(path)
    refused = 1 if is_json(path) else 3
    if good and status != 0:
        return f"is good, status {status}: {output}"
    if not good and status != refused:
        return f"is bad, status {status}, not {refused}"
    if good and name.startswith(("zos-", "freebsd-")) != ("not for Linux" in output):
        return f"'not for Linux' is said or not said: {output}"
    return None


def main():
    shared = os.environ.get("OCITOOLS_SHARED", "")
    if not os.path.isdir(os.path.join(shared, "schemas")):
        print("skipped: OCITOOLS_SHARED does not name a folder with schemas")
        return 77
    wrong = count = 0
    for kind, folder in FOLDERS.items():
        for verdict in ("good", "bad"):
            paths = sorted(glob.glob(os.path.join(shared, "schemas", folder, verdict, "*.json")))
            if not paths:
                print(f"no fixtures in {folder}/{verdict}")
                return 1
            for path in paths:
                count += 1
                problem = judge(kind, path, verdict == "good")
                if problem:
                    print(f"{kind} {os.path.basename(path)}: {problem}")
                    wrong += 1
    print(f"{count} fixtures, {wrong} judged wrongly")
    return 1 if wrong else 0


sys.exit(main())
