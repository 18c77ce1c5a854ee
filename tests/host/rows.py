# SPDX-License-Identifier: Apache-2.0
"""Reads the list of host commands: tab-separated columns id, packages, argv (JSON), stdout_regex, notes."""
import json
import re

COLUMNS = ["id", "packages", "argv", "stdout_regex", "notes"]


class Broken(Exception):
    """A line that is not a row, as FILE:LINE: what is wrong."""


class Row:
    """One command, what it needs installed, and what is expected of it."""

    def __init__(self, name, packages, argv, regex, notes):
        self.name, self.packages, self.argv, self.regex = name, packages, argv, regex
        self.status, self.limit, self.user, self.named = None, None, None, []
        self.core = self.merged = self.host_network = self.tls_server = self.fixtures = False
        for note in notes.split(";"):
            self.take(note.strip())
        if self.status is None:
            raise ValueError("the notes have no rc=STATUS")

    def take(self, note):
        """One note; those that only explain are of no effect."""
        if note.startswith("rc="):
            self.status = number(note, "rc=", "")
            if self.status > 255:
                raise ValueError(f"'{note}' is no exit status")
        elif note.startswith("size<="):
            self.limit = number(note, "size<=", "MB") * 1000 * 1000
        elif note.startswith("user="):
            self.user = note[len("user="):]
            if not re.fullmatch(r"[a-z_][a-z0-9_-]*", self.user):
                raise ValueError(f"'{note}' names no user")
        elif m := re.match(r"needs (\S+) named\b", note):
            self.named.append(m[1])
        elif note.startswith("first start a TLS server"):
            self.tls_server = True
        self.core |= note == "core"
        self.merged |= note == "match on stdout followed by stderr"
        self.host_network |= note == "share the host network"
        self.fixtures |= note == "needs the fixture tree"

    def command(self, fix):
        return [arg.replace("${FIX}", fix) for arg in self.argv]

    def matches(self, out, err):
        text = out + err if self.merged else out
        return self.regex.search(text.decode("utf-8", "replace")) is not None


def number(note, before, after):
    m = re.fullmatch(re.escape(before) + r"(\d{1,6}) ?" + after, note)
    if not m:
        raise ValueError(f"'{note}' is not {before}NUMBER{after}")
    return int(m[1])


def parse(line):
    cells = line.split("\t")
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{len(cells)} columns instead of {len(COLUMNS)}")
    name, packages, argv, regex, notes = cells
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9+._-]*", name):
        raise ValueError(f"'{name}' is no id")
    for package in packages.split():
        if not re.fullmatch(r"[a-z0-9][a-z0-9+.-]+", package):
            raise ValueError(f"'{package}' is no name of a package")
    try:
        words = json.loads(argv)
    except ValueError as e:
        raise ValueError(f"argv is not JSON: {e}") from None
    if not isinstance(words, list) or not words or not all(isinstance(w, str) for w in words):
        raise ValueError("argv is no list of strings with a program in it")
    try:
        pattern = re.compile(regex, re.M)
    except re.error as e:
        raise ValueError(f"the regular expression '{regex}' is wrong: {e}") from None
    return Row(name, packages.split(), words, pattern, notes)


def read(path):
    """All rows of the file, in its order."""
    with open(path, encoding="utf-8") as f:
        try:
            lines = f.read().splitlines()
        except UnicodeDecodeError as e:
            raise Broken(f"{path}: not UTF-8: {e.reason}") from None
    if not lines or lines[0].split("\t") != COLUMNS:
        raise Broken(f"{path}:1: the first line is not {' '.join(COLUMNS)}, separated by tabs")
    rows, seen = [], {}
    for at, line in enumerate(lines[1:], 2):
        try:
            row = parse(line)
            if row.name in seen:
                raise ValueError(f"'{row.name}' is also line {seen[row.name]}")
        except ValueError as e:
            raise Broken(f"{path}:{at}: {e}") from None
        seen[row.name] = at
        rows.append(row)
    return rows
