#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Make a chroot store DIR/nix/store of N tiny paths and the database that describes it.

The result depends on nothing but the options: names, contents, hashes and row ids are the same on
every machine. The first path (the top, written to DIR/roots) reaches all others. `nix-store --store
DIR --verify --check-contents` accepts it, but Nix is not needed to make it.
"""
import argparse
import hashlib
import os
import sqlite3
import struct
import sys

STORE = '/nix/store'
ALPHABET = '0123456789abcdfghijklmnpqrsvwxyz'
REGISTERED = 1700000000

SCHEMA = '''
create table ValidPaths (
    id integer primary key autoincrement not null,
    path text unique not null,
    hash text not null,
    registrationTime integer not null,
    deriver text,
    narSize integer,
    ultimate integer,
    sigs text,
    ca text
);
create table Refs (
    referrer integer not null,
    reference integer not null,
    primary key (referrer, reference),
    foreign key (referrer) references ValidPaths(id) on delete cascade,
    foreign key (reference) references ValidPaths(id) on delete restrict
);
create index IndexReferrer on Refs(referrer);
create index IndexReference on Refs(reference);
create trigger DeleteSelfRefs before delete on ValidPaths begin
    delete from Refs where referrer = old.id and reference = old.id;
end;
create table DerivationOutputs (
    drv integer not null,
    id text not null,
    path text not null,
    primary key (drv, id),
    foreign key (drv) references ValidPaths(id) on delete cascade
);
create index IndexDerivationOutputs on DerivationOutputs(path);
'''


# A tree is bytes (a file), ('x', bytes) (an executable), ('l', text) (a link) or a dict by name.
def nar_string(data):
    return struct.pack('<Q', len(data)) + data + b'\0' * (-len(data) % 8)


NAR = {word: nar_string(word) for word in (
    b'nix-archive-1', b'(', b')', b'type', b'regular', b'executable', b'', b'contents',
    b'symlink', b'target', b'directory', b'entry', b'name', b'node')}


def nar_node(tree, out):
    out += (NAR[b'('], NAR[b'type'])
    if isinstance(tree, dict):
        out.append(NAR[b'directory'])
        for name in sorted(tree):
            out += (NAR[b'entry'], NAR[b'('], NAR[b'name'], nar_string(name), NAR[b'node'])
            nar_node(tree[name], out)
            out.append(NAR[b')'])
    elif isinstance(tree, tuple) and tree[0] == 'l':
        out += (NAR[b'symlink'], NAR[b'target'], nar_string(tree[1]))
    else:
        out.append(NAR[b'regular'])
        if isinstance(tree, tuple):
            out += (NAR[b'executable'], NAR[b''])
            tree = tree[1]
        out += (NAR[b'contents'], nar_string(tree))
    out.append(NAR[b')'])


def nar(tree):
    out = [NAR[b'nix-archive-1']]
    nar_node(tree, out)
    return b''.join(out)


def write_tree(path, tree):
    if isinstance(tree, dict):
        os.mkdir(path, 0o755)
        for name, child in tree.items():
            write_tree(path + b'/' + name, child)
        os.chmod(path, 0o555)
        os.utime(path, (1, 1))
    elif isinstance(tree, tuple) and tree[0] == 'l':
        os.symlink(tree[1], path)
        os.utime(path, (1, 1), follow_symlinks=False)
    else:
        mode, data = (0o555, tree[1]) if isinstance(tree, tuple) else (0o444, tree)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        os.write(fd, data)
        os.fchmod(fd, mode)
        os.utime(fd, (1, 1))
        os.close(fd)


# Each shape gets the path itself and those it must mention; it says whether it mentions itself.
def mention(refs):
    return b''.join(ref + b'\n' for ref in refs)


def shape_file(own, refs):
    return b'plain\n' + mention(refs), False


def shape_executable(own, refs):
    return ('x', b'#!/bin/sh\n' + b''.join(b'# ' + ref + b'\n' for ref in refs)), False


def shape_link(own, refs):
    if len(refs) > 1:
        return {b'%d' % n: ('l', ref) for n, ref in enumerate(refs)}, False
    return ('l', refs[0] + b'/share/none' if refs else b'nowhere at all'), False


def shape_program(own, refs):
    return {b'bin': {b'run': ('x', b'#!' + own + b'/bin/interpreter\n' + mention(refs)),
                     b'same': ('l', b'run')}}, True


def shape_empty(own, refs):
    return (shape_file(own, refs) if refs else ({}, False))


def shape_nested(own, refs):
    return {b'a': {b'b': {b'c': {b'd': {b'e': mention(refs), b'up': ('l', b'../../../..')},
                                 b'empty': {}}}}}, False


def shape_odd(own, refs):
    return {b'with space': b'', b'line\nfeed': mention(refs), b"quote'\"": b'\0\xff',
            b'-dash': ('x', b''), b'back\\slash': ('l', b'dangling target'), b'\xff\xfe': b'1',
            b'.hidden': b'', 'gr\u00fc\u00df'.encode(): ('l', b'/etc/passwd'),
            b'long-' + b'n' * 250: b''}, False


def shape_self(own, refs):
    return {b'share': {b'home': own + b'\n' + mention(refs), b'link': ('l', own + b'/share/home'),
                       b'self': ('l', own)}}, True


SHAPES = (shape_file, shape_executable, shape_link, shape_program, shape_empty, shape_nested,
          shape_odd, shape_self)
NAMES = ('file', 'run.sh', 'link-1.0', 'program-2.1.3', 'empty', 'nested-0.1pre2', 'odd+name_x?y=z',
         'self-10')


def hash_part(seed, number):
    data = hashlib.sha256(f'{seed}:{number}'.encode()).digest()
    return ''.join(ALPHABET[byte & 31] for byte in data)


def children(number, count, chain):
    """Who is needed by path number: its successor, or the two below it in a heap and one more."""
    if chain:
        return [number + 1] if number + 1 < count else []
    below = {2 * number + 1, 2 * number + 2}
    if number % 5 == 3:
        below.add(number + 1 + (number * 7919) % (count - number))
    return sorted(n for n in below if n < count)


def make_top(own, refs, program):
    if program:
        with open(program, 'rb') as file:
            return {b'bin': {b'top': ('x', file.read())}, b'needs': mention(refs)}, False
    return {b'bin': {b'top': ('x', b'#!' + own + b'/bin/top\n')}, b'needs': mention(refs)}, True


def make_rows(options, store):
    paths = [f'{STORE}/{hash_part(options.seed, n)}-{NAMES[n % 8] if n else "top-1.0"}'
             for n in range(options.count)]
    rows, edges = [], []
    for number, path in enumerate(paths):
        row = options.count - number  # what is needed is registered first
        below = children(number, options.count, options.chain)
        own, refs = path.encode(), [paths[n].encode() for n in below]
        tree, own_ref = (SHAPES[number % 8](own, refs) if number else
                         make_top(own, refs, options.program))
        data = nar(tree)
        write_tree(store + own[len(STORE):], tree)
        rows.append((row, path, 'sha256:' + hashlib.sha256(data).hexdigest(), REGISTERED, None,
                     len(data), None, None, None))
        edges += [(row, options.count - n) for n in below]
        if own_ref:
            edges.append((row, row))
    return paths, sorted(rows), sorted(edges)


def write_database(options, rows, edges):
    folder = os.path.join(options.dir, 'nix/var/nix/db')
    os.makedirs(folder)
    with open(os.path.join(folder, 'schema'), 'w', encoding='ascii') as file:
        file.write('10')
    database = sqlite3.connect(os.path.join(folder, 'db.sqlite'), isolation_level=None)
    database.execute('pragma page_size = 4096')
    database.execute('pragma journal_mode = ' + ('wal' if options.wal else 'delete'))
    database.execute('pragma synchronous = off')
    database.executescript('begin;' + SCHEMA)
    database.executemany('insert into ValidPaths values (?,?,?,?,?,?,?,?,?)', rows)
    database.executemany('insert into Refs values (?,?)', edges)
    database.execute('commit')
    database.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n\n', maxsplit=1)[0])
    parser.add_argument('count', type=int, metavar='N')
    parser.add_argument('dir', metavar='DIR', help='new, or an empty directory')
    parser.add_argument('--chain', action='store_true', help='each path needs the next one only')
    parser.add_argument('--seed', type=int, default=1, help='other names, same shapes (default 1)')
    parser.add_argument('--program', metavar='FILE', help='copy FILE to bin/top of the top path')
    parser.add_argument('--wal', action='store_true', help='database in WAL mode, checkpointed')
    options = parser.parse_args()
    if options.count < 1:
        parser.error('N must be at least 1')
    store = os.path.join(options.dir, 'nix/store')
    os.umask(0o022)
    os.makedirs(store)
    os.chmod(store, 0o1775)
    paths, rows, edges = make_rows(options, os.fsencode(store))
    write_database(options, rows, edges)
    with open(os.path.join(options.dir, 'roots'), 'w', encoding='ascii') as file:
        file.write(paths[0] + '\n')
    return 0


if __name__ == '__main__':
    sys.exit(main())
