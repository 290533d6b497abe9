"""A notebook, executed in a copy by its own kernel, with our extension loaded there.

The notebook's file is never written. What the extension tells stands in the copy, beside its cells.
"""
from __future__ import annotations

import os
import sys
from typing import Any, Dict, List, NamedTuple, Optional

from shapecheck.facts import Finding, Location, Report, clean
from shapecheck.facts.errors import UserError
from shapecheck.facts.records import replace
from shapecheck.integrations.ipython import MIME
from shapecheck.integrations.streams import say

_WANTED = "executing a notebook needs nbclient and ipykernel: pip install nbclient ipykernel"


class Executed(NamedTuple):
    """report: of all cells that ran. status: 1 where a cell raised, was too slow, or the kernel
    died."""

    report: Report
    status: int


def run_notebook(path: str, save: Optional[str] = None,
                 timeout: Optional[float] = None) -> Executed:
    """Execute a copy of the notebook, cell by cell, until one raises.

    save: where the executed copy is written. timeout: seconds that one cell may take. Raises
    UserError for what is no notebook of Python, a kernel that is not installed, a `save` that
    cannot be written.
    """
    try:
        import nbformat
        from nbclient import NotebookClient
    except ImportError:
        raise UserError(_WANTED) from None
    if timeout is not None and timeout <= 0:
        raise UserError(f"--timeout {timeout:g}: expected seconds, more than 0")
    notebook = _read(path, nbformat)
    if save is not None:
        _check_target(save, path)
    kernel = str(notebook.metadata.get("kernelspec", {}).get("name") or "python3")
    client = NotebookClient(
        notebook, timeout=timeout, kernel_name=kernel, extra_arguments=["--ext=shapecheck"],
        resources={"metadata": {"path": os.path.dirname(os.path.abspath(path))}})
    try:
        status, report = _execute(client, notebook)
    finally:
        if save is not None:
            _write(save, notebook, nbformat)
    return Executed(_in_cells(report, path, notebook), status)


def _read(path: str, nbformat: Any) -> Any:
    from shapecheck.source.documents import read_document

    try:
        document = read_document(path)  # its words are better than nbformat's
    except FileNotFoundError:
        raise UserError(f"no file {clean(path)}: expected a notebook (.ipynb)") from None
    except OSError as error:
        raise UserError(f"{clean(path)}: {error.strerror or error}") from None
    if document.notes and not document.cells:
        raise UserError(document.notes[0])
    try:
        with open(path, encoding="utf-8-sig") as file:
            return nbformat.reads(file.read(), as_version=4)
    except Exception as error:  # validation, conversion: each version has its own
        raise UserError(f"{clean(path)}: not a notebook that can be executed: "
                        f"{type(error).__name__}: {clean(error, 200)}") from None


def _check_target(save: str, path: str) -> None:
    if os.path.exists(save) and os.path.samefile(save, path):
        raise UserError(f"--save {clean(save)} is the notebook itself: name another file")
    folder = os.path.dirname(os.path.abspath(save))
    if not os.path.isdir(folder):
        raise UserError(f"--save {clean(save)}: no folder {clean(folder)}")


def _execute(client: Any, notebook: Any) -> Any:
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    status = 0
    try:
        with client.setup_kernel():
            client.set_widgets_metadata()
            for index, cell in enumerate(notebook.cells):
                try:
                    client.execute_cell(cell, index)
                except CellExecutionError as error:
                    say(f"shapecheck: cell {index} raised {error.ename}; the cells behind it were "
                         "not run")
                    say("\n".join(_traceback(cell)))
                    status = 1
                    break
                except CellTimeoutError:
                    say(f"shapecheck: cell {index} took longer than {client.timeout:g} seconds; "
                         "the cells behind it were not run")
                    return 1, _from_outputs(notebook)
                except DeadKernelError:
                    say(f"shapecheck: the kernel died in cell {index}")
                    return 1, _from_outputs(notebook)
            client.set_widgets_metadata()
            return status, _asked(client) or _from_outputs(notebook)
    except NoSuchKernel as error:
        raise UserError(f"no kernel named {clean(error.name)} is installed: "
                        "pip install ipykernel, or choose a kernel in Jupyter and save") from None


def _traceback(cell: Any) -> List[str]:
    for output in cell.get("outputs", ()):
        if output.get("output_type") == "error":
            lines = [str(line) for line in output.get("traceback", ())]
            if not getattr(sys.stderr, "isatty", lambda: False)():
                from shapecheck.source.messages import without_colours

                lines = [without_colours(line) for line in lines]
            return lines
    return []


def _asked(client: Any) -> Optional[Report]:
    """What the extension saw in all; None where the kernel has none."""
    found: List[Report] = []

    def output(message: Dict[str, Any]) -> None:
        data = message["content"].get("data", {}) if message["msg_type"] == "display_data" else {}
        if MIME in data:
            found.append(_report(data[MIME]))

    kernel = client.kc
    ask = kernel.execute_interactive
    from nbclient.util import run_sync

    try:
        run_sync(ask)("get_ipython().run_line_magic('shapecheck', 'report --json')", silent=False,
                      store_history=False, output_hook=output, timeout=60, stop_on_error=False)
    except Exception as error:
        say(f"shapecheck: no report from the kernel: {type(error).__name__}: {clean(error, 200)}")
        return None
    if not found:
        say("shapecheck: nothing was watched: is shapecheck installed where the kernel runs?")
    return found[-1] if found else None


def _from_outputs(notebook: Any) -> Report:
    """What stands beside the cells, where the kernel can no longer be asked."""
    calls: List[Any] = []
    findings: List[Finding] = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if MIME in data:
                report = _report(data[MIME])
                calls += report.calls
                findings += report.findings
    return Report(tuple(findings), tuple(calls))


def _report(data: Any) -> Report:
    import json

    return Report.from_json(json.dumps(data))


def _in_cells(report: Report, path: str, notebook: Any) -> Report:
    """`In [4]` is the cell that has this count in the copy."""
    cells = {cell.get("execution_count"): index for index, cell in enumerate(notebook.cells)
             if cell.get("cell_type") == "code" and cell.get("execution_count") is not None}

    def placed(where: Location) -> Location:
        index = cells.get(where.execution_count) if where.execution_count is not None else None
        return where if index is None else replace(where, path=path, cell=index,
                                                   execution_count=None)

    return replace(
        report,
        calls=tuple(replace(c, location=placed(c.location)) for c in report.calls),
        findings=tuple(replace(f, location=placed(f.location)) for f in report.findings))


def _write(path: str, notebook: Any, nbformat: Any) -> None:
    import tempfile

    folder = os.path.dirname(os.path.abspath(path))
    try:
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".shapecheck-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                nbformat.write(notebook, file)
            os.chmod(temporary, 0o644 if not os.path.exists(path) else os.stat(path).st_mode)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise UserError(f"cannot write {clean(path)}: {error.strerror or error}") from error
