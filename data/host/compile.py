#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""compile.py TABLE... OUTPUT: turn the tables of data/host, each of which explains itself, into C for source/host_tables.h."""
import os
import re
import sys

PATH = r"(/|\$LIBC/)[A-Za-z0-9._/+-]+"
PATTERN = r"[/*][A-Za-z0-9._/+*-]+"
NAME = r"-?[a-z0-9][a-z0-9+.-]*"
# Table: the C type, the array, and what each word of a row looks like; further words are a remark.
TABLES = {
    "hints": ("struct host_hint", "host_hints", [r"@[a-z]+|[a-z0-9_+-]+\.so", PATH]),
    "loads": ("struct host_load", "host_loads", [r"python|perl|ruby", r"@[a-z]+|[A-Za-z0-9_.:/]+", r"[A-Za-z0-9_.:/]+\*?"]),
    "modules": ("struct host_module", "host_modules", [r"python|perl|ruby|gems|extensions|typelib", r"(\$PREFIX)?/[A-Za-z0-9$*_./-]+"]),
    "trim": ("struct host_trim", "host_trims", [r"[a-z]+", PATTERN]),
    "readable": ("struct host_pattern", "host_readables", [PATTERN]),
    "packages": ("struct host_package", "host_packages", [r"umbrella|single|word|maintainer|reader", NAME]),
}


def rows(path, shapes):
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            words = line.split("#")[0].split()
            if not words:
                continue
            if len(words) < len(shapes) or not all(re.fullmatch(s, w) for s, w in zip(shapes, words)):
                sys.exit(f"{path}:{number}: '{line.strip()}' is no row of this table")
            yield words


def main():
    *tables, output = sys.argv[1:]
    with open(output, "w", encoding="utf-8") as out:
        out.write('/* Made from data/host; do not edit. */\n#include "source/host_tables.h"\n\n#include <stddef.h>\n')
        for table in tables:
            name = os.path.basename(table).split(".")[0]
            kind, array, shapes = TABLES[name]
            out.write(f"\nconst {kind} {array}[] = {{\n")
            for words in rows(table, shapes):
                cells = [f'"{w}"' for w in words[: len(shapes)]]
                if name == "packages":
                    # A reader has a third word, the kind of files.
                    cells.append(f'"{words[2]}"' if words[0] == "reader" else "NULL")
                out.write("\t{ " + ", ".join(cells) + " },\n")
            out.write(f"}};\nconst size_t {array}_len = sizeof({array}) / sizeof({array}[0]);\n")


main()
