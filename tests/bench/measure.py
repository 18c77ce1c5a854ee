# SPDX-License-Identifier: Apache-2.0
"""Round-robin timing: A B C, A B C, ...; ratios are taken within a round, so that a noisy minute hits all alike."""
import os
import shlex
import shutil
import statistics
import subprocess
import time


def recycle(path):
    """Give the pages of an output back: on a virtual machine fresh pages cost far more than recycled ones."""
    os.sync()
    for folder, _, names in os.walk(path):
        for name in names:
            full = os.path.join(folder, name)
            if os.path.islink(full) or not os.path.isfile(full):
                continue
            fd = os.open(full, os.O_RDONLY)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(fd)


class Run:
    """One command in all its rounds."""

    def __init__(self, name, command):
        self.name, self.command = name, command
        self.wall, self.cpu, self.rss, self.faults = [], [], [], []

    def once(self, out, count):
        command = self.command.replace("{out}", out)
        os.sync()
        start = time.monotonic()
        # a single program is started without a shell between: its start-up would count
        shell = any(c in command for c in "|;&<>")
        argv = ["/bin/sh", "-c", command] if shell else shlex.split(command)
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        err = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        wall = time.monotonic() - start
        if status:
            raise SystemExit(f"{self.name}: {command}: status {status}: {err.decode(errors='replace')[-500:]}")
        if count:
            self.wall.append(wall * 1e3)
            self.cpu.append((usage.ru_utime + usage.ru_stime) * 1e3)
            self.rss.append(usage.ru_maxrss / 1024)
            self.faults.append(usage.ru_minflt)


def round_robin(commands, work, rounds, prepare=None):
    """[(name, command with {out})] -> [Run]; every output is fresh and all are removed at the end."""
    runs = [Run(name, command) for name, command in commands]
    outs = []
    for number in range(rounds + 1):  # the first round warms up
        for i, run in enumerate(runs):
            out = f"{work}/out-{os.getpid()}-{number}-{i}"
            outs.append(out)
            if prepare:
                prepare(out)
            run.once(out, number > 0)
            if os.path.isdir(out):
                recycle(out)
    for out in outs:
        shutil.rmtree(out, ignore_errors=True)
    return runs


def ratio(peer, ours, field="wall"):
    """Median over the rounds of peer / ours."""
    return statistics.median(p / max(o, 1e-6) for p, o in zip(getattr(peer, field), getattr(ours, field)))


def median(values):
    return statistics.median(values)
