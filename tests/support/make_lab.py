#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make_lab.py DIR: a small chroot Nix store whose programs really run, made from this host's bash and C library.

DIR/nix/store holds the paths, DIR/nix/var/nix/db the database, DIR/paths.txt the lines "NAME STOREPATH". Programs are
relocated with patchelf, so they find their loader and libraries in the store and nowhere else.
"""
import glob
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import types

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gen_store import STORE, hash_part, nar, write_database, write_tree  # noqa: E402

NAMES = ["glibc-2.36", "tinfo-6.4", "bash-5.2", "hello-1.0", "run.sh", "greet-2.0", "exotic-0", "top-link", "top-file",
         "wide-1", "args-1"]


def paths_by_name():
    return {name: f"{STORE}/{hash_part('lab', n)}-{name}" for n, name in enumerate(NAMES)}


def read(path):
    with open(path, "rb") as f:
        return f.read()


def relocated(path, loader, folders):
    """The program with its interpreter and library folders in the store."""
    with tempfile.TemporaryDirectory() as work:
        copy = shutil.copy(path, work)
        os.chmod(copy, 0o755)
        subprocess.run(["patchelf", "--set-interpreter", loader, "--set-rpath", ":".join(folders), copy], check=True)
        return read(copy)


def host(pattern):
    return os.path.realpath(sorted(glob.glob(pattern))[0])


def trees(p):
    interpreter = subprocess.run(["patchelf", "--print-interpreter", "/bin/bash"], check=True, capture_output=True, text=True)
    loader_name = os.path.basename(interpreter.stdout.strip())
    loader = f"{p['glibc-2.36']}/lib/{loader_name}"
    bash = f"{p['bash-5.2']}/bin/bash"
    script = lambda text: ("x", f"#!{bash}\n{text}\n".encode())  # noqa: E731
    return {
        "glibc-2.36": {b"lib": {loader_name.encode(): ("x", read(os.path.realpath(interpreter.stdout.strip()))),
                                b"libc.so.6": ("x", read(host("/lib/*/libc.so.6")))}},
        "tinfo-6.4": {b"lib": {b"libtinfo.so.6": read(host("/lib/*/libtinfo.so.6")),
                               b"home": f"{p['tinfo-6.4']}/lib {p['glibc-2.36']}/lib\n".encode()}},
        "bash-5.2": {b"bin": {b"bash": ("x", relocated("/bin/bash", loader, [f"{p['tinfo-6.4']}/lib", f"{p['glibc-2.36']}/lib"])),
                              b"sh": ("l", b"bash")}},
        "hello-1.0": {b"bin": {b"hello": script('echo "Hello, ${1:-world}!"')}},
        "run.sh": script('echo "run.sh runs"'),
        "greet-2.0": {b"bin": {b"greet": script(f'{p["hello-1.0"]}/bin/hello "$@"; echo "from {p["greet-2.0"]}"')}},
        "exotic-0": {b"with space": b"1", b"line\nfeed": b"", b"quote'\"": b"x", b"-dash": ("x", b""), b".wh.white": b"",
                     b"n" * 255: b"", b"dangling": ("l", b"/nowhere"), b"up": ("l", b"../../.."), b"empty": {},
                     b"deep": {b"er": {b"er": b"end"}}},
        "top-link": ("l", f"{p['hello-1.0']}/bin/hello".encode()),
        "top-file": b"just text\n",
        "wide-1": {b"bin": {b"all": script("echo all")},
                   b"needs": "".join(f"{p[n]}\n" for n in NAMES if n != "wide-1").encode()},
        "args-1": {b"bin": {b"args": script('printf "%s|" "$#" "$@"; echo')}},
    }


def main():
    top = sys.argv[1]
    p = paths_by_name()
    store = os.path.join(top, "nix/store")
    os.umask(0o022)
    os.makedirs(store)
    rows, edges = [], []
    for i, (name, tree) in enumerate(trees(p).items(), start=1):
        data = nar(tree)
        write_tree(os.fsencode(f"{top}{p[name]}"), tree)
        rows.append((i, p[name], "sha256:" + hashlib.sha256(data).hexdigest(), 1, None, len(data), None, None, None))
        edges += [(i, NAMES.index(n) + 1) for n in NAMES if os.path.basename(p[n])[:32].encode() in data]
    write_database(types.SimpleNamespace(dir=top, wal=False), rows, edges)
    with open(f"{top}/paths.txt", "w", encoding="ascii") as f:
        f.writelines(f"{name} {path}\n" for name, path in p.items())


main()
