#!/usr/bin/env python3
"""What goes wrong around the bot, not in it: disk, database, clock, other programs, its own end.

usage: faults.py PATH/TO/emojiscope [--only CASE …] [--keep FOLDER]

Each case runs the program beside a local Slack, breaks something, and looks for a sensible end, one
clear line of error, and whether anything was lost. Cases that need root, or a C compiler, are left
out with a word where there is none.

Uses loopback only. Exit status 0 if all of that holds.
"""
import argparse
import concurrent.futures
import pathlib
import sqlite3
import subprocess
import sys
import time

from rig import Rig, Workspace, check, crash
from storage import database_damaged, database_locked, disk_full, folder_closed
from surroundings import clock_jumps, ended_while_busy, files_missing, second_program

# Those of the first lane wait most of the time, those of the second one keep the processor busy.
LANES = [(disk_full, database_locked),
         (database_damaged, folder_closed, clock_jumps, second_program, ended_while_busy,
          files_missing)]
CASES = {case.__name__: case for lane in LANES for case in lane}


def run_lane(lane, rig: Rig, workspace: Workspace) -> None:
    for case in lane:
        began = time.monotonic()
        try:
            case(rig, workspace)
        except (RuntimeError, OSError, sqlite3.Error, subprocess.SubprocessError) as problem:
            check(f"{case.__name__} runs to its end", False, str(problem))
        print(f"      {case.__name__} took {time.monotonic() - began:.1f} s", flush=True)


def run(program: str, only: list[str], work: pathlib.Path) -> None:
    work.chmod(0o755)  # some cases run as somebody else
    rig = Rig(program, work)
    with rig.slacks:
        workspace = Workspace(rig)
        with concurrent.futures.ThreadPoolExecutor(len(LANES)) as pool:
            running = [pool.submit(run_lane, [case for case in lane
                                              if not only or case.__name__ in only],
                                   rig, workspace) for lane in LANES]
        for lane in running:
            lane.result()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--only", nargs="+", choices=CASES, default=[], metavar="CASE",
                        help=", ".join(CASES))
    parser.add_argument("--keep", type=pathlib.Path, help="where logs and data are left")
    options = parser.parse_args()
    status = crash.in_folder(options.keep, "faults",
                                    lambda work: run(options.program, options.only, work))
    for what in crash.failures:
        print("failed: " + what)
    return status


if __name__ == "__main__":
    sys.exit(main())
