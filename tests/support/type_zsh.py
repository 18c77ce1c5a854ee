#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""type_zsh.py DIR LINE...: type each line in an interactive zsh whose completions lie in DIR, with a tab behind it, and print what stands there then."""
import os
import pty
import select
import sys
import time

PROMPT = b"ready> "


def read(fd, until, seconds):
    """What comes until it is there, or time is up."""
    text, end = b"", time.time() + seconds
    while until not in text and time.time() < end:
        if select.select([fd], [], [], 0.1)[0]:
            text += os.read(fd, 65536)
    return text


def main():
    where, lines = sys.argv[1], sys.argv[2:]
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "dumb"
        os.execvp("zsh", ["zsh", "-f", "-i"])
    os.write(fd, f"PS1='rea''dy> '; fpath=({where} $fpath); autoload -Uz compinit; compinit -u -D; unsetopt zle_bracketed_paste beep\n".encode())
    read(fd, PROMPT, 20)
    for line in lines:
        os.write(fd, line.encode() + b"\t")
        # What was typed comes back, and what was completed behind it.
        print(read(fd, b"\n", 1.5).decode(errors="replace").replace("\r", "").strip("\n\a"))
        os.write(fd, b"\x03")
        read(fd, PROMPT, 5)
    os.close(fd)


main()
