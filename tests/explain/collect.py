"""Causes every error of `cases.py` on the Keras that is installed and keeps its traceback.

    python -m tests.explain.collect          # writes tests/explain/texts/<versions>.json

The texts are the frameworks' own, as Python (and IPython, where it is installed) prints them; the
folders of the machine are replaced.
"""
from __future__ import annotations

import importlib.util
import json
import linecache
import os
import re
import sys
import tempfile
import traceback
import warnings
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

from tests.explain.cases import ARRAYS, BERT, KERAS, OTHERS, Case
from tests.explain.cases import TEXTS as OF_TEXTS

TEXTS = Path(__file__).parent / "texts"
_IMPORTS = """
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, confusion_matrix, mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
"""
_SETUP = "helpers.py"
#: this file in what TensorFlow lists as "defined at"
_OURS = re.compile(r' *File "[^"\n]*(?:explain/collect\.py|runpy\.py|<frozen runpy>)".*\n'
                   r"(?: {4,}(?!File).*\n)?")


def watched_kinds() -> Tuple[str, Dict[str, Any]]:
    """The bench and the kinds of tests/watch/test_crashes.py."""
    path = Path(__file__).parents[1] / "watch" / "test_crashes.py"
    spec = importlib.util.spec_from_file_location("crashes", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["crashes"] = module
    spec.loader.exec_module(module)
    return module.SETUP, module.CASES


def run(code: str, name: str, space: Dict[str, Any]) -> None:
    linecache.cache[name] = (len(code), None, code.splitlines(True), name)
    exec(compile(code, name, "exec"), space)


def text_of(error: BaseException) -> str:
    """As Python prints it: from the first line of the program on."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != "train.py":
        trace = trace.tb_next
    lines = traceback.format_exception(type(error), error.with_traceback(trace), trace)
    return stripped("".join(lines))


def stripped(text: str) -> str:
    """Without the folders of this machine."""
    text = re.sub(r"(?:/[\w.+-]+)+/lib/python(\d\.\d+)/site-packages/",
                  r"/home/user/venv/lib/python\1/site-packages/", text)
    text = re.sub(r"(?:/[\w.+-]+)+/lib/python(\d\.\d+)/", r"/usr/lib/python\1/", text)
    text = re.sub(r"/tmp/(?:tmp)?\w*__?autograph_generated_file\w+\.py",
                  "/tmp/__autograph_generated_file1a2b3c.py", text)
    text = re.sub(r"/tmp/tmp\w+/", "", text)
    text = text.replace(os.getcwd() + "/", "").replace(str(Path.home()), "/home/user")
    text = _OURS.sub("", text)
    return re.sub(r"0x[0-9a-f]{6,}", "0x7f1234567890", text)


def collected(keras: Any, setup: str, cases: Dict[str, Case]) -> Iterator[Dict[str, Any]]:
    space: Dict[str, Any] = {"keras": keras, "__name__": "__main__"}
    run(setup, _SETUP, space)
    for name, case in cases.items():
        fresh = dict(space)
        error = caught(case, fresh)
        if error is None:
            continue
        yield {"name": name, "rule": case.rule, "also": list(case.also), "line":
               case.code.split("\n")[-1], "error": type(error).__name__, "text": text_of(error)}


def caught(case: Case, space: Dict[str, Any]) -> Any:
    try:
        if case.setup:
            run(case.setup, "helpers2.py", space)
    except Exception as error:
        print(f"  setup fails: {case.setup!r}: {error}", file=sys.stderr)
        return None
    for each in ("dense", "text", "pair"):
        if f"{each}.predict(" not in case.setup and each in space:
            space[each].predict_function = space[each].train_function = None
    try:
        run(case.code, "train.py", space)
    except BaseException as error:
        return error
    return None


def in_ipython(setup: str, keras: Any, cases: Dict[str, Case]) -> Iterator[Dict[str, Any]]:
    """The same as cells, shown as IPython shows them: with its colours."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance(colors="Linux")
    shown: List[str] = []
    shell._showtraceback = lambda etype, evalue, stb: shown.append("\n".join(stb))
    for name, case in cases.items():
        space: Dict[str, Any] = {"keras": keras}
        run(setup, _SETUP, space)
        if case.setup:
            run(case.setup, "helpers2.py", space)
        shell.user_ns.update(space)
        shown.clear()
        shell.run_cell(f"# a cell of a notebook\n{case.code}\n", store_history=True)
        if shown:
            yield {"name": f"ipython: {name}", "rule": case.rule, "also": list(case.also),
                   "line": case.code.split("\n")[-1], "error": "", "text": stripped(shown[-1])}


def generations() -> Iterator[Tuple[str, Any]]:
    """(name with version, module)"""
    import tensorflow as tf

    version = tf.__version__
    keras = tf.keras
    name = "keras" if getattr(keras, "__version__", "2").startswith("3") else "tf.keras"
    yield f"tensorflow-{version}-{name}-{getattr(keras, '__version__', version)}", keras
    if importlib.util.find_spec("tf_keras") is not None:
        import tf_keras

        yield f"tensorflow-{version}-tf_keras-{tf_keras.__version__}", tf_keras


def main() -> None:
    warnings.simplefilter("ignore")
    setup, kinds = watched_kinds()
    old = {f"watch: {name}": Case(case.code, case.rule, case.setup) for name, case in kinds.items()}
    TEXTS.mkdir(exist_ok=True)
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for number, (name, keras) in enumerate(generations()):
            quiet = getattr(keras.utils, "disable_interactive_logging", None)
            if quiet is not None:
                quiet()
            found: List[Dict[str, Any]] = list(collected(keras, setup, {**old, **KERAS}))
            found += collected(keras, setup, {
                f"other: {key}": Case(code, "") for key, code in OTHERS.items()})
            if importlib.util.find_spec("transformers") and "-keras-" not in name:
                found += collected(keras, setup + BERT, {
                    f"transformers: {key}": case for key, case in OF_TEXTS.items()})
            if importlib.util.find_spec("IPython") is not None:
                some = {key: case for key, case in list(KERAS.items())[::10]
                        if "no Input" not in key}
                found += in_ipython(setup, keras, some)
            if number == 0:
                try:
                    found += collected(keras, setup + _IMPORTS, {
                        f"arrays: {key}": case for key, case in ARRAYS.items()})
                except ImportError as error:
                    print(f"  without arrays: {error}", file=sys.stderr)
            path = here / TEXTS / f"{name}.json"
            path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
            print(f"{path.name}: {len(found)} texts, {path.stat().st_size >> 10} kB")
        os.chdir(here)


if __name__ == "__main__":
    main()
