"""The named queries of a lake in `faasguard-lake` and in DuckDB, over the same Parquet files.

    python3 -m venv venv && venv/bin/pip install duckdb
    venv/bin/python benches/duckdb/beside_duckdb.py target/release/faasguard-lake LAKE NAME…

LAKE is a folder in which only committed files lie (just imported, or after `vacuum --hours 0`). Each query runs
in a process of its own, by turns, both engines with all processors. Prints the median of CPU and wall seconds and
peak memory of each, and whether both gave the same number of rows.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 5

DUCKDB = """
import sys, duckdb
files, sql, out = sys.argv[1:]
session = duckdb.connect()
session.execute("SET TimeZone = 'UTC'")
session.execute(f"CREATE VIEW events AS SELECT * FROM read_parquet('{files}', hive_partitioning = false)")
rows = session.execute(sql).fetchall()
with open(out, "w") as file:
    file.writelines(repr(row) + "\\n" for row in rows)
"""


def run(command, out):
    """CPU seconds, wall seconds, peak MiB of a command, and the lines that it wrote."""
    started = time.perf_counter()
    child = subprocess.Popen(command, stdout=open(out, "wb") if out else subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} ended with {status}")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - started, usage.ru_maxrss / 1024


def main():
    program, lake, *names = sys.argv[1:]
    files = os.path.join(lake, "events", "*", "*", "*", "*.parquet")
    with tempfile.TemporaryDirectory() as scratch:
        ours, theirs = os.path.join(scratch, "ours"), os.path.join(scratch, "theirs")
        for name in names:
            sql = subprocess.run([program, "queries", name], capture_output=True, text=True, check=True).stdout
            commands = {
                "faasguard-lake": [program, "query", "--lake", lake, "--name", name, "--format", "jsonl"],
                "DuckDB": [sys.executable, "-c", DUCKDB, files, sql.strip().rstrip(";"), theirs],
            }
            seen = {engine: [] for engine in commands}
            for _ in range(ROUNDS):
                for engine, command in commands.items():
                    seen[engine].append(run(command, ours if engine == "faasguard-lake" else None))
            counts = [sum(1 for _ in open(path)) for path in (ours, theirs)]
            result = {"query": name, "rows": counts}
            for engine, runs in seen.items():
                cpu, wall, memory = (round(statistics.median(column), 3) for column in zip(*runs))
                result[engine] = {"cpu_s": cpu, "wall_s": wall, "peak_mib": round(memory)}
            print(json.dumps(result), flush=True)


main()
