"""Mend every bad program of the corpus with --fix, and run what comes out on real Keras.

    python tests/corpus/run_fixed.py [--generation 2|3] [--safe] [PART_OF_PATH ...]

As run_corpus.py, and not a test for the same reason (a sample is: tests/lint/test_fix_corpus.py).
Unsafe fixes are made, too, unless --safe says otherwise. A mended program must run, and nothing
may be told of it any more; `left` names what has no fix and is still in it, `absent` are programs
that need what is not installed here.
"""

import argparse
import collections
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from run_corpus import Stubs, generation_of, programs, read  # noqa: E402, I001

from shapecheck.linting.fixing import fix  # noqa: E402
from shapecheck.linting.one_file import lint_file  # noqa: E402
from shapecheck.linting.selection import Selection  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--generation", choices=["2", "3"])
    parser.add_argument("--safe", action="store_true")
    parser.add_argument("part", nargs="*")
    args = parser.parse_args()
    if args.generation is None:
        sys.exit(max(subprocess.run([sys.executable, __file__, "--generation", generation,
                                     *sys.argv[1:]], check=False).returncode
                     for generation in "32"))
    os.environ.update(TF_USE_LEGACY_KERAS="1" if args.generation == "2" else "0",
                      TF_CPP_MIN_LOG_LEVEL="3", MPLBACKEND="Agg", HF_HUB_OFFLINE="1")
    counts = run(args.generation, args.part, not args.safe)
    print(f"keras {args.generation}: " + ", ".join(f"{n} {what}" for what, n in counts.items()))
    sys.exit(int(bool(counts["LOOK"])))


def run(generation, parts, unsafe):
    stubs = Stubs(generation)
    counts = collections.Counter(fixes=0, programs=0, run=0, left=0, absent=0, LOOK=0)
    for path in programs():
        name = path.relative_to(HERE).as_posix()
        if parts and not any(part in name for part in parts):
            continue
        if generation_of("".join(text for _, text in read(path))) != generation:
            continue
        done = mended(path, unsafe)
        if not done.done:
            continue
        outcome = outcome_of(stubs, path, done.after)
        left = [finding.code for finding in done.outcome.findings]
        verdict = "run" if outcome == "runs" and not done.left and not left else \
            "absent" if "ModuleNotFoundError" in outcome else "left" if left else "LOOK"
        counts.update({"programs": 1, "fixes": len(done.done), verdict: 1})
        codes = ", ".join(sorted({finding.code for finding in done.done}))
        print(f"{verdict:6} {name} ({codes}) {' '.join(left)} {outcome[:160]}", flush=True)
    return counts


def mended(path, unsafe):
    def lint(data):
        return lint_file(str(path), Selection(), data)

    data = path.read_bytes()
    return fix(str(path), data, lint(data), lint, unsafe)


def outcome_of(stubs, path, data):
    with tempfile.TemporaryDirectory() as folder:
        new = Path(folder, path.name)
        new.write_bytes(data)
        return stubs.run(new, list(read(new)))


if __name__ == "__main__":
    main()
