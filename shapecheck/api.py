"""The public functions: each observes, judges and returns plain facts."""
from __future__ import annotations

import os
import sys
import threading
from dataclasses import replace
from types import TracebackType
from typing import (
    Any,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    Set,
    TextIO,
    Tuple,
    Type,
    Union,
)

from shapecheck.facts import Call, Finding, Location, Message, Report, Tracing
from shapecheck.facts.checked import Checked
from shapecheck.facts.errors import UserError
from shapecheck.record import Writer
from shapecheck.rules import judge

_TELL = ("end", "now", "never")
_STYLES = ("text", "json", "logging", "warnings")
_SURE = ("SHP120", "SHP121")  # what a message says of these, no shape says better
#: what never makes a call raise: values and masks, and an argument that has no effect
_SILENT = ("SHP112", "SHP113", "SHP116", "SHP117", "SHP502")
_PER_PLACE = 16  # findings of one rule at one place that differ in their shapes only
_KEPT_FINDINGS = 4096


class watch:  # used as a function: `with shapecheck.watch(model) as seen:`
    """Record every host call of a Keras model, or of all models, in a `with` block.

    model: one model (its nested models are part of it); None watches every Keras model called
    inside. tell: print findings to `stream` (standard error) at the "end" of the block, "now"
    (input findings before the call runs) or "never"; each is told once. Results, weights,
    exceptions and the model itself are what they would be without it. An exception that shapes
    explain gets a note: what was declared and passed, the rule, the fix (Python >= 3.11; before,
    the finding alone says it).

    style: "text", "json" (a line each), "logging" (records of the logger "shapecheck", each with
    its `finding`) or "warnings" (`shapecheck.ShapeWarning` at the user's line).

    record: a file in which each different call is written as it is made, for `shapecheck diff`.

    Raises UserError where `model` is no Keras model or the record cannot be written, ValueError
    for an unknown `tell` or `style`.

        with shapecheck.watch(model) as seen:
            model.predict(x[0])
        seen.calls, seen.findings, seen.report()
    """

    def __init__(self, model: Any = None, *, tell: str = "end", style: str = "text",
                 stream: Optional[TextIO] = None,
                 record: Union[str, "os.PathLike[str]", Writer, None] = None) -> None:
        if tell not in _TELL:
            raise ValueError(f"tell is {tell!r}: expected one of {', '.join(_TELL)}")
        if style not in _STYLES:
            raise ValueError(f"style is {style!r}: expected one of {', '.join(_STYLES)}")
        from shapecheck.observe.models import require
        from shapecheck.observe.recorder import Recorder

        if model is not None:
            require(model)
        self._recorder = Recorder(model, listener=self)
        self._record = record if record is None or isinstance(record, Writer) else Writer(
            os.fspath(record))
        self._tell = tell
        self._style = style
        self._stream = stream
        self._findings: List[Finding] = []
        self._places: Dict[Any, Dict[str, int]] = {}  # place -> headline -> index in _findings
        self._lock = threading.RLock()
        self._misused: Set[str] = set()  # models that were given a wrong shape before
        self._told = 0
        self._raised = 0  # id of the last exception of a call
        self._active = False
        self._environment_is_written = False
        self._read: Dict[str, int] = {}  # source -> how many places of it were known then

    # -- what was seen -------------------------------------------------------------------

    def __repr__(self) -> str:
        return f"<shapecheck.watch: {self.total} calls, {len(self.findings)} findings>"

    @property
    def calls(self) -> Tuple[Call, ...]:
        """The host calls, oldest first; the last 4096 of them."""
        return tuple(self._recorder.calls)

    @property
    def findings(self) -> Tuple[Finding, ...]:
        """What is wrong, each thing once, in the order in which it was seen.

        After the block also what the code around the calls does with what they returned.
        """
        self._look_around()
        return tuple(self._findings)

    @property
    def active(self) -> bool:
        """Between entering the block and leaving it."""
        return self._active

    @property
    def total(self) -> int:
        """How many host calls ended, those no longer in `calls` included."""
        return self._recorder.total

    @property
    def fault(self) -> Optional[BaseException]:
        """The first internal failure of the watch, None where there was none."""
        return self._recorder.fault

    @property
    def same_rows(self) -> Tuple[Any, ...]:
        """Rows that went in alone and in a batch, and how far their results differ.

        Each has `places` (of the two calls), `rows` (of the batch) and `difference` (relative,
        0.0 for the same bits). Seen in the first calls of each kind only, and small ones.
        """
        return tuple(self._recorder.same_rows)

    def report(self) -> Report:
        """Calls (each different one once, with its count) and findings, to render or to keep."""
        from shapecheck.observe.models import environment

        notes = [_same_row_text(pair) for pair in self.same_rows]
        if self.fault is not None:
            notes.append(_fault_text(self.fault))
        if self._record is not None and self._record.fault is not None:
            notes.append(self._record.fault)
        if self._recorder.forgotten:
            notes.append(f"{self._recorder.forgotten} earlier kinds of calls are not listed: "
                         f"{self.total} calls were made, of too many different shapes")
        return Report(self.findings, tuple(self._recorder.kinds), environment(),
                      notes=tuple(notes))

    # -- notebooks -----------------------------------------------------------------------

    def cell_begins(self, count: int, text: str, namespace: Mapping[str, Any]) -> None:
        """A cell of a notebook is about to run; what it does is judged together with the cells
        before it. count: its execution count. namespace: of the kernel, of which the shapes of
        what the cell uses are noted."""
        self._witness("cell", count, text, namespace)

    def cell_raised(self, count: int) -> None:
        self._witness("forget_cell", count)

    # -- context manager -----------------------------------------------------------------

    def __enter__(self) -> "watch":
        from shapecheck.observe import hooks

        if self._active:
            raise UserError("this watch is active already: make another one, watches can nest")
        self._active = True
        self._witness("block", "enter", sys._getframe(1))
        hooks.add(self._recorder)
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        from shapecheck.observe import hooks

        hooks.remove(self._recorder)
        self._active = False
        self._witness("block", "exit", sys._getframe(1))
        try:
            if error is not None:
                self._witness("stopped", trace)
                without_our_frames(error)
                self._left_by(error)
            if self._tell != "never":
                self._look_around()
                self._print_new()
            if self._record is not None:
                self._record.settle(self.report())
            if self.fault is not None and self._tell != "never":
                self._write(f"{self._recorder.fault_trace}shapecheck: {_fault_text(self.fault)}\n")
        except Exception as failure:  # a closed stream, a strange terminal
            self._recorder.failed(failure)

    def explain(self, error: BaseException) -> None:
        """An exception that left the watched code after the block's end was seen: as `with` does
        it, the exception gets its note and loses our frames."""
        if not self._active:
            self.__enter__()
            self.__exit__(type(error), error, error.__traceback__)

    def forked(self) -> None:
        """In the child of a fork: what this watch saw is the parent's, and it ends here."""
        from shapecheck.observe import feeds, hooks

        hooks.forked(self._recorder)
        feeds.forked()
        self._active = False

    # -- listener of the recorder ----------------------------------------------------------

    def started(self, call: Call) -> None:
        """A call of a new kind begins: input rules speak before it can abort the process."""
        if self._tell == "now":
            self._add(judge([call]))
            self._print_new()

    def traced(self, tracing: Tracing) -> None:
        """A function of the user's own was traced again and again."""
        self._add(judge([tracing]))

    def finished(self, call: Call, error: Optional[BaseException], model: Any = None,
                 held: Optional[Call] = None) -> None:
        """held: the validation data of a `fit`; what is wrong with it is told where nothing is
        wrong with the rest: it comes after it."""
        if self._record is not None:
            self._write_down(call)
        found = [self._after_misuse(finding, call) for finding in judge([call])]
        if held is not None and not found:
            found, call = judge([held]), held
        if any(finding.code.startswith("SHP1") for finding in found):
            self._misused.add(call.model.name)
        self._add(found)
        if error is not None and not self._is_told(error):
            self._raised = id(error)
            self._explain(error, call, model, found)
        if self._tell == "now":
            self._print_new()

    def _write_down(self, call: Call) -> None:
        assert self._record is not None
        if not self._environment_is_written:
            from shapecheck.observe.models import environment

            self._environment_is_written = True
            self._record.environment(environment())
        self._record.call(call)

    def _explain(self, error: BaseException, call: Optional[Call] = None, model: Any = None,
                 found: Sequence[Finding] = ()) -> None:
        """A crash becomes a lesson: what the rules say of the call, else what its message says."""
        from shapecheck.observe.crashes import failure_of, is_about_shapes, layer_of

        failure = failure_of(error, call, model)
        lessons = [f for f in found if f.severity != "info" and f.code not in _SILENT]
        if failure is None and not is_about_shapes(error):
            return
        if failure is not None and failure.code == "SHP120" and any(
                f.code == "SHP109" for f in lessons):
            failure = None  # one input was given since the others are stacked in it
        if failure is not None and (not lessons or failure.code in _SURE):
            lessons = [f for f in found if f.code == failure.code]  # SHP502 raises in Keras 2
        if not lessons and failure is not None:
            lessons = judge([failure])
            self._add(lessons)
        _add_notes(error, lessons, layer_of(error, model) if found else "")

    def _left_by(self, error: BaseException) -> None:
        """An exception ends the block: its lesson, unless its call told it, and what the source
        says of the place. That stands for the lesson among the findings: it has the user's text."""
        if self._is_told(error):
            self._look_around(crash_is_told=True)
            return
        before = len(self._findings)
        self._explain(error)
        lessons = self._findings[before:]
        self._keep(self._findings[:before])
        self._look_around()
        if not any(self._recorder.witness.stopped_at(finding.location)
                   for finding in self._findings[before:]):
            self._add(lessons)

    def _is_told(self, error: BaseException) -> bool:
        if not hasattr(error, "add_note"):  # Python < 3.11
            return self._raised == id(error)
        return any(str(note).startswith("shapecheck") for note in getattr(error, "__notes__", ()))

    def _after_misuse(self, finding: Finding, call: Call) -> Finding:
        """A call with a wrong rank can leave a traced function behind that forgets ranks, and a
        right call then returns other shapes (tf_keras 2.21): not the model's fault."""
        if finding.code != "SHP202" or call.model.name not in self._misused:
            return finding
        model = call.model.expression or "model"
        return replace(
            finding,
            why=Message.of("an earlier call with a wrong shape may have left a traced function "
                           "that has forgotten the rank"),
            advice=Message.of("fix: {model}.make_predict_function(force=True), then call again",
                              model=model))

    def _add(self, findings: List[Finding]) -> None:
        with self._lock:
            for finding in findings:
                told = self._places.setdefault(finding.key()[:-1], {})
                index = told.get(finding.headline)
                if index is not None:  # told before the call ran; what it returned is known now
                    self._findings[index] = finding
                elif len(told) < _PER_PLACE and len(self._findings) < _KEPT_FINDINGS:
                    told[finding.headline] = len(self._findings)
                    self._findings.append(finding)

    # -- the lines around the calls ----------------------------------------------------------

    def _witness(self, what: str, *arguments: Any) -> None:
        try:
            getattr(self._recorder.witness, what)(*arguments)
        except Exception as fault:  # costs evidence only
            self._recorder.failed(fault)

    def _look_around(self, crash_is_told: bool = False) -> None:
        """Reads the sources in which something new ran; never raises."""
        if self._active:
            return
        from shapecheck.around import look_around, look_around_cells

        try:
            cells = self._recorder.witness.cells()
            counts = {ran.execution_count for ran in cells}
            for ran in self._recorder.witness.ran():
                if ran.execution_count in counts and ran.execution_count is not None:
                    continue
                if self._read.get(ran.path) != len(ran.moments):
                    self._read[ran.path] = len(ran.moments)
                    self._judge_around(look_around(ran), crash_is_told)
            size = sum(len(ran.moments) for ran in cells)
            if self.total and self._read.get("") != size:  # a new cell, or a new place in one
                self._read[""] = size
                self._judge_around(look_around_cells(cells), crash_is_told)
        except Exception as fault:
            self._recorder.failed(fault)

    def _judge_around(self, looked: Tuple[List[Finding], List[Tuple[Call, Call]]],
                      crash_is_told: bool) -> None:
        from shapecheck.around import same_place

        found, calls = looked
        with self._lock:
            for recorded, more in calls:
                self._reconsider(judge([recorded]), judge([more]))
            self._add([finding for finding in found if not any(
                same_place(finding, known) for known in self._findings) and not (
                crash_is_told and self._recorder.witness.stopped_at(finding.location))])

    def _reconsider(self, before: List[Finding], after: List[Finding]) -> None:
        """A call is judged otherwise, with what its source says: the cause instead of what it
        shows. What has been told already stays."""
        keys = {finding.key() for finding in before}
        if keys == {finding.key() for finding in after}:
            return
        if any(finding.key() in keys for finding in self._findings[:self._told]):
            return
        self._keep([f for f in self._findings if f.key() not in keys] + after)

    def _keep(self, findings: List[Finding]) -> None:
        """These instead of all that there were."""
        self._findings, self._places = [], {}
        self._add(findings)

    def _print_new(self) -> None:
        with self._lock:
            new = self._findings[self._told:]
            self._told = len(self._findings)
        if not new:
            return
        if self._style in ("text", "json"):
            from shapecheck.render.text import findings_json, findings_text

            self._write((findings_text if self._style == "text" else findings_json)(new))
            return
        from shapecheck import telling

        (telling.log if self._style == "logging" else telling.warn)(new)

    def _write(self, text: str) -> None:
        stream = self._stream or sys.stderr
        if stream is not None:
            stream.write(text)
            stream.flush()


