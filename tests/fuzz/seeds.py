#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""seeds.py [TARGET...]: write the inputs that a fuzz target starts from into corpus/TARGET; the same ones in every run.

What the fuzzers found lies beside them as found-*, and is not made here. Numbers are those of the list of hostile inputs.
"""
import json
import os
import sqlite3
import struct
import sys
import tempfile

CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")


def json_texts():
    texts = {
        "empty": b"",
        "good": b'{"args":["/bin/sh","echo \\u00e4\\ud83d\\ude00 \\"x\\"\\n\\/\\\\"],"n":-12,'
                b'"o":{"a":1,"b":[],"c":{}},"t":true,"f":false,"z":null,"r":[1.5e3,0.1E-2,0,10]}',
        "wide": b'{\r\n\t"a" : [ 1 , 2 ],\n  "b": { } }\n',
        "many-members": b"{" + b",".join(b'"%c":%d' % (c, c) for c in b"zyxwvutsrqponmlkjihgfedcba") + b"}",
        "duplicate": b'{"a":1,"b":2,"a":3}',
        "duplicate-escaped": b'{"a":1,"\\u0061":3}',
        "duplicate-among-many": b"{" + b",".join(b'"%d":0' % (i % 19) for i in range(20)) + b"}",
        "depth-64": b"[" * 64 + b"]" * 64,
        "depth-65": b"[" * 65 + b"]" * 65,
        "depth-mixed": b'{"a":[' * 31 + b"1" + b"]}" * 31,
        "unbalanced": b"[" * 1000,
        "wrong-end": b'{"a":[1}',
        "mark": b"\xef\xbb\xbf{}",
        "nul": b'{"a":"x\0y"}',
        "nul-behind-number": b"[1,2\0]",
        "nul-escaped": b'"\\u0000"',
        "trailing": b"{} {}",
        "comma": b"[1,]",
        "comma-object": b'{"a":1,}',
        "bare-key": b"{a:1}",
        "integer-max": b"[9223372036854775807,-9223372036854775808]",
        "integer-over": b"9223372036854775808",
        "integer-under": b"-9223372036854775809",
        "minus-zero": b"-0",
        "minus-zero-real": b"[-0.0,-0e1]",
        "leading-zero": b"01",
        "real-over": b"1e400",
        "real-under": b"1e-400",
        "real-half": b"1.",
        "digits": b"1" * 400,
        "digits-real": b"0." + b"1" * 400,
        "surrogate-lone": b'"\\ud83d"',
        "surrogate-reversed": b'"\\ude00\\ud83d"',
        "utf8-overlong": b'"\xc0\x80"',
        "utf8-surrogate": b'"\xed\xa0\x80"',
        "utf8-high": b'"\xf4\x90\x80\x80"',
        "utf8-cut": b'"\xe2\x82',
        "control": b'"\x1f"',
        "delete": b'"\x7f\xc2\x80\xe2\x80\xae"',
        "escape-cut": b'"\\',
        "literals": b"[true,false,null]",
        "literal-long": b"[truefalse]",
    }
    return texts


class Elf:
    """a small ELF file: program headers, a string table, four symbols, both hash tables, a dynamic section"""
    BASE = 0x10000
    WORDS = [b"libfoo.so.1", b"/abs/libbar.so", b"self.so", b"$ORIGIN/../lib", b"system", b"iconv_open", b"popen", b"../x", b"a/b"]

    def __init__(self, wide=True, big=False):
        self.wide, self.big = wide, big
        self.word = 8 if wide else 4
        self.strings = b"\0" + b"".join(w + b"\0" for w in self.WORDS)
        self.interp = b"/lib/ld.so\0"
        self.type, self.machine = 3, 62 if wide else 8
        self.segments = None
        foo, bar, me, origin = (self.string(w) for w in self.WORDS[:4])
        self.dynamic = [(1, foo), (1, bar), (14, me), (29, origin), (5, self.BASE + 512), (10, len(self.strings)),
                        (6, self.BASE + 352), (0x6ffffef5, self.BASE + 288), (4, self.BASE + 320), (0x6ffffffb, 0x800), (0, 0)]

    def string(self, text):
        return self.strings.index(b"\0" + text + b"\0") + 1

    def set(self, tag, value, new_tag=None):
        at = [t for t, _ in self.dynamic].index(tag)
        self.dynamic[at] = (tag if new_tag is None else new_tag, value)
        return self

    def number(self, v, width=None):
        width = width or self.word
        return (v % (1 << 8 * width)).to_bytes(width, "big" if self.big else "little")

    def segment(self, kind, offset, size, address=None):
        n, zero = self.number, self.number(0)
        address = self.BASE + offset if address is None else address
        if self.wide:
            return n(kind, 4) + n(0, 4) + n(offset) + n(address) + zero + n(size) + zero * 2
        return n(kind, 4) + n(offset) + n(address) + zero + n(size) + zero + n(0, 4) + zero

    def symbol(self, name, section):
        n = self.number
        if self.wide:
            return n(name, 4) + n(0, 2) + n(section, 2) + bytes(16)
        return n(name, 4) + bytes(10) + n(section, 2)

    def bytes(self):
        n = self.number
        dynamic = b"".join(n(t) + n(v) for t, v in self.dynamic)
        symbols = b"".join(self.symbol(self.string(w) if w else 0, s)
                           for w, s in [(None, 0), (b"system", 0), (b"iconv_open", 7), (b"libfoo.so.1", 0), (b"popen", 9)])
        size = 640 + len(dynamic)
        segments = self.segments or [self.segment(1, 0, size), self.segment(3, 256, len(self.interp)),
                                     self.segment(2, 640, len(dynamic))]
        start = 64 if self.wide else 52
        parts = {
            0: b"\x7fELF" + bytes([2 if self.wide else 1, 2 if self.big else 1, 1]) + bytes(9) + n(self.type, 2) + n(self.machine, 2)
               + n(1, 4) + n(0) + n(start) + n(0) + n(0, 4) + n(start, 2) + n(len(segments[0]), 2) + n(len(segments), 2) + bytes(6),
            start: b"".join(segments), 256: self.interp, 288: n(1, 4) + n(4, 4) + n(1, 4), 320: n(1, 4) + n(5, 4),
            352: symbols, 512: self.strings, 640: dynamic,
        }
        whole = bytearray(size)
        for at, part in parts.items():
            whole[at:at + len(part)] = part
        return bytes(whole)


def elf_with(**members):
    e = Elf()
    for name, value in members.items():
        setattr(e, name, value)
    return e.bytes()


def elf_files():
    good = Elf().bytes()
    files = {f"good-{32 + 32 * wide}-{'big' if big else 'little'}": Elf(wide, big).bytes() for wide in (False, True) for big in (False, True)}
    files |= {f"cut-{n:03}": good[:n] for n in (0, 3, 4, 15, 16, 63, 64, 119, 231, 260, 513, 639, len(good) - 1)}  # 116
    files |= {"class": good[:4] + b"\3" + good[5:], "order": good[:5] + b"\0" + good[6:], "version": good[:6] + b"\0" + good[7:]}  # 117
    for name, at, value in [("phoff-far", 32, (1 << 64) - 8), ("phoff-wraps", 32, (1 << 64) - 56), ("phentsize", 54, 1 << 16 | 3),
                            ("phnum-all", 56, 0xffff), ("phnum-many", 56, 0xfffe)]:  # 118
        width = 8 if at == 32 else 2
        files[name] = good[:at] + (value % (1 << 8 * width)).to_bytes(width, "little") + good[at + width:]
    files |= {f"type-{t}": elf_with(type=t) for t in (1, 2, 4)}  # 126
    files |= {"interp-empty": elf_with(interp=b"\0\0"), "interp-open": elf_with(interp=b"/lib/ld.so"),
              "interp-relative": elf_with(interp=b"ld.so\0")}  # 119
    e = Elf()
    load, interp, dynamic = e.segment(1, 0, len(good)), e.segment(3, 256, 11), e.segment(2, 640, len(good) - 640)
    for name, segments in {
            "interp-huge": [load, e.segment(3, 0, 65536)], "interp-twice": [load, interp, interp, dynamic],
            "dynamic-outside": [load, e.segment(2, len(good), 160)], "dynamic-odd": [load, e.segment(2, 640, 17)],
            "dynamic-open": [load, e.segment(2, 640, 160)], "dynamic-huge": [load, e.segment(2, 640, 1 << 60)],
            "dynamic-twice": [load, dynamic, dynamic], "load-wraps": [e.segment(1, (1 << 64) - 16, len(good), e.BASE), dynamic],
            "load-all": [e.segment(1, 0, (1 << 64) - 1, 0), dynamic], "load-overlap": [load, load, dynamic],
            "load-none": [dynamic]}.items():  # 119, 120
        files[name] = elf_with(segments=segments)
    for name, tag, value in [("strtab-outside", 5, 8), ("strtab-end", 5, (1 << 64) - 1), ("strsz-0", 10, 0), ("strsz-huge", 10, 1 << 62),
                             ("strsz-cut", 10, 5), ("needed-beyond", 1, 1 << 32), ("needed-empty", 1, 0), ("needed-parent", 1, Elf().string(b"../x")),
                             ("symtab-outside", 6, 8), ("symtab-end", 6, Elf.BASE + len(good) - 1), ("hash-outside", 4, 8)]:  # 121, 122
        files[name] = Elf().set(tag, value).bytes()
    note = struct.pack("<III", 4, 4, 0x407c0c0a) + b"FDO\0[1]\0"
    note_at = e.segment(4, len(good), len(note))
    files |= {"note": elf_with(segments=[load, dynamic, note_at]) + note, "note-cut": elf_with(segments=[load, dynamic, note_at]) + note[:-3],
              "notes": elf_with(segments=[load, dynamic, e.segment(4, len(good), 3 * len(note))]) + b"\1" + note[1:] + 2 * note,
              "note-twice": elf_with(segments=[load, note_at, note_at]) + note,
              "note-sizes": elf_with(segments=[load, dynamic, note_at]) + note[:4] + b"\xff" * 4 + note[8:]}
    many = Elf()
    many.dynamic[:0] = [(1, many.string(b"libfoo.so.1"))] * 200
    files["needed-many"] = many.bytes()
    files["rpath-alone"] = Elf().set(29, Elf().string(b"$ORIGIN/../lib"), 15).bytes()  # 123
    files["rpath-both"] = Elf().set(14, 1, 15).bytes()
    files["syment"] = Elf().set(14, 23, 11).bytes()
    files["gnu-hash-0"] = Elf().set(0x6ffffef5, Elf.BASE + 640 - 8).bytes()
    return files


def ldcache(entries, big=False, order=2, strings=b"libz.so.1\0/lib/hw/libz.so.1\0/lib/libz.so.1\0", count=None):
    def number(v, width):
        return v.to_bytes(width, "big" if big else "little")
    start = 48 + 24 * len(entries)
    rows = b"".join(number(flags, 4) + number((start + name) % (1 << 32), 4) + number((start + path) % (1 << 32), 4) + number(0, 4) + number(hwcap, 8)
                    for flags, name, path, hwcap in entries)
    count = len(entries) if count is None else count
    return (b"glibc-ld.so.cache1.1" + number(count, 4) + number(len(strings), 4) + bytes([order]) + bytes(19) + rows + strings)


def ldcache_files():
    two = [(0x0303, 0, 10, 1 << 62), (0x0303, 0, 28, 0)]
    good = ldcache(two)
    old = b"ld.so-1.7.0\0" + (1).to_bytes(4, "little") + bytes(12) + bytes(4)
    files = {"good": good, "good-big": ldcache(two, True, 3), "good-no-order": ldcache(two, False, 0), "good-big-no-order": ldcache(two, True, 0),
             "none": ldcache([]), "behind-old": old + good, "old-only": old, "old-many": old[:12] + b"\xff" * 4 + old[16:] + good,
             "empty": b"", "magic": good[:20], "header": good[:48], "other-version": good.replace(b"1.1", b"1.2", 1),
             "no-end": ldcache(two, strings=b"libz.so.1\0/lib/hw/libz.so.1\0/lib/libz.so.1"),
             "string-in-header": ldcache([(3, -72 % (1 << 32), 10, 0)]), "string-beyond": ldcache([(3, 0, 1 << 20, 0)]),
             "string-wraps": ldcache([(3, 0, (1 << 32) - 73, 0)]), "string-long": ldcache([(3, 0, 0, 0)], strings=b"x" * 4096 + b"\0"),
             "count-huge": ldcache(two, count=(1 << 32) - 1), "count-3": ldcache(two, count=3), "shared": ldcache([(3, 0, 0, 0)] * 40),
             "strings-huge": good[:24] + b"\xff\xff\xff\x7f" + good[28:]}  # 128
    files |= {f"cut-{n:03}": good[:n] for n in (19, 47, 71, 95, len(good) - 1)}
    return files


def shebang_lines():
    lines = {
        "alone": b"#!", "blank": b"#! \n", "no-newline": b"#!/bin/sh", "plain": b"#!/bin/sh\n", "argument": b"#! /bin/sh -e \nexit\n",
        "tabs": b"#!\t/bin/sh\t-e\t-x\t\n", "nul": b"#!/bin/s\0h -e\n", "nul-first": b"#!\0\n", "crlf": b"#!/bin/sh\r\n",
        "mark": b"\xef\xbb\xbf#!/bin/sh\n", "relative": b"#!sh\n", "not": b"#", "long-name": b"#!/" + b"x" * 300 + b"\n",
        "name-253": b"#!/" + b"x" * 252 + b"\n", "name-254": b"#!/" + b"x" * 253 + b"\n", "cut-argument": b"#!/bin/sh " + b"x" * 300 + b"\n",
        "cut-blank": b"#!/bin/sh" + b" " * 300 + b"x\n", "line-256": b"#!/bin/sh " + b"x" * 245 + b"\n", "env": b"#!/usr/bin/env python3\n",
        "env-two-words": b"#!/usr/bin/env python3 -u\n", "env-split": b"#!/usr/bin/env -S python3 -u x\n", "env-vs": b"#!/usr/bin/env -vS a b\n",
        "env-long": b"#!/usr/bin/env --split-string=a b\n", "env-assign": b"#!/usr/bin/env X=1 prog\n",
        "env-path": b"#!/usr/bin/env -S -i PATH=/a:/b Y=2 prog\n", "env-unset": b"#!/usr/bin/env -S -u X -C /d prog\n",
        "env-end": b"#!/usr/bin/env -S -- prog\n", "env-quotes": b"#!/usr/bin/env -S 'a b' \"c\\_d\" e\n",
        "env-escapes": b"#!/usr/bin/env -S a\\_b\\tc\\\\\\#\\$\n", "env-stop": b"#!/usr/bin/env -S a\\cb c\n", "env-comment": b"#!/usr/bin/env -S # a\n",
        "env-open-quote": b"#!/usr/bin/env -S 'a b\n", "env-end-backslash": b"#!/usr/bin/env -S a\\\n", "env-none": b"#!/usr/bin/env\n",
        "blank-at-end": b"#!/bin/sh -e ", "blank-before-nul": b"#!/bin/sh -e \0x\n",
        "env-empty": b"#!/usr/bin/env -S \"\" x\n", "env-many": b"#!/usr/bin/env -S" + b" X=" * 80 + b"\n", "env-equals": b"#!/usr/bin/env =x y\n",
    }  # 144 to 149
    return lines


def digest_texts():
    algos = {"sha256": bytes(range(32)), "sha512": bytes(255 - n for n in range(64))}
    texts = {"empty": b"", "md5": b"md5:d41d8cd98f00b204e9800998ecf8427e", "md5-bare": b"900150983cd24fb0d6963f7d28e17f72",
             "sha1": b"sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709",
             "name-alone": b"sha256", "name-colon": b"sha256:", "name-dash": b"sha256-", "blake3": b"blake3:" + b"0" * 64}
    for name, raw in algos.items():
        tag, text, base32 = name.encode(), raw.hex().encode(), nix32(raw)
        sri = __import__("base64").b64encode(raw)
        texts |= {f"{name}-hex": tag + b":" + text, f"{name}-bare": text, f"{name}-nix32": tag + b":" + base32, f"{name}-sri": tag + b"-" + sri,
                  f"{name}-upper": tag + b":" + text.upper(), f"{name}-short": tag + b":" + text[:-1], f"{name}-long": tag + b":" + text + b"0",
                  f"{name}-bits": tag + b":z" + base32[1:], f"{name}-letter": tag + b":" + base32[:-1] + b"e",
                  f"{name}-unpadded": tag + b"-" + sri.rstrip(b"="), f"{name}-sri-bits": tag + b"-" + sri[:-3] + b"/" + sri[-2:],
                  f"{name}-equals": tag + b"-" + b"=" * len(sri), f"{name}-nul": tag + b":" + text[:-1] + b"\0"}  # 61
    return texts


def nix32(raw):
    digits, number = b"0123456789abcdfghijklmnpqrsvwxyz", int.from_bytes(raw, "little")
    return bytes(digits[number >> 5 * n & 31] for n in reversed(range((len(raw) * 8 - 1) // 5 + 1)))


def nix_path_texts():
    part, store = b"0123456789abcdfghijklmnpqrsvwxyz", b"/s/st/"
    names = {"good": b"hello-2.12", "one": b"x", "marks": b"a+b-c._?=Z", "dot-name": b".profile", "dots": b"..", "dot": b".", "dot-dash": b".-x",
             "dots-dash": b"..-x", "three-dots": b"...", "empty": b"", "name-211": b"x" * 211, "name-212": b"x" * 212, "slash": b"a/b", "nul": b"a\0b",
             "space": b"a b", "utf8": b"\xc3\xa4"}
    texts = {n: part + b"-" + name for n, name in names.items()}
    texts |= {"bad-letter": b"e" + part[1:] + b"-x", "upper": part.upper() + b"-x", "short": part[1:] + b"-x", "no-dash": part + b"x", "nothing": b"",
              "mention": b"exec " + store + part + b"-hello-2.12/bin/hello --x", "mentions": (b":" + store + part + b"-a") * 3,
              "nested": store + store + part + b"-a" + store + part + b"-b", "directory": b"/s/st /s/st/ /s/stx/" + part + b"-a", "end": b"x/s/st",
              "mention-bad": store + b"u" + part[1:] + b"-x " + store + part + b"-.. " + store + part + b"-" + b"y" * 300,
              "version": b"a-b-1.0-2", "half": store + part + b"-", "again": b"/s/s/s/st/" + part + b"-a"}  # 48, 50
    return texts


def nar_walks():
    def name(text):
        return bytes([len(text)]) + text
    return {
        "file": b"\2" + name(b"hello\n"), "executable": b"\6" + name(b"#!/bin/sh\n"), "link": b"\1" + name(b"../target"), "directory": b"\0\3", "nothing": b"",
        "tree": b"\0\0" + name(b"a") + b"\2" + name(b"f") + name(b"x") + b"\1" + name(b"l") + name(b"a/f") + b"\3\6" + name(b"z") + name(b"") + b"\3",
        "eight": b"\2" + name(b"A" * 8), "seven": b"\2" + name(b"A" * 7), "nine": b"\2" + name(b"A" * 9), "empty-file": b"\2\0",
        "name-120": b"\0\2" + name(b"n" * 120) + name(b"x"), "name-121": b"\0\2" + name(b"n" * 121) + name(b"x"), "name-255": b"\0\2" + name(b"n" * 255) + name(b"x"),
        "target-119": b"\1" + name(b"t" * 119), "target-255": b"\1" + name(b"t" * 255), "deep": b"\0" + b"\0\1d" * 40,
        "many": b"\0" + b"".join(b"\2" + name(b"%03d" % n) + name(b"c" * n) for n in range(60)),
    }


def spec_texts():
    def with_args(members):
        return b'{"args":["/bin/sh","-c","echo \xc3\xa4"],' + members + b"}"
    members = {
        "all": b'"mounts":{"/data":{"type":"none","source":"/srv","options":["bind","ro"]},"/t":{"type":"tmpfs","source":"tmpfs"}},"readonly":true,'
               b'"env":{"A":"1","B":""},"cwd":"/data","user":"1000:100","hostname":"a.b-c","terminal":true,"capabilities":["CAP_CHOWN","kill"],'
               b'"noNewPrivileges":false,"network":"none","seccomp":"default","rlimits":{"CORE":{"soft":0,"hard":"unlimited"},"nofile":{"soft":10,"hard":20}},'
               b'"resources":{"memory":"512m","cpus":"1.5","pids":100},"sysctl":{"net.ipv4.ip_forward":"1","kernel.shmmax":"5"},'
               b'"include":["/a",{"path":"b","destination":"/c"}]',
        "seed": b'"profile":"seed","readonly":true', "env-list": b'"env":["A=1","B="]', "env-twice": b'"env":["A=1","A=2"]', "env-none": b'"env":["A"]',
        "env-empty-name": b'"env":{"":"x"}', "env-equals": b'"env":{"a=b":"x"}', "env-odd-names": b'"env":{":E":"2","a.b":"","]":"x","1":"y"}', "capabilities-default": b'"capabilities":["default","CAP_SYS_ADMIN"]',
        "capability-twice": b'"capabilities":["kill","CAP_KILL"]', "unlimited": b'"resources":{"pids":"unlimited"},"rlimits":{"RLIMIT_AS":{"soft":"unlimited","hard":"unlimited"}}',
        "limit-order": b'"rlimits":{"CORE":{"soft":2,"hard":1}}', "limit-twice": b'"rlimits":{"CORE":{"soft":1,"hard":1},"RLIMIT_CORE":{"soft":1,"hard":1}}',
        "limit-max": b'"rlimits":{"CPU":{"soft":"18446744073709551614","hard":"18446744073709551615"}}', "memory-max": b'"resources":{"memory":9223372036854775807}',
        "memory-over": b'"resources":{"memory":"8388608t"}', "cpus-least": b'"resources":{"cpus":"0.01"}', "cpus-most": b'"resources":{"cpus":"8192.99999"}',
        "seed-resources": b'"profile":"seed","resources":{"pids":5}', "sysctl-host": b'"sysctl":{"kernel.panic":"1"}', "sysctl-tab": b'"sysctl":{"net.a.b":"1\\t2"}',
        "mount-proc": b'"mounts":{"/proc/x":{}}', "mount-parent": b'"mounts":{"/a/../b":{"type":"tmpfs"}}', "mount-slash": b'"mounts":{"/a/":{"type":"tmpfs"},"/a":{"type":"tmpfs"}}',
        "mount-root": b'"mounts":{"/":{"type":"tmpfs"}}', "mount-dev": b'"mounts":{"/dev/shm":{"type":"tmpfs","source":"tmpfs","options":["size=1m"]}}',
        "mount-options": b'"mounts":{"/a":{"type":"none","source":"/","options":["bind","ro","rw"]}}', "mount-comma": b'"mounts":{"/a":{"type":"tmpfs","options":["a,b"]}}',
        "mount-nothing": b'"mounts":{"/a":{}}', "mount-empty-source": b'"mounts":{"/a":{"type":"none","source":""}}', "mount-relative": b'"mounts":{"a":{"type":"tmpfs"}}',
        "cwd-relative": b'"cwd":"a"', "cwd-proc": b'"cwd":"/proc/self/fd/7"', "cwd-long": b'"cwd":"/' + b"a/" * 2500 + b'"', "hostname-long": b'"hostname":"' + b"h" * 65 + b'"',
        "hostname-slash": b'"hostname":"a/b"', "user-empty": b'"user":""', "unknown": b'"arg":["x"]', "dotted": b'"resources.memory":1', "null": b'"env":null',
        "include-dots": b'"include":[{"path":"x","destination":"/a/../b"}]', "include-empty": b'"include":[""]', "control": b'"hostname":"a\\u001b[2J"',
    }  # 28 to 40
    texts = {name: with_args(m) for name, m in members.items()}
    return texts | {"no-args": b"{}", "args-empty": b'{"args":[]}', "args-first-empty": b'{"args":[""]}', "array": b"[]", "args-twice": b'{"args":["a"],"args":["b"]}'}


def option_lines():
    lines = {
        "all": b"volume /srv:/data\nmount type=bind,src=/a,dst=/b,ro\ntmpfs /t:size=1m\nread-only true\nenv A=1\nworkdir /data\nuser 5\nhostname h\ntty true\n"
               b"cap-add kill\nno-new-privileges false\nprofile hardened\nnetwork none\nseccomp unconfined\nulimit CORE=0:5\nmemory 1g\ncpus 0.5\npids-limit 7\n"
               b"sysctl net.a=1\ninclude /a:/b\nsource auto\nroot /r\nstore-dir /s/t\ntimestamp 5\nstrict true",
        "volume-rw": b"volume /a:/b:rw", "volume-three": b"volume /a:/b:ro:x", "volume-empty": b"volume :/b", "volume-relative": b"directory /w\nvolume ./a:/b\nvolume ../..:/c",
        "volume-relative-none": b"volume ./a:/b", "volume-dots": b"directory /w\nvolume ...:/b", "mount-tmpfs": b"mount type=tmpfs,dst=/a,size=5", "mount-twice": b"mount type=tmpfs,dst=/a,target=/b",
        "mount-none": b"mount type=bind,dst=/a", "mount-empty": b"mount type=tmpfs,,dst=/a", "mount-readonly": b"mount type=bind,source=/a,dest=/b,readonly,rbind",
        "mount-devices": b"mount type=ext4,src=/dev/x,dst=/a,noatime", "tmpfs-options": b"tmpfs /a:mode=1777,size=50%", "tmpfs-empty": b"tmpfs /a:,", "tmpfs-colon": b"tmpfs /a:",
        "env-none": b"env A", "env-empty": b"env =x", "env-twice": b"env A=1\nenv A=2", "ulimit-none": b"ulimit CORE", "ulimit-unlimited": b"ulimit nofile=1:unlimited",
        "ulimit-case": b"ulimit rlimit_core=5", "memory": b"memory 9223372036854775807", "memory-units": b"memory 8388607T", "memory-0": b"memory 0", "cpus-dot": b"cpus 1.", "cpus-digits": b"cpus 0.123456",
        "pids": b"pids-limit unlimited", "sysctl-none": b"sysctl net.a", "include-colons": b"include a:b:c", "include-bytes": b"include /\xff\xfe", "arg-bytes": b"arg \xff",
        "unknown": b"volumes /a:/b", "not-served": b"device /dev/x", "twice": b"memory 1m\nmemory 2m", "store": b"store /x\nsource files", "timestamp": b"timestamp 8589934592", "directory": b"directory a",
        "seed": b"profile seed\nmemory 5m",
    }
    return {name: b"arg /bin/true\n" + text for name, text in lines.items()}


def account_names():
    names = [b"", b"root", b"nobody", b"0", b"0:0", b"1000", b"1000:100", b"65534:65534", b"2147483647", b"2147483648", b"4294967295", b"4294967296:0", b"18446744073709551616",
             b"-1", b"+1", b"01", b"1e3", b" 1", b"1 ", b"1:", b":1", b":", b"1:2:3", b"root:nogroup", b"nobody:root", b"user", b"root:x", b"Root", b"a" * 33, b"r\xc3\xb6\xc3\xb6t",
             b"root\nx:0:0", b"root:0\n", b"0x10", b"nobody:nobody", b"\x1b[2J"]  # 37
    return {f"{i:02}": name for i, name in enumerate(names)}


def schema_documents():
    """A document of each kind with every member, and some with faults; the first byte is the kind."""
    sys.path.insert(0, os.path.join(os.path.dirname(CORPUS), "..", "schema"))
    sys.dont_write_bytecode = True
    import tables

    known, kinds = tables.load(), ["config", "descriptor", "index", "layout", "manifest", "image-config"]
    faults = {
        "numbers": b'0{"ociVersion":"1.0.0","process":{"oomScoreAdj":-9223372036854775809,"rlimits":[{"hard":18446744073709551615,"soft":1e9}]}}',
        "names": b'0{"ociVersion":"1.0.0","annotations":{"":1,"\\"]":2,"\\u001b":3},"linux":{"sysctl":{"a.b":null}}}',
        "version": b'0{"ociVersion":"99999999999999999999.1.0-x..","freebsd":0,"linux":[]}',
        "forms": b'1{"mediaType":"a/","digest":"sha256:","size":-1,"urls":["%4","a:%4","a:%zz"],"data":"A==="}',
        "times": b'5{"created":"2026-02-29T24:00:60+","history":[{"created":"2026-01-01T"},{"created":"2026-01-01"}],"rootfs":{}}',
        "not-object": b"3[]",
        "deep": b'4{"layers":' + b"[" * 60 + b"]" * 60 + b"}",
        "near": b'0{"ociversion":"1.0.0","proces":{},"root":{"readOnly":true,"paht":"x"}}',
    }
    for i, kind in enumerate(kinds):
        faults[f"all-{kind}"] = b"%d" % i + json.dumps(tables.sample(known, known.kinds[kind])).encode()
    return faults


NIX_TABLES = """create table ValidPaths (id integer primary key, path text, hash text, narSize integer);
    create table Refs (referrer integer, reference integer);"""
# as Nix makes them
NIX_SCHEMA = """create table ValidPaths (id integer primary key autoincrement not null, path text unique not null, hash text not null,
    registrationTime integer not null, deriver text, narSize integer, ultimate integer, sigs text, ca text);
    create table Refs (referrer integer not null, reference integer not null, primary key (referrer, reference),
    foreign key (referrer) references ValidPaths(id) on delete cascade, foreign key (reference) references ValidPaths(id) on delete restrict);
    create index IndexReferrer on Refs(referrer); create index IndexReference on Refs(reference);
    create trigger DeleteSelfRefs before delete on ValidPaths begin delete from Refs where referrer = old.id and reference = old.id; end;"""


def nix_row(n, name, **members):
    row = {"id": n, "path": f"'/nix/store/{n:032}-{name}'", "hash": f"'sha256:{abs(n):064x}'", "narSize": 96 + 8 * n} | members
    return f"insert into ValidPaths ({','.join(row)}) values ({','.join(str(v) for v in row.values())});"


NIX_ROWS = nix_row(1, "app-1.0") + nix_row(2, "lib") + nix_row(3, "data") + "insert into Refs values (1,2),(1,3),(2,2),(2,3);"


def nix_db(sql, journal="delete", later=None):
    """the bytes of a database in pages of 512; of later the log is kept as well"""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "db")
        db = sqlite3.connect(path, isolation_level=None)
        db.executescript(f"pragma page_size = 512; pragma journal_mode = {journal}; begin; {sql}; commit;")
        if later:
            db.executescript("pragma wal_checkpoint(truncate); pragma wal_autocheckpoint = 0; begin; " + later + "; commit;")
            with open(path, "rb") as f, open(path + "-wal", "rb") as log:
                both = f.read(), plain_log(log.read())
            db.close()
            return both
        db.close()
        with open(path, "rb") as f:
            return f.read()


def plain_log(log):
    """a write-ahead log with salts that are the same in every run"""
    order = ">" if log[3] & 1 else "<"
    size, s0, s1 = int.from_bytes(log[8:12], "big"), 0, 0

    def add(data):
        nonlocal s0, s1
        for x, y in struct.iter_unpack(order + "II", data):
            s0 = (s0 + x + s1) & 0xffffffff
            s1 = (s1 + y + s0) & 0xffffffff
        return struct.pack(">II", s0, s1)

    salts = struct.pack(">II", 1, 2)
    ret = log[:16] + salts
    ret += add(ret)
    for at in range(32, len(log), 24 + size):
        page = log[at + 24:at + 24 + size]
        add(log[at:at + 8])
        ret += log[at:at + 8] + salts + add(page) + page
    return ret


def nix_databases():
    good = nix_db(NIX_TABLES + NIX_ROWS)
    full = nix_db(NIX_SCHEMA + NIX_ROWS.replace("narSize)", "narSize, registrationTime)").replace(");insert", ",1);insert"), "wal")
    before, log = nix_db(NIX_TABLES + NIX_ROWS, "wal", nix_row(4, "more") + "insert into Refs values (3,4);")
    mark = b"\n--log--\n"
    files = {"good": good, "nix": full, "log": before + mark + log, "log-cut": before + mark + log[:-100], "log-empty": before + mark,
             "log-header": before + mark + log[:32], "log-of-another": before + mark + log[:16] + b"12345678" + log[24:], "log-beside-delete": good + mark + log,
             "empty": b"", "short": b"SQLite format 3\0", "noise": bytes((i * 167 + (i >> 8) * 31) & 255 for i in range(2048)),
             "cut-page": good[:1024], "cut-header": good[:60], "page-size-64k": good[:16] + b"\0\1" + good[18:],
             "schema-4g": good[:100] + b"\x0d" + b"\xff" * 7 + good[108:], "utf16": nix_db("pragma encoding = 'UTF-16le';" + NIX_TABLES + NIX_ROWS)}  # 41, 42, 43
    for name, sql in {
            "view": "alter table ValidPaths rename to V; create view ValidPaths as select * from V", "trigger": "create trigger X after delete on Refs begin select 1; end",
            "generated": "alter table ValidPaths add g as (upper(path))", "check": "drop table Refs; create table Refs (referrer, reference, check (random() > reference))",
            "without-rowid": "drop table Refs; create table Refs (referrer, reference, primary key (referrer, reference)) without rowid",
            "expression-index": "create index E on Refs(abs(referrer))", "partial-index": "create index P on ValidPaths(path) where id > 1",
            "no-refs": "drop table Refs", "no-size": "alter table ValidPaths drop column narSize",
            "root-page": "pragma writable_schema = on; update sqlite_schema set rootpage = 1", "sql-noise": "pragma writable_schema = on; update sqlite_schema set sql = 'x'"}.items():
        files[name] = nix_db("pragma legacy_alter_table = on; commit; " + NIX_TABLES + NIX_ROWS + sql + "; begin")  # 47
    for name, row in {
            "path-parent": nix_row(4, "x", path="'/nix/store/../etc'"), "path-other": nix_row(4, "x", path="'/etc'"), "path-null": nix_row(4, "x", path="null"),
            "path-number": nix_row(4, "x", path="7"), "path-blob": nix_row(4, "x", path="x'2f6e6978'"), "path-nul": nix_row(4, "x", path="'/nix/store/" + "0" * 31 + "4-a' || char(0) || 'b'"),
            "path-same": nix_row(4, "x", path="'/nix/store/" + "0" * 31 + "3-data'"), "hash-part-same": nix_row(4, "x", path="'/nix/store/" + "0" * 31 + "3-else'"),
            "path-long": nix_row(4, "x", path="'/nix/store/" + "0" * 31 + "4-' || hex(zeroblob(106))"), "hash-null": nix_row(4, "x", hash="null"),
            "hash-md5": nix_row(4, "x", hash="'md5:d41d8cd98f00b204e9800998ecf8427e'"), "hash-sri": nix_row(4, "x", hash="'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='"),
            "hash-base32": nix_row(4, "x", hash="'sha256:" + "0" * 52 + "'"), "size-null": nix_row(4, "x", narSize="null"), "size-negative": nix_row(4, "x", narSize=-1),
            "size-real": nix_row(4, "x", narSize="1.5"), "size-max": nix_row(4, "x", narSize=(1 << 63) - 1), "missing": "", "cycle": nix_row(4, "x") + "insert into Refs values (4,1);",
            "id-negative": nix_row(4, "x") + nix_row(-5, "y", path="'/nix/store/" + "0" * 31 + "5-y'") + "insert into Refs values (4,-5);",
            "ref-text": nix_row(4, "x") + "insert into Refs values (4,'lib');", "ref-null": nix_row(4, "x") + "insert into Refs values (4,null);",
            "ref-max": nix_row(4, "x") + "insert into Refs values (4,9223372036854775807);"}.items():
        files[name] = nix_db(NIX_TABLES + NIX_ROWS + row + "insert into Refs values (3,4);")  # 48 to 51
    return files


def record_texts():
    digest = "sha256:" + "2cf24dba" * 8
    file = {"path": "/b", "kind": "file", "size": 5, "mode": "0644", "uid": 0, "gid": 0}
    unit = {"id": "/nix/store/x", "name": "n", "version": "1", "source": "nix", "size": 3, "narHash": digest,
            "reason": {"rule": "needed", "from": "/b", "detail": "libc.so.6"}}
    whole = {"schemaVersion": 1, "config": {"digest": digest}, "units": [unit], "files": [
        file | {"mtime": 1, "digest": digest, "unit": "/nix/store/x"},
        {"path": "/a", "kind": "symlink", "target": "b", "mode": "0777", "uid": 1, "gid": 2},
        {"path": "/", "kind": "directory", "mode": "1777", "uid": 0, "gid": 0}]}
    texts = {"good": whole, "files-none": whole | {"files": []}, "units-none": whole | {"units": []}, "version": whole | {"schemaVersion": 2},
             "config": whole | {"config": {}}, "file-twice": whole | {"files": [file, file]}, "unit-twice": whole | {"units": [unit, unit]},
             "unit-no-id": whole | {"units": [{}]}, "unit-size": whole | {"units": [unit | {"size": -1}]}}
    for name, members in {"hex": {"path": "/\ufffd", "pathHex": "2fff"}, "hex-odd": {"pathHex": "2f0"}, "hex-nul": {"pathHex": "2f00"}, "hex-empty": {"pathHex": ""},
                          "relative": {"path": "b"}, "parent": {"path": "/a/../b"}, "slash": {"path": "/b/"}, "empty": {"path": ""}, "kind": {"kind": "device"},
                          "mode": {"mode": "0888"}, "mode-long": {"mode": "00644"}, "uid": {"uid": -1}, "gid": {"gid": 1 << 32}, "size": {"size": -1},
                          "digest": {"digest": "md5:1"}, "digest-number": {"digest": 7}, "no-target": {"kind": "symlink"}, "number": {"path": 1}}.items():
        texts[f"file-{name}"] = whole | {"files": [file | members]}
    return {name: json.dumps(text).encode() for name, text in texts.items()}


def rules_texts():
    process = {"args": ["sh"], "cwd": "/", "env": ["A=1", "a.b=", "B", "=1", "1A=2"], "rlimits": [{"type": "RLIMIT_CPU", "soft": 2, "hard": 1}] * 2,
               "capabilities": {"bounding": ["CAP_FLY", "kill"], "permitted": ["CAP_KILL"], "effective": ["CAP_CHOWN"], "inheritable": [], "ambient": ["CAP_KILL"]}}
    linux = {"devices": [{"path": "/dev/x", "type": "c", "major": 1, "minor": 1}, {"path": "x", "type": "q"}],
             "resources": {"memory": {"limit": 5, "swap": 3, "reservation": 9}, "blockIO": {"weightDevice": [{"major": 1, "minor": 2}]},
                           "devices": [{"allow": True, "access": "rwx", "type": "z"}]}, "namespaces": [{"type": "pid"}, {"type": "pid", "path": "x"}]}
    config = {"ociVersion": "1.0.2", "process": process, "root": {"path": "rootfs"}, "hostname": "a", "mounts": [{"destination": "a"}, {"destination": "/a/../b"}, {"destination": "/a/b"},
              {"destination": "/a", "options": ["ro", "rw"]}], "linux": linux, "annotations": {"": "x", "org.opencontainers.x": "y", "plain": ""},
              "hooks": {"prestart": [{"path": "x", "args": [], "env": ["A"], "timeout": 0}], "poststop": [{"path": "/bin/x", "env": ["A="]}]}}
    texts = {"much": config, "least": {"ociVersion": "1.0.2", "process": {"args": ["sh"], "cwd": "/"}}, "none": {}, "array": [], "null": None,
             "types": {"process": [], "mounts": {}, "linux": [], "hooks": 1, "annotations": [], "ociVersion": 1},
             "types-below": {"process": {"args": [1], "env": [1, None], "rlimits": [1], "capabilities": []}, "mounts": [1, None], "linux": {"namespaces": [1], "devices": [[]]}},
             "cwd-fd": {"ociVersion": "1.0.2", "process": {"args": [""], "cwd": "/proc/self/fd/7"}}, "version": {"ociVersion": "1.x"},
             "version-long": {"ociVersion": "9" * 400 + ".0.0-" + "a" * 400}, "numbers": {"linux": {"resources": {"memory": {"limit": 1 << 63, "swap": -2}, "pids": {"limit": 1 << 65}}}},
             "long": {"ociVersion": "1.0.0", "annotations": {"k" * 3000: "v"}, "mounts": [{"destination": "/" + "d" * 3000}, {"destination": "/" + "d" * 3000}]}}
    return {name: json.dumps(text).encode() for name, text in texts.items()}


TARGETS = {
    "accounts": account_names,
    "digest": digest_texts,
    "elf": elf_files,
    "json": json_texts,
    "ldcache": ldcache_files,
    "nar": nar_walks,
    "nix_path": nix_path_texts,
    "nix_rows": nix_databases,
    "record": record_texts,
    "rules": rules_texts,
    "schema": schema_documents,
    "shebang": shebang_lines,
    "spec": spec_texts,
    "spec_option": option_lines,
}


def main():
    for target in sys.argv[1:] or TARGETS:
        folder = os.path.join(CORPUS, target)
        os.makedirs(folder, exist_ok=True)
        for name, data in TARGETS[target]().items():
            with open(os.path.join(folder, name), "wb") as f:
                f.write(data)


main()
