"""Readers during commits: DuckDB, pyarrow and Polars read the tables without pause while one commit follows the other.

    python3 -m venv .venv && .venv/bin/pip install duckdb polars pyarrow
    cargo build && .venv/bin/python tests/long/readers.py [--commits 1000] [--program target/debug/gongbao]

Each reader resolves `current` once and then reads several tables of that snapshot: every observation must belong to a document of the
same snapshot, and the figures of the one document that changes with each commit must all be of one commit. A fourth reader globs through
`current` anew for each table, as careless queries do: its errors and mixtures are counted too, for the documentation, and fail nothing.
Ends with 1 when a reader that resolves once met an error or a mixture.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

import duckdb
import polars
import pyarrow.parquet as pq

DOCUMENT = "全市{n}月主要指标\n\n地区生产总值达到{n}亿元。一般公共预算收入完成{n}亿元。固定资产投资完成{n}亿元。\n"


def glob(snapshot, table):
    return str(snapshot / table / "**" / "*.parquet")


def values(rows):
    """The distinct figures of the document that changes."""
    return {str(value) for value in rows}


def by_duckdb(snapshot):
    con = duckdb.connect()
    ids = {row[0] for row in con.execute(f"select document_id from read_parquet('{glob(snapshot, 'documents')}')").fetchall()}
    rows = con.execute(f"select document_id, value from read_parquet('{glob(snapshot, 'indicators')}')").fetchall()
    return ids, [row[0] for row in rows], [row[1] for row in rows]


def by_pyarrow(snapshot):
    def read(table, columns):
        files = sorted((snapshot / table).rglob("*.parquet"))
        return [row for file in files for row in pq.ParquetFile(file).read(columns=columns).to_pylist()]

    ids = {row["document_id"] for row in read("documents", ["document_id"])}
    rows = read("indicators", ["document_id", "value"])
    return ids, [row["document_id"] for row in rows], [row["value"] for row in rows]


def by_polars(snapshot):
    ids = set(polars.read_parquet(glob(snapshot, "documents"), columns=["document_id"])["document_id"])
    rows = polars.read_parquet(glob(snapshot, "indicators"), columns=["document_id", "value"])
    return ids, list(rows["document_id"]), list(rows["value"])


class Reader(threading.Thread):
    def __init__(self, name, read, out, resolves):
        super().__init__(name=name, daemon=True)
        self.read, self.out, self.resolves = read, out, resolves
        self.reads, self.errors, self.mixtures, self.told = 0, 0, 0, ""
        self.done = threading.Event()

    def run(self):
        while not self.done.is_set():
            try:
                current = self.out / "current"
                ids, owners, figures = self.read(pathlib.Path(os.path.realpath(current)) if self.resolves else current)
            except Exception as error:  # whatever a reader meets is what is counted
                self.errors += 1
                self.told = f"{type(error).__name__}: {error}"[:200]
                continue
            self.reads += 1
            if not set(owners) <= ids or len(values(figures)) != 1:
                self.mixtures += 1
                self.told = f"{len(set(owners) - ids)} rows without document, figures {sorted(values(figures))[:4]}"


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--commits", type=int, default=1000)
    asked.add_argument("--program", default="target/debug/gongbao")
    asked = asked.parse_args()
    program = pathlib.Path(asked.program).resolve()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "docs").mkdir()
        (folder / "gongbao.toml").write_text("[output]\ndir = 'out'\nretain_snapshots = 20\nretain_hours = 0\n[[sources]]\nname = 'a'\npaths = ['docs']\n")
        out = folder / "out"

        def commit(n):
            (folder / "docs" / "month.txt").write_text(DOCUMENT.format(n=n), encoding="utf-8")
            subprocess.run([program, "run", "--quiet", "--config", "gongbao.toml"], cwd=folder, check=True, stdout=subprocess.DEVNULL)

        commit(1)
        readers = [Reader("duckdb", by_duckdb, out, True), Reader("pyarrow", by_pyarrow, out, True), Reader("polars", by_polars, out, True)]
        readers.append(Reader("duckdb, globbing through current", by_duckdb, out, False))
        for reader in readers:
            reader.start()
        start = time.monotonic()
        for n in range(2, asked.commits + 2):
            commit(n)
        for reader in readers:
            reader.done.set()
        for reader in readers:
            reader.join()
        snapshots = len(list((out / "snapshots").iterdir()))
        print(f"{asked.commits} commits in {time.monotonic() - start:.0f} s, {snapshots} snapshots kept")
        for reader in readers:
            print(f"{reader.name}: {reader.reads} reads, {reader.errors} errors, {reader.mixtures} mixed {reader.told}")
        bad = sum(reader.errors + reader.mixtures for reader in readers if reader.resolves)
        enough = all(reader.reads > 0 for reader in readers)
        sys.exit(0 if bad == 0 and enough else 1)


if __name__ == "__main__":
    main()