def check_inputs(model: Any, inputs: Any, labels: Any = None) -> Report:
    """What would happen if `model.predict(inputs)` were called, or with labels
    `model.fit(inputs, labels)`; nothing is run.

    inputs: what one would pass: an array (rows, ...), a list or dict of arrays, a dataset, a
    DataFrame. labels: likewise; they are compared with the outputs and the loss of a compiled
    model. Raises UserError where `model` is no Keras model.

        report = shapecheck.check_inputs(model, [data_x[0][0], data_x[1][0]])
        report.findings[0].fix   # model.predict([data_x[0][0:1], data_x[1][0:1]])
    """
    from shapecheck.observe.definitions import definitions_of
    from shapecheck.observe.models import environment
    from shapecheck.observe.preflight import foreseen, preflight

    call = preflight(model, inputs, sys._getframe(1), labels)
    facts: List[Any] = [call, *definitions_of(model, call.location)]
    refusal = foreseen(model, inputs, call) if not judge([call]) else None
    return Report(tuple(judge(facts if refusal is None else [*facts, refusal])), (call,),
                  environment())


def check_consistency(model: Any, inputs: Any, output: Optional[str] = None, *,
                      call: str = "predict", rows: int = 8, all_rows: bool = False,
                      seed: int = 0, progress: Any = None) -> Report:
    """Is each row's result the same alone and in a batch? With the cause and the layer if not.

    inputs: an array (rows, ...), or a list or dict of them. output: what to compare, an
    expression such as "last_hidden_state[:, 0]"; None compares the CLS of a text model and
    every output of another. call: "predict", "call" (`model(x)`), "function" (tf.function) or
    "xla". rows: how many to test (first, last, shortest, longest, random ones). all_rows: then
    every row, alone and in batches; progress(done, total) is told. The verdict is in
    `report.consistency`. The model's weights, states, policy and seeds are as before afterwards.

    Raises UserError where nothing can be checked: no such output, ragged rows, a model that
    raises on the inputs.

        report = shapecheck.check_consistency(model, [data_x[0], data_x[1]])
        report.consistency.verdict, report.consistency.cause, report.consistency.layer
    """
    from shapecheck.observe.preflight import preflight

    planned = preflight(model, inputs, sys._getframe(1))
    return _consistency(model, inputs, planned, output, call, rows, all_rows, seed, progress)


