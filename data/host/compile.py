#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""compile.py OUTPUT TABLE: turn the table of hints, whose format it explains itself, into C for source/host_tables.h."""
import re
import sys


def rows(path):
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            words = line.split("#")[0].split()
            if not words:
                continue
            if len(words) != 2 or not re.fullmatch(r"@[a-z]+|[a-z0-9_+-]+\.so", words[0]) or not re.fullmatch(r"(/|\$LIBC/)[A-Za-z0-9._/+-]+", words[1]):
                sys.exit(f"{path}:{number}: expected WHEN PATH, found '{line.strip()}'")
            yield words


def main():
    output, table = sys.argv[1:]
    with open(output, "w", encoding="utf-8") as out:
        out.write('/* Made from data/host; do not edit. */\n#include "source/host_tables.h"\n\nconst struct host_hint host_hints[] = {\n')
        for when, path in rows(table):
            out.write(f'\t{{ "{when}", "{path}" }},\n')
        out.write("};\nconst size_t host_hints_len = sizeof(host_hints) / sizeof(host_hints[0]);\n")


main()
