"""A service for a while: a run every few seconds while documents come, change and go; memory, file descriptors and logs are watched.

    cargo build --release && python3 tests/long/soak.py [--minutes 20] [--program target/release/gongbao]

Prints a line each minute. Ends with 1 when the logs hold an error, when a tick was left without a run, when descriptors grow, or when the
memory of the last quarter is more than a tenth (and 8 MiB) above that of the second quarter: the first is taken for warming up.
"""

import argparse
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

TEXT = "全市前{n}月经济运行\n\n地区生产总值达到{a}亿元，同比增长{b}%。固定资产投资增长{b}%。签约亿元以上项目{n}个，总投资{a}亿元。\n"


def resident_kib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


def mean(numbers):
    return sum(numbers) / max(1, len(numbers))


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--minutes", type=float, default=20)
    asked.add_argument("--program", default="target/release/gongbao")
    asked = asked.parse_args()
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        docs = folder / "docs"
        docs.mkdir()
        schedule = "[[schedules]]\nname = 'soak'\ncron = '*/3 * * * * *'\noverlap = 'queue'\nwatch = true\n"
        output = "[output]\ndir = 'out'\nretain_snapshots = 5\nretain_hours = 0\n[log]\nformat = 'json'\n[serve]\nlisten = ''\n"
        (folder / "gongbao.toml").write_text(f"{output}[[sources]]\nname = 'a'\npaths = ['docs']\n{schedule}")

        def put(n):
            text = TEXT.format(n=n % 12 + 1, a=chance.randint(100, 9000), b=chance.randint(1, 12))
            (docs / f"d{n}.txt").write_text(text * chance.randint(1, 40), encoding="utf-8")

        for n in range(200):
            put(n)
        logs = open(folder / "log", "w")
        service = subprocess.Popen([pathlib.Path(asked.program).resolve(), "serve", "--config", "gongbao.toml"], cwd=folder, stderr=logs)
        memory, descriptors, start, told = [], [], time.monotonic(), 0
        while time.monotonic() - start < asked.minutes * 60 and service.poll() is None:
            for _ in range(3):
                put(chance.randrange(220))
            (docs / f"d{chance.randrange(220)}.txt").unlink(missing_ok=True)
            time.sleep(1)
            memory.append(resident_kib(service.pid))
            descriptors.append(len(list(pathlib.Path(f"/proc/{service.pid}/fd").iterdir())))
            if (time.monotonic() - start) // 60 > told:
                told += 1
                print(f"minute {told}: {memory[-1] // 1024} MiB, {descriptors[-1]} descriptors", flush=True)
        service.send_signal(signal.SIGTERM)
        code = service.wait(60)
        ledger = sqlite3.connect(folder / "out" / "ledger.sqlite")
        states = dict(ledger.execute("select state, count(*) from ticks group by state"))
        runs = dict(ledger.execute("select outcome, count(*) from runs group by outcome"))
        dues = [row[0] // 1_000_000 for row in ledger.execute("select due from ticks order by due")]
        gaps = [b - a for a, b in zip(dues, dues[1:]) if b - a != 3]
        lines = (folder / "log").read_text().splitlines()
        errors = [line for line in lines if '"level":"ERROR"' in line or '"level":"WARN"' in line]
        quarter = len(memory) // 4
        early, late = memory[quarter : 2 * quarter], memory[-quarter:]
        early_fds, late_fds = descriptors[quarter : 2 * quarter], descriptors[-quarter:]
        print(f"exit {code}; ticks {states}; runs {runs}; gaps {gaps}; {len(lines)} log lines, {len(errors)} errors or warnings")
        print(f"memory {mean(early) / 1024:.0f} MiB in the second quarter, {mean(late) / 1024:.0f} MiB in the last, at most {max(memory) // 1024} MiB")
        print(f"descriptors {mean(early_fds):.1f} in the second quarter, {mean(late_fds):.1f} in the last, at most {max(descriptors)}")
        print(*errors[:5], sep="\n")
        grows = mean(late) > max(mean(early) * 1.1, mean(early) + 8 * 1024) or mean(late_fds) > mean(early_fds) + 2
        sys.exit(1 if code != 0 or errors or gaps or grows or set(states) - {"done"} or set(runs) - {"ok"} else 0)


if __name__ == "__main__":
    main()