def lint(paths: Union[str, "os.PathLike[str]", Iterable[Union[str, "os.PathLike[str]"]]] = ".", *,
         select: Optional[Sequence[str]] = None, ignore: Optional[Sequence[str]] = None,
         extend_select: Optional[Sequence[str]] = None,
         per_file_ignores: Optional[Mapping[str, Sequence[str]]] = None,
         report_unused: Optional[bool] = None,
         baseline: Union[str, "os.PathLike[str]", None] = None,
         exclude: Sequence[str] = (), jobs: int = 1) -> Report:
    """Shape pitfalls in notebooks and .py files, found without running them.

    paths: files and folders. select, ignore, extend_select: codes or prefixes ("SHP101", "SHP4",
    "ALL"). per_file_ignores: codes that are not told of files, by patterns ({"tests/*":
    ["SHP1"]}). report_unused: tell comments that silence nothing (SHP902). baseline: a file of
    findings that stay quiet, "" for none. All of them replace those of `[tool.shapecheck]` in
    pyproject.toml. exclude: patterns as in .gitignore. jobs: processes; 0 is one a core where
    there are files enough. `report.notes` names what was not looked at.

    Raises UserError for wrong codes, a broken configuration, and where something could not be
    read and nothing was found: silence would look like "clean".

        shapecheck.lint("notebooks").findings
    """
    from shapecheck.linting.paths import configured, lint_paths

    if isinstance(paths, (str, os.PathLike)):
        paths = [paths]
    names = [os.fspath(path) for path in paths]
    if "-" in names:
        raise UserError('lint reads files and folders: expected a path, found "-"')
    known = None
    named = None if baseline is None else os.fspath(baseline)
    configuration = configured(names)
    if named or (named is None and configuration.baseline):
        from shapecheck.linting.baseline import chosen

        known = chosen(named, configuration)
    total = lint_paths(names, select=select, ignore=ignore, extend_select=extend_select,
                       per_file_ignores=None if per_file_ignores is None
                       else list(per_file_ignores.items()), report_unused=report_unused,
                       exclude=exclude, jobs=jobs, baseline=known)
    if total.problems and not total.findings:
        raise UserError("; ".join(total.problems))
    total.notes += known.settled() if known is not None else []
    return Report(tuple(_marked(total.findings)), notes=tuple(total.notes + total.problems))


