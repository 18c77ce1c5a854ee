# SPDX-License-Identifier: Apache-2.0
"""Round-robin timing: A B C, A B C, ...; ratios are taken within a round, so that a noisy minute hits all alike."""
import os
import shlex
import shutil
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def build_launcher(work):
    """Memory of whoever starts a program counts as the program's: Python's own would be all that shows."""
    out = f"{work}/launch"
    subprocess.run(["cc", "-O2", "-o", out, f"{HERE}/launch.c"], check=True)
    return out


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
    """One command in all its rounds. tree is where its copy lies below {out}: all commands of a bench must agree."""

    def __init__(self, name, command, tree=None):
        self.name, self.command, self.tree = name, command, tree
        self.wall, self.cpu, self.rss, self.faults = [], [], [], []

    def once(self, work, out, count):
        command = self.command.replace("{out}", out)
        os.sync()
        # a single program is started without a shell between: its start-up would count
        shell = any(c in command for c in "|;&<>")
        argv = ["/bin/sh", "-c", command] if shell else shlex.split(command)
        report = f"{work}/report"
        done = subprocess.run([f"{work}/launch", report, *argv], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, check=False)
        if done.returncode:
            raise SystemExit(f"{self.name}: {command}: {done.stderr.decode(errors='replace')[-500:]}")
        with open(report, encoding="ascii") as f:
            status, wall, cpu, rss, faults = (float(v) for v in f.read().split())
        if status:
            raise SystemExit(f"{self.name}: {command}: status {status:g}: {done.stderr.decode(errors='replace')[-500:]}")
        if count:
            self.wall.append(wall)
            self.cpu.append(cpu)
            self.rss.append(rss / 1024)
            self.faults.append(faults)


def compare_trees(runs, outs):
    """Before anything is timed: a peer that does less is no peer."""
    first = None
    for run, out in zip(runs, outs):
        if run.tree is None:
            continue
        tree = os.path.join(out, run.tree)
        if first is None:
            first = tree
            continue
        done = subprocess.run(["diff", "-r", "--no-dereference", first, tree], capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{run.name}: its output differs:\n{(done.stdout + done.stderr)[:1000]}")


def round_robin(commands, work, rounds):
    """[(name, command with {out}[, tree])] -> [Run]; every output is fresh and all are removed at the end."""
    if not os.path.exists(f"{work}/launch"):
        build_launcher(work)
    runs = [Run(*command) for command in commands]
    outs = []
    try:
        for number in range(rounds + 1):  # the first round warms up, and is the one that is compared
            for i, run in enumerate(runs):
                outs.append(f"{work}/out-{os.getpid()}-{number}-{i}")
                run.once(work, outs[-1], number > 0)
                if os.path.isdir(outs[-1]):
                    recycle(outs[-1])
            if number == 0:
                compare_trees(runs, outs)
    finally:
        for out in outs:
            shutil.rmtree(out, ignore_errors=True)
    return runs


def ratios(a, b, field="wall"):
    """a / b in each round."""
    return [x / max(y, 1e-6) for x, y in zip(getattr(a, field), getattr(b, field))]


def median(values):
    return statistics.median(values)


def quartiles(values):
    """Between these lies half of the rounds: wide means that the machine was busy."""
    if len(values) < 2:
        return values[0], values[0]
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, high


if __name__ == "__main__":
    sys.exit("measure.py is used by run")
