#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""compile.py OUTPUT TABLE...: turn tables of members, whose format runtime.table explains, into C for model/schema_table.h."""
import re
import sys

TYPES = {"string", "bool", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "object", "opaque", "any"}
OF_MEMBER = {"required", "since", "null", "nonempty"}
OF_VALUE = {"words", "form", "min", "max"}
VERSIONS = ["1.0.0", "1.0.2", "1.1.0", "1.2.0", "1.2.1", "1.3.0"]
SEGMENT = re.compile(r"((?:[A-Za-z0-9_-]|\\\.)+)((?:\[\]|\{\})*)(?:\.|$)")


class Bad(Exception):
    pass


class Node:
    def __init__(self, name=None):
        self.name = name
        self.type = None
        self.rules = {}
        self.members = {}  # of an object
        self.element = None  # of an array or map
        self.group = None


def version(text):
    if text not in VERSIONS:
        raise Bad(f"version '{text}' is none of {', '.join(VERSIONS)}")
    return VERSIONS.index(text)


def parse_rule(text):
    if text.startswith("required<"):
        return "required", text[len("required<"):]
    name, sep, value = text.partition("=")
    if name not in OF_MEMBER | OF_VALUE or bool(sep) != (name not in ("required", "null", "nonempty")):
        raise Bad(f"rule '{text}'")
    return name, value


def containers(node, suffixes, make):
    """Follow [] and {} behind a name to the element they mean."""
    for suffix in re.findall(r"\[\]|\{\}", suffixes):
        kind = "array" if suffix == "[]" else "map"
        if make:
            node.type, node.element = kind, Node()
        if node.type != kind:
            raise Bad(f"'{node.name}' is no {kind}")
        node = node.element
    return node


def segments(path):
    found = list(SEGMENT.finditer(path))
    if "".join(m.group(0) for m in found) != path or path.endswith("."):
        raise Bad(f"path '{path}'")
    return [(m.group(1).replace("\\.", "."), m.group(2)) for m in found]


def add_member(top, path, kind, rules):
    *parents, (name, suffixes) = segments(path)
    node = top
    for parent, inner in parents:
        if parent not in node.members:
            raise Bad(f"'{parent}' in '{path}' is not there yet")
        node = containers(node.members[parent], inner, False)
        if node.type != "object":
            raise Bad(f"'{parent}' in '{path}' is no object")
    if name in node.members:
        raise Bad(f"'{path}' is there twice")
    member = node.members[name] = Node(name)
    value = containers(member, suffixes, True)
    set_type(value, kind)
    for rule, argument in map(parse_rule, rules):
        (member if rule in OF_MEMBER else value).rules[rule] = argument


def set_type(node, kind):
    if kind.startswith("@"):
        node.type, node.group = "object", kind[1:]
    elif kind in TYPES:
        node.type = kind
    else:
        raise Bad(f"type '{kind}'")


class Tables:
    def __init__(self):
        self.words, self.groups, self.kinds, self.top = {}, {}, {}, None

    def line(self, fields):
        if fields[0] in ("words", "hints") and len(fields) > 2:
            values = [w.partition("@")[::2] for w in fields[2:]]
            self.words[fields[1]] = (fields[0] == "hints", [(w, version(v or VERSIONS[0])) for w, v in values])
        elif fields[0] in ("kind", "group") and len(fields) == 2:
            self.top = Node()
            self.top.type = "object"
            (self.kinds if fields[0] == "kind" else self.groups)[fields[1]] = self.top
        elif len(fields) < 2 or self.top is None:
            raise Bad("neither a member nor a list of words")
        elif fields[0] == ".":
            set_type(self.top, fields[1])
        else:
            add_member(self.top, fields[0], fields[1], fields[2:])

    def read(self, path):
        with open(path, encoding="ascii") as f:
            for number, line in enumerate(f, 1):
                try:
                    if line.strip() and not line.startswith("#"):
                        self.line(line.split())
                except Bad as e:
                    sys.exit(f"{path}:{number}: {e}")


class Rows:
    """Rows in the order in which they are needed: what belongs to one object lies side by side."""

    def __init__(self, tables):
        self.tables, self.rows, self.first, self.words = tables, [], {}, list(tables.words)

    def place(self, nodes):
        first = len(self.rows)
        self.rows += [None] * len(nodes)
        for i, node in enumerate(nodes):
            self.rows[first + i] = self.row(node)
        return first

    def owned(self, node):
        """Where what is below a node begins, and how many rows it has."""
        if node.element:
            return self.place([node.element]), 1
        owner = self.tables.groups[node.group] if node.group else node
        if id(owner) not in self.first:
            self.first[id(owner)] = self.place(list(owner.members.values()))
        return self.first[id(owner)], len(owner.members)

    def row(self, node):
        rules, fields = node.rules, []
        if node.name:
            fields.append(f'.name = "{node.name}"')
        fields.append(f".type = SCHEMA_{node.type.upper()}")
        if node.element or node.type == "object":
            fields.append(".first = %d, .count = %d" % self.owned(node))
        for flag in ("required", "null", "nonempty"):
            if flag in rules:
                fields.append(f".{flag} = true")
        for rule, value in (("since", rules.get("since")), ("absent", rules.get("required"))):
            if value:
                fields.append(f".{rule} = {version(value)}")
        if "words" in rules:
            fields.append(f".words = {self.words.index(rules['words']) + 1}")
        if "form" in rules:
            fields.append(f".form = FORM_{rules['form'].upper().replace('-', '_')}")
        for bound in ("min", "max"):
            if bound in rules:
                fields.append(f".has_{bound} = true, .{bound} = {int(rules[bound])}")
        return "\t{ " + ", ".join(fields) + " },"


def compose(tables):
    rows = Rows(tables)
    roots = {name: rows.place([top]) for name, top in tables.kinds.items()}
    yield "/* Made by data/schema/compile.py. */"
    yield '#include "model/schema_table.h"\n'
    yield "#include <stddef.h>\n"
    yield "const char *const schema_versions[] = { " + ", ".join(f'"{v}"' for v in VERSIONS) + " };"
    yield f"const size_t schema_versions_count = {len(VERSIONS)};\n"
    for i, (_, values) in enumerate(tables.words.values()):
        yield f"static const struct schema_word words_{i}[] = {{"
        yield from (f'\t{{ "{w}", {since} }},' for w, since in values)
        yield "\t{ 0 },\n};"
    yield "\nconst struct schema_words schema_words[] = {"
    for i, (is_open, _) in enumerate(tables.words.values()):
        yield f"\t{{ words_{i}, {'true' if is_open else 'false'} }},"
    yield "};\n\nconst struct schema_row schema_rows[] = {"
    yield from rows.rows
    yield "};\n\nconst struct schema_root schema_roots[] = {"
    for name, row in roots.items():
        yield f'\t[SCHEMA_{name.upper().replace("-", "_")}] = {{ "{name}", {row} }},'
    yield "};"


def main(argv):
    tables = Tables()
    for path in argv[2:]:
        tables.read(path)
    try:
        text = "\n".join(compose(tables)) + "\n"
    except (Bad, KeyError, ValueError) as e:
        sys.exit(f"{argv[0]}: {e!r}")
    with open(argv[1], "w", encoding="ascii") as f:
        f.write(text)


if __name__ == "__main__":
    main(sys.argv)
