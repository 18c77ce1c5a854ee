#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""differential.py: the tables and the JSON schemas of the specifications give the same verdicts on thousands of changed documents.

usage: differential.py LIBRARY [--all]

Changes one thing at a time in a document that has every member, in the good examples and in configurations of ours, and compares
what libocitools says with what python3-jsonschema says. A difference must stand in DIFFERENCES, and each line there must be needed.
With --all the examples are changed everywhere, not only once a place. Status: 0 as expected, 1 not, 77 cannot be checked here.
"""
import copy
import ctypes
import glob
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "support")]
sys.dont_write_bytecode = True
import tables  # noqa: E402
import validate  # noqa: E402

FIXTURES = {
    "config": "runtime-spec/test/config",
    "descriptor": "image-spec/test/descriptor",
    "index": "image-spec/test/index",
    "layout": "image-spec/test/layout",
    "manifest": "image-spec/test/manifest",
    "image-config": "image-spec/test/config",
}
# kind, who refuses, path, why the other one does not.
DIFFERENCES = [
    (".*", "ours", r"(annotations|sysctl|unified|ExposedPorts|Volumes|Labels)\.$", "the pattern of the schema overlooks the empty name"),
    ("config", "ours", r"ociVersion$", "the text wants a semantic version, the schema any string"),
    ("config", "ours", r"process\.oomScoreAdj$|hooks\..*\.timeout$", "the schema has no upper limit; runtimes have 64 bits"),
    ("config", "ours", r"linux\.memoryPolicy\.mode$", "required by the text"),
    ("config", "ours", r"linux\.intelRdt\.schemata\[\]$", "the text wants single lines"),
    ("config", "theirs", r"linux\.resources\.pids$", "limit is optional since 1.3.0; the schema still requires it"),
    (r"descriptor|index|manifest", "ours", r"digest$", "sha256 and sha512 have a length and an alphabet of their own"),
    (r"descriptor|index|manifest", "ours", r"urls\[\]$", "uri is a format, which validators may leave alone"),
    (r"descriptor|index|manifest", "ours", r"data$", "base64 is a hint for programs, not a rule"),
    (r"descriptor|index|manifest", "ours", r"platform\b.*$", "the text has it for every descriptor, and reserves features"),
    ("index", "ours", r"manifests\[\]\.(artifactType|data|size)$", "manifests are descriptors; their schema is an older copy"),
    (r"descriptor|manifest|index", "ours", r"size$", "the schema's limit is rounded to a double above INT64_MAX"),
    ("image-config", "ours", r"created$", "date-time is a format, which validators may leave alone"),
    ("image-config", "ours", r"rootfs\.diff_ids\[\]$", "the text wants digests"),
    ("image-config", "ours", r"config\.Env\[\]$", "the text wants NAME=VALUE"),
]
VALUES = [None, True, 0, -1, 1, 1.5, 256, 512, 65536, 2**31, -(2**31) - 1, 2**32, 2**63, -(2**63) - 1, 2**64, "", "x", "X\ny", [], {},
          ["x"], [1], {"k": "x"}, {"k": 1}, {"": 1}]


class Finding(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("severity", ctypes.c_int), ("rule", ctypes.c_char_p), ("subject", ctypes.c_char_p),
                ("text", ctypes.c_char_p)]


class Ours:
    def __init__(self, library):
        self.lib = ctypes.CDLL(library)
        self.ctx = ctypes.c_void_p()
        if self.lib.ocit_ctx_new(ctypes.byref(self.ctx), None) < 0:
            raise SystemExit("no context")
        self.lib.ocit_report_free.argtypes = [ctypes.c_void_p]
        self.lib.ocit_report_finding.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.POINTER(Finding)]
        self.lib.ocit_schema_check.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p,
                                               ctypes.POINTER(ctypes.c_void_p)]

    def findings(self, kind, document):
        """(severity, rule, subject, text) of each; raises when the document cannot be read."""
        report, text, found = ctypes.c_void_p(), json.dumps(document).encode(), []
        r = self.lib.ocit_schema_check(self.ctx, kind.encode(), text, len(text), b"doc", ctypes.byref(report))
        if r < 0:
            raise ValueError(f"error {r}: {text.decode()}")
        f = Finding(size=ctypes.sizeof(Finding))
        while self.lib.ocit_report_finding(report, len(found), ctypes.byref(f)) == 0:
            found.append((f.severity, f.rule.decode(), f.subject.decode(), f.text.decode()))
        self.lib.ocit_report_free(report)
        return found

    def errors(self, kind, document):
        return [(subject, text) for severity, _, subject, text in self.findings(kind, document) if severity == 2]


def general(path):
    """A path without the names and numbers of elements."""
    return re.sub(r'\[\d+\]', "[]", re.sub(r'\["([^"]*)"\]', r".\1", path)).lstrip(".")


def their_path(error):
    return general("".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in error.absolute_path))


def nodes(document, path=()):
    yield path
    items = document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    for key, value in items:
        yield from nodes(value, path + (key,))


def parent(document, path):
    for key in path[:-1]:
        document = document[key]
    return document


def change(document, path):
    """Every document that differs from this one in one thing at path."""
    if path:
        one = copy.deepcopy(document)
        del parent(one, path)[path[-1]]
        yield one
    target = document
    for key in path:
        target = target[key]
    for value in variants(target):
        one = copy.deepcopy(document)
        if not path:
            yield value
            continue
        parent(one, path)[path[-1]] = value
        yield one


def variants(target):
    yield from VALUES
    if isinstance(target, str):
        yield from (target + "X", target.lower(), target.upper(), target[:-1], target.replace("a", "z"))
    if isinstance(target, list):
        yield from (target + [0], target + [None], target + ["x"], target + [{}])
    if isinstance(target, dict):
        yield from ({**target, "no such member": 1}, {**target, "": 1})


def spine(tabs, node, document, path):
    """The document with what path needs, and no more."""
    if not path:
        return document
    if node.element:
        inner = spine(tabs, node.element, document[path[0]], path[1:])
        return [inner] if node.type == "array" else {path[0]: inner}
    if node.type != "object":
        return document
    kept = {}
    for name, member in tables.members(tabs, node).items():
        if name == path[0]:
            kept[name] = spine(tabs, member, document[name], path[1:])
        elif "required" in member.rules:
            kept[name] = document[name]
    return kept


def all_members(tabs):
    """Small documents around each member of each kind."""
    for kind, top in tabs.kinds.items():
        full = tables.sample(tabs, top)
        for path in nodes(full):
            yield kind, spine(tabs, top, full, path), path


def examples(shared, everywhere):
    golden = glob.glob(os.path.join(HERE, "..", "golden", "config-*.json"))
    for kind, folder in FIXTURES.items():
        seen = set()
        paths = sorted(glob.glob(os.path.join(shared, "schemas", folder, "good", "*.json")))
        for file in paths + (sorted(golden) if kind == "config" else []):
            with open(file, encoding="utf-8") as f:
                document = json.load(f)
            for path in nodes(document):
                place = tuple("[]" if isinstance(p, int) else p for p in path)
                if everywhere or place not in seen:
                    seen.add(place)
                    yield kind, document, path


class Judge:
    def __init__(self, ours):
        self.ours, self.validators, self.used, self.count, self.wrong = ours, {}, set(), 0, 0

    def theirs(self, kind):
        if kind not in self.validators:
            self.validators[kind] = validate.make_validator(kind)
        return self.validators[kind]

    def explained(self, kind, who, paths):
        known = True
        for path in paths:
            rows = [i for i, (k, w, p, _) in enumerate(DIFFERENCES) if w == who and re.fullmatch(k, kind) and re.search(p, path)]
            self.used.update(rows)
            known = known and bool(rows)
        return known

    def compare(self, kind, document):
        self.count += 1
        ours = self.ours.errors(kind, document)
        theirs = list(self.theirs(kind).iter_errors(document))
        if bool(ours) == bool(theirs):
            return
        who = "ours" if ours else "theirs"
        paths = [general(subject) for subject, _ in ours] or [their_path(e) for e in theirs]
        if self.explained(kind, who, paths):
            return
        self.wrong += 1
        if self.wrong <= 20:
            print(f"{kind}: only {who} refuse {json.dumps(document)[:300]}\n\t{ours or [e.message[:200] for e in theirs]} at {paths}")


def schema_paths(validator, node, path="", depth=0):
    """Every member that a schema of the specifications has."""
    if depth > 30:
        return
    if "$ref" in node:
        with validator.resolver.resolving(node["$ref"]) as there:
            yield from schema_paths(validator, there, path, depth + 1)
    for key in ("anyOf", "allOf", "oneOf"):
        for branch in node.get(key, []):
            yield from schema_paths(validator, branch, path, depth + 1)
    for name, inner in node.get("properties", {}).items():
        yield f"{path}.{name}"
        yield from schema_paths(validator, inner, f"{path}.{name}", depth + 1)
    for key, mark in (("items", "[]"), ("additionalProperties", "{}")):
        if isinstance(node.get(key), dict):
            yield from schema_paths(validator, node[key], path + mark, depth + 1)


def compare_members(judge, tabs):
    for kind, top in tabs.kinds.items():
        validator = judge.theirs(kind)
        for path in sorted(set(schema_paths(validator, validator.schema)) - set(tables.paths(tabs, top))):
            print(f"{kind}: {path} stands in the schema and in no table")
            judge.wrong += 1


def main(argv):
    if len(argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    judge, tabs = Judge(Ours(argv[1])), tables.load()
    compare_members(judge, tabs)
    sources = list(all_members(tabs)) + list(examples(os.environ["OCITOOLS_SHARED"], "--all" in argv))
    for kind, document, path in sources:
        judge.compare(kind, document)
        for changed in change(document, path):
            judge.compare(kind, changed)
    for i, (kind, who, path, _) in enumerate(DIFFERENCES):
        if i not in judge.used:
            print(f"no document shows the difference: {kind}, {who}, {path}")
            judge.wrong += 1
    print(f"{len(sources)} places, {judge.count} documents, {judge.wrong} differences without a reason")
    return 1 if judge.wrong else 0


sys.exit(main(sys.argv))