def _marked(findings: Sequence[Finding]) -> List[Finding]:
    """Each with its fingerprint; the files are read again, where there are findings."""
    if not findings:
        return []
    from shapecheck.source.documents import read_document
    from shapecheck.source.fingerprints import fingerprinted

    def read(path: str) -> Any:
        try:
            return read_document(path)
        except (UserError, OSError):  # changed in between
            return None

    return fingerprinted(findings, read)


def lint_bytes(name: str, data: bytes, *, select: Optional[Sequence[str]] = None,
               ignore: Sequence[str] = (), extend_select: Sequence[str] = ()) -> Checked:
    """What `lint` says of one notebook or .py file, given its bytes: a pure function of these
    arguments. It opens no file, neither pyproject.toml nor modules beside it, and never raises for
    what the bytes are: `problem` then says why nothing of them was read. The result can be sent to
    another process.

    name: what it is called; `.ipynb` makes it a notebook. select, ignore, extend_select: as in
    `lint`. Raises UserError for wrong codes.

        shapecheck.lint_bytes("train.ipynb", data).findings
    """
    from shapecheck.linting.one_file import lint_file
    from shapecheck.linting.outcome import place_of
    from shapecheck.linting.selection import Selection, check_codes

    for option, codes in (("select", select), ("ignore", ignore),
                          ("extend_select", extend_select)):
        check_codes(codes or (), option)
    outcome = lint_file(name, Selection(select, ignore, extend_select), bytes(data), alone=True)
    return Checked(name, tuple(sorted(outcome.findings, key=place_of)), tuple(outcome.notes),
                   outcome.problem)


