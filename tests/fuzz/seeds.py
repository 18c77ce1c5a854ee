#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""seeds.py [TARGET...]: write the inputs that a fuzz target starts from into corpus/TARGET; the same ones in every run.

What the fuzzers found lies beside them as found-*, and is not made here. Numbers are those of the list of hostile inputs.
"""
import os
import sys

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


TARGETS = {
    "json": json_texts,
}


def main():
    for target in sys.argv[1:] or TARGETS:
        folder = os.path.join(CORPUS, target)
        os.makedirs(folder, exist_ok=True)
        for name, data in TARGETS[target]().items():
            with open(os.path.join(folder, name), "wb") as f:
                f.write(data)


main()
