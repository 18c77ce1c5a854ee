# SPDX-License-Identifier: Apache-2.0
"""What it takes to find out what commands of a Debian host need: with an index of dpkg's lists and without, beside dpkg -S of one path."""
import concurrent.futures
import os
import shlex
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "host"))
import rows as table  # noqa: E402

INFO = "var/lib/dpkg/info"
# Milliseconds without an index and with one.
TARGETS = {"/usr/bin/curl": (20, 10), "/usr/bin/git": (40, 20)}


def commands(us, work, path):
    explain = f"{us} explain --source dpkg"
    return [("no index", f"{explain} --no-cache -- {path}"), ("index", f"{explain} --cache-dir {work}/cache -- {path}"),
            ("dpkg -S", f"dpkg -S {path}")]


def many_packages(top, times):
    """A tree of one program whose database has the packages of this machine several times over."""
    os.makedirs(f"{top}/{INFO}")
    os.makedirs(f"{top}/bin")
    subprocess.run(["cp", "/bin/busybox", f"{top}/bin/busybox"], check=True)
    with open("/var/lib/dpkg/status", encoding="utf-8") as f:
        paragraphs = [p for p in f.read().split("\n\n") if "\nStatus: install ok installed" in p]
    with open(f"{top}/var/lib/dpkg/status", "w", encoding="utf-8") as status:
        for paragraph in paragraphs:
            fields = dict(line.split(": ", 1) for line in paragraph.splitlines() if ": " in line and line[0] != " ")
            name, arch = fields["Package"], fields["Architecture"]
            source = next(p for p in (f"/{INFO}/{name}:{arch}.list", f"/{INFO}/{name}.list") if os.path.exists(p))
            with open(source, encoding="utf-8") as f:
                lines = f.read().splitlines()
            for i in range(times):
                status.write(paragraph.replace(f"Package: {name}", f"Package: {name}-copy{i}", 1) + "\n\n")
                own = [line if i == 0 or line.count("/") < 4 else f"{line}-{i}" for line in lines]
                with open(f"{top}/{os.path.dirname(source)}/{os.path.basename(source).replace(name, f'{name}-copy{i}', 1)}", "w", encoding="utf-8") as f:
                    f.write("\n".join(own) + "\n")
    return len(paragraphs) * times


def resolve_list(us, work, tsv, tree):
    """Seconds for all commands of the acceptance list, two at a time, index and all."""
    def resolve(row):
        words = [us, "explain", "-q", "--root", tree, "--cache-dir", f"{work}/cache"]
        for package in row.named:
            words += ["--package", package]
        done = subprocess.run([*words, "--", *row.command("/fix")], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        if done.returncode:
            raise SystemExit(f"{row.name}: {shlex.join(words)}: {done.stderr.decode(errors='replace')[-300:]}")

    rows = table.read(tsv)
    begin = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(resolve, rows))
    return time.monotonic() - begin