def explain(text: Union[str, bytes], source: Optional[Union[str, "os.PathLike[str]"]] = None,
            ) -> Report:
    """What a pasted shape error of Keras, TensorFlow or NumPy means; nothing is run.

    text: a traceback or a warning, or a part of one. source: the notebook or script that it is of.
    `report.findings[0]` is at the user's line, its `.fix` in their names where the line is known,
    its evidence of the kinds "remedy" and "code" all that may mend it, the likeliest first. Where
    no rule explains it there is no finding, and `report.notes` says what it is.

    Raises UserError for an empty text, and a source that cannot be read.

        shapecheck.explain("Shapes (None, 1) and (None, 10) are incompatible").findings[0].code
    """
    from shapecheck.explaining import explained

    return explained(text, None if source is None else os.fspath(source))


def consistency_report(model: Any, inputs: Any, source: str, output: Optional[str] = None, *,
                       call: str = "predict", rows: int = 8, all_rows: bool = False,
                       seed: int = 0, progress: Any = None,
                       notes: Tuple[str, ...] = ()) -> Report:
    """`check_consistency` for inputs that are spelled as in the call `source`."""
    from shapecheck.observe.callsite import Site
    from shapecheck.observe.models import declaration_of
    from shapecheck.observe.preflight import planned
    from shapecheck.source.calls import CallText

    site = Site(Location(), CallText(source))
    facts = planned(declaration_of(model), inputs, site)
    report = _consistency(model, inputs, facts, output, call, rows, all_rows, seed, progress)
    return replace(report, notes=notes)


