#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""table_errors.py: a mistake in a table stops the build, and the message says which; TAP."""
import os
import subprocess
import sys
import tempfile

COMPILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data", "schema", "compile.py")
GOOD = "words w a b@1.1.0\ngroup g\nx string required\nkind config\na object\na.b[] @g since=1.2.0\na.c{} string words=w null\n"
MISTAKES = {  # what is added to GOOD: what must be said
    "a.d strin": "type 'strin'",
    "a.d": "neither a member nor a list of words",
    "a string": "'a' is there twice",
    "b.c string": "'b' in 'b.c' is not there yet",
    "a.b.c string": "'b' in 'a.b.c' is no object",
    "a.b{}.c string": "'b' is no map",
    "a..d string": "path 'a..d'",
    "a.d string requird": "rule 'requird'",
    "a.d string required=1": "rule 'required=1'",
    "a.d string since": "rule 'since'",
    "a.d string since=1.0.5": "version '1.0.5' is none of",
    "a.d @none": "'none'",
    "a.d string words=none": "'none'",
    "a.d int64 min=x": "'x'",
    "words x a@9": "version '9' is none of",
}


def run(text):
    with tempfile.TemporaryDirectory() as folder:
        table, out = os.path.join(folder, "t.table"), os.path.join(folder, "out.c")
        with open(table, "w", encoding="ascii") as f:
            f.write(text)
        done = subprocess.run([sys.executable, COMPILE, out, table], capture_output=True, text=True, check=False)
        return done.returncode, done.stderr, os.path.exists(out)


def main():
    bad = 0
    print(f"1..{len(MISTAKES) + 1}")
    cases = [("nothing wrong", GOOD, None)] + [(m, f"{GOOD}{m}\n", said) for m, said in MISTAKES.items()]
    for i, (name, text, said) in enumerate(cases, 1):
        status, stderr, made = run(text)
        fine = (status == 0 and made and not stderr) if said is None else (status == 1 and said in stderr and not made)
        print(f"{'ok' if fine else 'not ok'} {i} - {name}")
        if not fine:
            print(f"# status {status}, made {made}: {stderr}")
            bad += 1
    return 1 if bad else 0


sys.exit(main())
