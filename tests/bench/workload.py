# SPDX-License-Identifier: Apache-2.0
"""Deterministic workloads for the benches: chroot Nix stores with files, and databases without."""
import hashlib
import os
import random
import sys
import types

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
from gen_store import hash_part, nar_string, write_database  # noqa: E402

def store_name(tag, i):
    return f"{hash_part(tag, i)}-{tag}-{i}-1.0"


class Nar:
    """The NAR hash of a tree on disk, for the database of a generated store."""

    def __init__(self, path):
        self.hash, self.size = hashlib.sha256(), 0
        self.put(b"nix-archive-1")
        self.node(path)

    def raw(self, b):
        self.hash.update(b)
        self.size += len(b)

    def put(self, *parts):
        self.raw(b"".join(nar_string(p) for p in parts))

    def node(self, path):
        self.put(b"(", b"type")
        if os.path.islink(path):
            self.put(b"symlink", b"target", os.fsencode(os.readlink(path)))
        elif os.path.isdir(path):
            self.put(b"directory")
            for name in sorted(os.listdir(os.fsencode(path))):
                self.put(b"entry", b"(", b"name", name, b"node")
                self.node(os.path.join(path, os.fsdecode(name)))
                self.put(b")")
        else:
            self.put(b"regular")
            if os.stat(path).st_mode & 0o100:
                self.put(b"executable", b"")
            self.put(b"contents")
            with open(path, "rb") as f:
                self.put(f.read())
        self.put(b")")


def database(top, rows, refs):
    """Write DIR/nix/var/nix/db/db.sqlite; rows: (id, path, hex hash, nar size), refs: (referrer, reference)."""
    write_database(types.SimpleNamespace(dir=top, wal=False),
                   [(i, p, "sha256:" + h, 1, None, n, None, None, None) for i, p, h, n in rows], sorted(set(refs)))


def content(rng, size):
    """About 0.36 compressible: random stretches between repeated ones."""
    out = bytearray()
    while len(out) < size:
        out += rng.randbytes(rng.randrange(20, 60))
        out += bytes([rng.randrange(256)]) * rng.randrange(20, 90)
    return bytes(out[:size])


def write_file(path, data, mode):
    with open(path, "wb") as f:
        f.write(data)
    os.chmod(path, mode)
    os.utime(path, (1, 1))


def bundle_store(top, paths, files, links, dirs, megabytes):
    """A chroot store: `paths` store paths sharing `files` files with log-normal sizes; path 0 needs all others."""
    rng = random.Random(7)
    names = [store_name("bench", i) for i in range(paths)]
    folders = [f"{top}/nix/store/{name}" for name in names]
    for i in range(dirs - paths - 1):  # one more holds the command
        folders.append(f"{folders[i % paths]}/" + "/".join(f"part{k}" for k in range(i // paths + 1)))
    for f in folders:
        os.makedirs(f, exist_ok=True)
    sizes = [rng.lognormvariate(8.5, 1.8) for _ in range(files)]
    scale = megabytes * 1e6 / sum(sizes)
    for i, s in enumerate(sizes):
        write_file(f"{folders[i % len(folders)]}/file{i}", content(rng, int(s * scale) + 1), 0o555 if i % 7 == 0 else 0o444)
    for i in range(links):
        os.symlink(f"file{i}", f"{folders[i % len(folders)]}/link{i}")
    command = f"{top}/nix/store/{names[0]}/bin"
    os.makedirs(command)
    write_file(f"{command}/main", b"#!/bin/none\n", 0o555)
    rows = []
    for i, name in enumerate(names):
        for folder, _, _ in os.walk(f"{top}/nix/store/{name}", topdown=False):
            os.chmod(folder, 0o555)
            os.utime(folder, (1, 1))
        nar = Nar(f"{top}/nix/store/{name}")
        rows.append((i + 1, f"/nix/store/{name}", nar.hash.hexdigest(), nar.size))
    refs = [(1, i + 1) for i in range(paths)] + [(i + 1, rng.randrange(i, paths) + 1) for i in range(paths)]
    database(top, rows, refs)
    return f"/nix/store/{names[0]}/bin/main"


def closure_store(top, total, wanted):
    """A database of `total` paths in groups of 3,000; in a group path i needs i-1 and some earlier ones. Returns roots of `wanted` sizes."""
    rng = random.Random(1)
    group = 3000
    rows, refs = [], []
    names = [store_name("path", i) for i in range(total)]
    for i, name in enumerate(names):
        rows.append((i + 1, f"/nix/store/{name}", hashlib.sha256(name.encode()).hexdigest(), 1000 + rng.randrange(10**6)))
        low = i - i % group
        needs = {i} | ({i - 1} if i > low else set())
        needs |= {rng.randrange(low, i) for _ in range(rng.randrange(2, 9)) if i > low}
        refs += [(i + 1, n + 1) for n in sorted(needs)]
    os.makedirs(f"{top}/nix/store")
    roots = {}
    for k in wanted:  # the root is there on disk, so that it can be the command
        write_file(f"{top}/nix/store/{names[k - 1]}", b"#!/bin/none\n", 0o555)
        roots[k] = f"/nix/store/{names[k - 1]}"
    database(top, rows, refs)
    return roots
