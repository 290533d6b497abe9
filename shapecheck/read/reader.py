"""Reading a document: its cells through the interpreter, its facts out."""
from __future__ import annotations

import ast
import os
from typing import Any, Callable, Dict, List, Optional, Sequence, Set

from shapecheck.facts.evidence import Moment
from shapecheck.read.interpreter import Exhausted, Interpreter
from shapecheck.read.objects import Module, Scope
from shapecheck.source.trees import Broken, walk

#: modules beside the file that are followed, in all
MODULES = 20


class Reading:
    """What a document says. facts: for `rules.judge`. notes: what was not looked at. beside: the
    modules that were looked for beside it, with their bytes; None: there was none."""

    __slots__ = ("facts", "notes", "module", "beside")

    def __init__(self, facts: List[Any], notes: List[str], module: Scope,
                 beside: Dict[str, Optional[bytes]]) -> None:
        self.facts = facts
        self.notes = notes
        self.module = module
        self.beside = beside

    def forget(self) -> None:
        """The names refer to functions, which refer to the names, and facts to what told them:
        without them the trees of the document are gone at once, and no garbage collector has to
        look through them."""
        self.facts.clear()
        self.module.names.clear()
        self.module.where.clear()


def read(document: Any, evidence: Sequence[Moment] = (),
         interpreter: Callable[..., Interpreter] = Interpreter, ahead: bool = False,
         alone: bool = False) -> Reading:
    """All facts of a document. Nothing is executed or imported.

    evidence: what a run showed at places of it (a document of one cell). Then the facts are those
    of the code that ran, without the calls, which the run has seen itself, but for those of which
    the source says more; and modules beside the file are not followed. ahead: none of it has run
    yet, the evidence is what its names hold, and all facts are given. interpreter: one that does
    more on the way. alone: modules beside it are not followed.
    """
    return _Reader(document, evidence, interpreter, ahead, alone).read()


class _Reader:
    def __init__(self, document: Any, evidence: Sequence[Moment],
                 interpreter: Callable[..., Interpreter], ahead: bool, alone: bool) -> None:
        self.document = document
        self.interpreter = interpreter
        self.evidence = evidence
        self.ahead = ahead
        self.modules: Dict[str, Optional[Module]] = {}
        self.beside: Dict[str, Optional[bytes]] = {}
        self.folder = os.path.dirname(os.path.abspath(document.path)) if document.path and \
            document.path != "-" and not alone else None

    def read(self) -> Reading:
        cells = [c for c in self.document.cells if c.tree is not None]
        interpreter = self._interpreter(cells)
        interpreter.path = self.document.path
        notes: List[str] = []
        if any(cell.outputs for cell in cells):  # what they say costs a scripts' start-up 3 ms
            from shapecheck.read.outputs import failures, learn
        try:
            for cell in _in_order(self.document.cells):
                if cell.tree is None:
                    interpreter.scope = interpreter.module
                    interpreter.forget(cell.source)
                    continue
                interpreter.run(cell)
                if cell.outputs:
                    learn(interpreter, cell)
            interpreter.finish()
        except Exhausted:
            notes.append(f"{self.document.path}: not analysed further: it takes more steps than "
                         "one file may")
        except RecursionError:
            notes.append(f"{self.document.path}: not analysed further: nested too deeply")
        for cell in cells:
            if cell.outputs:
                interpreter.facts.extend(failures(self.document.path, cell))
        facts = interpreter.proved() if self.evidence and not self.ahead else interpreter.facts
        return Reading(facts, notes, interpreter.module, self.beside)

    def _interpreter(self, cells: List[Any]) -> Any:
        if not self.evidence:
            return self.interpreter(lambda: _stored(cells), self._load)
        from shapecheck.read.evidence import Informed

        return Informed(_stored(cells), cells[0].tree, self.evidence)

    def _load(self, name: str, level: int) -> Optional[Module]:
        """A module beside the document, interpreted like it, without a word of its own."""
        if self.folder is None or level > 1:
            return None
        base = os.path.join(self.folder, *name.split("."))
        for path in (base + ".py", os.path.join(base, "__init__.py")):
            if path in self.modules:
                return self.modules[path]
            if not os.path.isfile(path):
                self.beside[path] = None
                continue
            if len(self.modules) >= MODULES:
                continue
            if os.path.abspath(path) == os.path.abspath(self.document.path):
                return None
            self.modules[path] = None  # also ends a circle
            self.modules[path] = self._module(path)
            return self.modules[path]
        return None

    def _module(self, path: str) -> Optional[Module]:
        from shapecheck.facts.errors import UserError
        from shapecheck.source.documents import load, read_document

        self.beside[path] = b""
        try:
            data = self.beside[path] = load(path)
            document = read_document(path, data)
        except (UserError, OSError):
            return None
        if not document.cells or document.cells[0].tree is None:
            return None
        interpreter = Interpreter(lambda: _stored(document.cells), self._load)
        interpreter.path = path
        interpreter.muted = 1
        try:
            interpreter.run(document.cells[0])
        except (Exhausted, RecursionError):
            return None
        return Module(interpreter.module)


def _in_order(cells: List[Any]) -> List[Any]:
    """In the order in which they were run where every cell says so, else as they stand."""
    counts = [c.execution_count for c in cells]
    if all(isinstance(n, int) for n in counts) and len(set(counts)) == len(counts):
        return sorted(cells, key=lambda c: c.execution_count)
    return cells


def _stored(cells: Sequence[Any]) -> Set[str]:
    """Every name that a program binds anywhere."""
    names: Set[str] = set()
    for cell in cells:
        for node in walk([cell.tree]) if cell.tree is not None else ():
            if isinstance(node, Broken):
                from shapecheck.source.tolerant import may_bind

                names |= may_bind(node.text)
            elif isinstance(node, ast.Name):
                if not isinstance(node.ctx, ast.Load):
                    names.add(node.id)
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
                names.add(node.name)
            elif isinstance(node, ast.arg):
                names.add(node.arg)
            elif isinstance(node, ast.alias):
                names.add((node.asname or node.name).partition(".")[0])
    return names