def _consistency(model: Any, inputs: Any, planned: Call, output: Optional[str], mode: str,
                 rows: int, all_rows: bool, seed: int, progress: Any) -> Report:
    from shapecheck.consistency.comparing import Check
    from shapecheck.consistency.misuse import misused
    from shapecheck.observe.models import environment

    wrong = judge([planned])
    comparison = misused(planned, wrong, output, mode, model, inputs)
    if comparison is None:
        comparison = Check(model, inputs, planned, output=output, mode=mode, rows=rows,
                           seed=seed).compare(all_rows, progress)
    return Report(tuple(wrong + judge([comparison])), (planned,), environment(), comparison)


def _same_row_text(pair: Any) -> str:
    alone, batch = pair.places
    verdict = ("the same bits" if pair.difference == 0 else
               f"the results differ by {pair.difference:.1e} (relative)")
    return (f"the same row went in alone ({alone}) and in a batch of {pair.rows} ({batch}): "
            f"{verdict}")


def _fault_text(fault: BaseException) -> str:
    from shapecheck.facts import clean

    return (f"internal error, your run was not affected: {type(fault).__name__}: "
            f"{clean(fault)}; set SHAPECHECK_DEBUG=1 for its traceback")


def _add_notes(error: BaseException, findings: Sequence[Finding], layer: str) -> None:
    """One note of three lines for each finding: what was declared and passed, the rule, the fix."""
    add_note = getattr(error, "add_note", None)  # Python >= 3.11
    if add_note is None:
        return
    for finding in findings[:3]:
        where = f"; raised in {layer}" if layer else ""
        note = (f"shapecheck: {finding.what}\n"
                f"{finding.code} {finding.slug}: {finding.why}{where}\n{finding.advice}")
        if note not in getattr(error, "__notes__", ()):
            add_note(note)


def without_our_frames(error: BaseException) -> None:
    """The tracebacks as the user would have had them: the frames of our hooks taken out."""
    from shapecheck.observe.callsite import HOOK_FILE

    ours = os.path.join(os.path.dirname(os.path.abspath(__file__)), "observe") + os.sep
    for each in _chain(error):
        trace = each.__traceback__
        while trace is not None and trace.tb_next is not None:
            filename = trace.tb_next.tb_frame.f_code.co_filename
            if filename == HOOK_FILE or (
                    trace.tb_next.tb_next is not None and filename.startswith(ours)):
                trace.tb_next = trace.tb_next.tb_next
            else:
                trace = trace.tb_next


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, what it was raised from or while handling, and those in a group."""
    waiting: List[Any] = [error]
    seen: Set[int] = set()
    while waiting:
        each = waiting.pop()
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        waiting += [each.__cause__, each.__context__, *getattr(each, "exceptions", ())]
