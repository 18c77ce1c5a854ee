# SPDX-License-Identifier: Apache-2.0
"""tables.py: the tables in data/schema as Python sees them: their members, and a document that has all of them."""
import os
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "data", "schema"))
sys.dont_write_bytecode = True
import compile as compiler  # noqa: E402

HEX = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
SAMPLES = {
    "base64": "QQ==",
    "cpu-list": "0-3,7",
    "device-type": "c",
    "digest": "sha256:" + HEX,
    "line": "L3:0=ff",
    "media-type": "application/x",
    "memory-bandwidth": "MB:0=20",
    "page-size": "2MB",
    "rlimit": "RLIMIT_CORE",
    "time": "2026-01-02T15:04:05Z",
    "uri": "https://example.com/x",
    "variable": "A=b",
    "version": "1.3.0",
}


def load():
    tables = compiler.Tables()
    for name in ("image.table", "runtime.table"):
        tables.read(os.path.join(ROOT, "data", "schema", name))
    return tables


def members(tables, node):
    return (tables.groups[node.group] if node.group else node).members


def paths(tables, node, path=""):
    """Every member, with [] and {} for elements."""
    for name, member in members(tables, node).items():
        here = f"{path}.{name}"
        yield here
        value = member
        while value.element:
            here += "[]" if value.type == "array" else "{}"
            value = value.element
        yield from paths(tables, value, here)


def sample(tables, node):
    """A value that is right, with every member."""
    if node.element:
        inner = sample(tables, node.element)
        return [inner] if node.type == "array" else {"key": inner}
    if node.type == "object":
        return {name: sample(tables, m) for name, m in members(tables, node).items()}
    if node.type == "string":
        if "words" in node.rules:
            is_open, words = tables.words[node.rules["words"]]
            return "other" if is_open else words[0][0]
        return SAMPLES[node.rules["form"]] if "form" in node.rules else "text"
    if node.type == "bool":
        return True
    if node.type == "opaque":
        return {}
    if node.type == "any":
        return 0
    return int(node.rules.get("min", 1))
