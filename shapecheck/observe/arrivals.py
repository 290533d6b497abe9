"""Tells when a module arrives: a watch may begin before its Keras is imported."""
from __future__ import annotations

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Callable, Optional, Sequence


class _Finder(MetaPathFinder):
    """Finds nothing by itself: it asks the others and stays until the module has run."""

    def __init__(self, names: Sequence[str], arrived: Callable[[], None]) -> None:
        self._names = frozenset(names)
        self._arrived = arrived

    def find_spec(self, fullname: str, path: Optional[Sequence[str]] = None,
                  target: Optional[ModuleType] = None) -> Optional[ModuleSpec]:
        if fullname not in self._names:
            return None
        for finder in list(sys.meta_path):
            ask = getattr(finder, "find_spec", None)
            spec = ask(fullname, path, target) if ask is not None and finder is not self else None
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = _Announcing(spec.loader, self._arrived)
                return spec
        return None


class _Announcing(Loader):
    """Loads as `loader` does, leaves `loader` in the module, and tells when it is done."""

    def __init__(self, loader: Any, arrived: Callable[[], None]) -> None:
        self._loader = loader
        self._arrived = arrived

    def create_module(self, spec: ModuleSpec) -> Optional[ModuleType]:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._arrived()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)  # get_data, get_source, ...: whoever asks the spec


_finder: Optional[_Finder] = None


def watch_for(names: Sequence[str], arrived: Callable[[], None]) -> None:
    """Call `arrived()` each time one of the modules has been imported, until `stop()`."""
    global _finder
    if _finder is None:
        _finder = _Finder(names, arrived)
        sys.meta_path.insert(0, _finder)


def stop() -> None:
    global _finder
    if _finder is not None and _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
    _finder = None
