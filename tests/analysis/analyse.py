#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""analyse.py gcc|clang-tidy SOURCE BUILD: run a static analyser over lib and cli; TAP, one test a file.

BUILD is configured with the compiler of the analyser. What it finds must be in known.txt beside this program, each line

    TOOL FILE CHECK: why it is no fault

and a line there that nothing matches any more is a failure, too. model.h tells the analysers what they cannot see.
"""
import concurrent.futures
import json
import os
import re
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
# These define what model.h redefines; programs have no such functions.
WITHOUT_MODEL = ("lib/base/ctx.c", "lib/os/fault.c", "lib/model/spec_fields.c")
CHECKS = ["-*", "bugprone-*", "clang-analyzer-*", "misc-*", "performance-*", "portability-*", "readability-misleading-indentation",
          "readability-non-const-parameter",
          # house style: memcmp() as a truth value, sizes of pointers, small integers
          "-bugprone-suspicious-string-compare", "-bugprone-sizeof-expression", "-bugprone-narrowing-conversions",
          "-bugprone-implicit-widening-of-multiplication-result", "-bugprone-easily-swappable-parameters",
          "-bugprone-reserved-identifier",
          # wants memcpy_s and its kin, which the C library does not have
          "-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling",
          # does not know va_start in clang 14
          "-clang-analyzer-valist.Uninitialized"]
WARNING = re.compile(r"^(?:\S*?/)?((?:lib|cli|include)/\S+?):\d+:\d+: (?:warning|error): .*\[(?:-Wanalyzer-)?([\w.-]+?)(?:,-warnings-as-errors)?\]$")


def commands(source, build):
    """(file below source, words of its compiler) for each file of lib and cli."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as f:
        entries = json.load(f)
    for entry in entries:
        name = os.path.relpath(os.path.join(build, entry["file"]), source)
        if name.startswith(("lib/", "cli/")):
            yield name, shlex.split(entry["command"])


def model(name, source):
    if name.startswith("cli/") or name in WITHOUT_MODEL:
        return []
    return ["-I" + os.path.join(source, "lib"), "-include", os.path.join(HERE, "model.h")]


def gcc(name, words, source):
    """The file's own command, but for where its results go."""
    kept = [w for i, w in enumerate(words) if not w.startswith("-M") and words[i - 1] not in ("-MF", "-MQ")]
    kept[kept.index("-o") + 1] = "/dev/null"
    return [*kept, *model(name, source), "-fanalyzer", "-Wno-error", "-fdiagnostics-color=never"]


def clang_tidy(name, build, source):
    extra = ["--extra-arg=" + w for w in [*model(name, source), "-Wno-gnu-statement-expression"]]
    return ["clang-tidy-14", "-p", build, "--quiet", "--checks=" + ",".join(CHECKS), *extra, os.path.join(source, name)]


def findings(argv, build):
    done = subprocess.run(argv, cwd=build, capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    found = [(m[1], m[2], line) for line in lines if (m := WARNING.match(line))]
    if done.returncode and not found:
        found = [("", "the analyser failed", done.stderr[-2000:] or done.stdout[-2000:])]
    return found


def known(tool):
    with open(os.path.join(HERE, "known.txt"), encoding="utf-8") as f:
        for line in f:
            words = line.split(":")[0].split()
            if not line.startswith("#") and words and words[0] == tool:
                yield words[1], words[2]


def main():
    tool, source, build = sys.argv[1], os.path.abspath(sys.argv[2]), os.path.abspath(sys.argv[3])
    runs = {}
    for name, words in commands(source, build):
        runs[name] = gcc(name, words, source) if tool == "gcc" else clang_tidy(name, build, source)
    explained, used, good = set(known(tool)), set(), bool(runs)
    print(f"1..{len(runs) + 1}")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda argv: findings(argv, build), runs.values()))
    for number, (name, found) in enumerate(zip(runs, results), 1):
        used |= {(f, check) for f, check, _ in found} & explained
        bad = [line for f, check, line in found if (f, check) not in explained]
        for line in bad:
            print("\n".join("# " + part for part in line.splitlines()))
        print(f"{'not ok' if bad else 'ok'} {number} - {name}")
        good &= not bad
    stale = sorted(explained - used)
    for name, check in stale:
        print(f"# known.txt: '{tool} {name} {check}' is found no more")
    print(f"{'not ok' if stale else 'ok'} {len(runs) + 1} - what is explained is still found")
    return 0 if good and not stale else 1


sys.exit(main())
