"""The model as it was: weights, states and seeds put back bit for bit, also after Ctrl-C."""
from __future__ import annotations

import contextlib
import random
import sys
import types
from typing import Any, Dict, Iterator, List, NamedTuple, Tuple

import numpy as np

from shapecheck.consistency.containers import Container, of_function, of_value
from shapecheck.observe.models import generation_of

#: how often Keras 2 has called each method: no result depends on them
_COUNTERS = ("_train_counter", "_test_counter", "_predict_counter")
_FRAMEWORKS = ("keras", "tf_keras", "tensorflow", "transformers", "keras_hub", "keras_nlp")


def layers_of(model: Any) -> List[Any]:
    """The model and every layer in it; a SavedModel has none."""
    adapter = generation_of(model)
    return [model, *adapter.layers(model)] if adapter is not None else [model]


# -- variables -------------------------------------------------------------------------------


def variables(model: Any) -> List[Any]:
    """All variables that a call of the model can read or change.

    Weights, moving statistics, recurrent states, counters, generators of random numbers; also
    those that Keras does not track: in a layer's attributes, in the closure of a function that
    a layer calls, and the global ones that its `call` names.
    """
    found: List[Any] = []
    seen = set()
    for source in (_tracked(model), _in_attributes(model)):
        for variable in source:
            if id(variable) not in seen:
                seen.add(id(variable))
                found.append(variable)
    return found


def _tracked(model: Any) -> Any:
    try:
        return getattr(model, "variables", ()) or ()
    except ValueError:  # Keras 2: a Sequential that was never called has none yet
        return ()


def _in_attributes(model: Any) -> Iterator[Any]:
    for layer in layers_of(model):
        for name, value in list(getattr(layer, "__dict__", {}).items()):
            if name not in _COUNTERS:
                yield from _variables_in(value, 3)
        if getattr(layer, "stateful", False):
            yield from _variables_in(getattr(layer, "states", None), 3)
        for function in _own_functions(layer):
            yield from _variables_in(_reached(function), 6)


def _variables_in(value: Any, depth: int) -> Iterator[Any]:
    if depth == 0:
        return
    if hasattr(value, "assign") and hasattr(value, "numpy") and hasattr(value, "shape"):
        yield value
    elif isinstance(value, dict):
        for item in list(value.values()):
            yield from _variables_in(item, depth - 1)
    elif isinstance(value, (list, tuple)):
        for item in list(value):
            yield from _variables_in(item, depth - 1)
    elif isinstance(value, types.FunctionType) and not _is_framework_name(value.__module__):
        yield from _variables_in(_reached(value), depth - 1)
    elif type(value).__name__ in ("Generator", "SeedGenerator", "RandomGenerator",
                                  "BackendRandomGenerator"):
        for item in ([getattr(value, "state", None)] + list(
                getattr(value, "__dict__", {}).values())):
            yield from _variables_in(item, depth - 1)


def _own_functions(layer: Any) -> Iterator[Any]:
    """Functions of the user's that run in the layer's call."""
    if not _is_framework(type(layer)):
        for cls in type(layer).__mro__:
            if not _is_framework(cls):
                yield from (f for f in vars(cls).values() if isinstance(f, types.FunctionType))
    for value in list(getattr(layer, "__dict__", {}).values()):
        if isinstance(value, types.FunctionType):
            yield value


def _reached(function: Any) -> List[Any]:
    """What a function holds in its closure and names among its module's globals."""
    function = getattr(function, "__wrapped__", function)
    code = getattr(function, "__code__", None)
    if code is None:
        return []
    held: List[Any] = []
    for cell in getattr(function, "__closure__", None) or ():
        try:
            held.append(cell.cell_contents)
        except ValueError:  # an empty cell
            continue
    names = list(code.co_names)
    for constant in code.co_consts:  # functions inside it
        names += list(getattr(constant, "co_names", ()))
    scope = getattr(function, "__globals__", {})
    return held + [scope[n] for n in names if n in scope]


def _is_framework(cls: type) -> bool:
    return cls is object or _is_framework_name(cls.__module__)


def _is_framework_name(module: Any) -> bool:
    return str(module).partition(".")[0] in _FRAMEWORKS


def is_seed(variable: Any) -> bool:
    """The state of a generator of random numbers."""
    name = str(getattr(variable, "path", None) or getattr(variable, "name", ""))
    if any(word in name for word in ("seed_generator", "seed_state", "StateVar")):
        return True
    dtype = str(getattr(getattr(variable, "dtype", ""), "name", getattr(variable, "dtype", "")))
    # tf.random.Generator keeps three int64 (TF 2.6 gives them no name), Keras 3 two uint32
    return (dtype, tuple(variable.shape)) in (("int64", (3,)), ("uint32", (2,)))


def read(variable: Any) -> np.ndarray:
    value: np.ndarray = np.array(variable.numpy() if hasattr(variable, "numpy") else variable)
    return value


# -- Python's own attributes -----------------------------------------------------------------

#: attributes that Keras sets on a layer of the user's in the course of its first calls
_OF_KERAS = ("built", "predict_function", "stop_training", "history", "output_names",
             "input_names", "name")


def _attributes(model: Any) -> List[Tuple[Any, str, Any, Any]]:
    """(layer, name, value, copy of a list's items) of plain Python state in the user's layers."""
    found = []
    for layer in layers_of(model):
        if _is_framework(type(layer)):
            continue
        for name, value in list(vars(layer).items()):
            if name in _OF_KERAS or name.startswith(("_self_", "_keras", "_tf_")):
                continue
            plain = isinstance(value, (bool, int, float, complex, str, np.ndarray, np.generic))
            if plain or value is None or (hasattr(value, "numpy") and not hasattr(value,
                                                                                 "assign")):
                # a bool or None with an underscore is Keras' book-keeping
                if not (name.startswith("_") and (value is None or isinstance(value, bool))):
                    copied = value.copy() if isinstance(value, np.ndarray) else None
                    found.append((layer, name, value, copied))
            elif isinstance(value, list):
                found.append((layer, name, value, list(value)))
    return found


class State(NamedTuple):
    variables: List[Tuple[Any, np.ndarray]]
    attributes: List[Tuple[Any, str, Any, Any]]
    containers: List[Container]

    def apart_from_seeds(self) -> "State":
        """Without the states of generators of random numbers."""
        return State([(v, a) for v, a in self.variables if not is_seed(v)], self.attributes,
                     [c for c in self.containers if not c.random])

    def changed(self) -> Tuple[List[Any], List[str], List[Any]]:
        """Variables whose bits differ now, names of attributes that do, and their layers."""
        moved = [v for v, value in self.variables if read(v).tobytes() != value.tobytes()]
        found = [(f"{getattr(layer, 'name', 'model')}.{name}", layer)
                 for layer, name, value, copied in self.attributes
                 if _differs(vars(layer).get(name), value, copied)]
        found += [(c.label, c.layer) for c in self.containers if c.changed()]
        return moved, [name for name, _layer in found], [layer for _name, layer in found]

    def put_back(self) -> None:
        for container in self.containers:
            container.put_back()
        for variable, value in self.variables:
            if read(variable).tobytes() != value.tobytes():
                variable.assign(value)
        for layer, name, value, copied in self.attributes:
            if not _differs(vars(layer).get(name), value, copied):
                continue
            if isinstance(value, list):
                value[:] = copied
            elif copied is not None:
                value[...] = copied
            vars(layer)[name] = value


def _differs(now: Any, value: Any, copied: Any) -> bool:
    if now is not value:
        return not (type(now) is type(value)
                    and isinstance(value, (bool, int, float, complex, str)) and now == value)
    if isinstance(value, list):
        return len(value) != len(copied) or any(a is not b for a, b in zip(value, copied))
    return copied is not None and value.tobytes() != copied.tobytes()


def take(model: Any) -> State:
    return State([(v, read(v)) for v in variables(model)], _attributes(model),
                 list(_containers(model)))


#: what Keras keeps in a layer of the user's; names that begin so are its own as well
_OF_KERAS_TOO = ("_call_context_args", "_call_has_context_arg", "_build_shapes_dict",
                 "call_signature_parameters", "_nested_inputs", "_nested_outputs")


def _containers(model: Any) -> Iterator[Container]:
    """Dicts, arrays, closures, ... that a call of the user's layers can change."""
    seen: Dict[int, Any] = {}
    for layer in layers_of(model):
        functions = list(_own_functions(layer))
        if _is_framework(type(layer)):  # a Lambda's function, a callable activation
            functions = [f for f in functions if not _is_framework_name(f.__module__)]
        else:
            for name, value in list(vars(layer).items()):
                if name in (*_OF_KERAS, *_OF_KERAS_TOO) or name.startswith(
                        ("_self_", "_keras", "_tf_")) or (
                        name.startswith("_") and isinstance(value, list)):
                    continue
                yield from of_value(f"{getattr(layer, 'name', 'model')}.{name}", value, layer,
                                    seen)
        for function in functions:
            yield from of_function(getattr(function, "__name__", "function"), function, layer,
                                   seen)


# -- generators of random numbers ------------------------------------------------------------


class _Seeds:
    """Python's, NumPy's, TensorFlow's and Keras' generators."""

    def __init__(self) -> None:
        self._python, self._numpy = random.getstate(), np.random.get_state()
        self._context = _context()
        self._seed = getattr(self._context, "_seed", None)
        rng: Any = getattr(self._context, "_rng", None)
        self._rng = rng.getstate() if hasattr(rng, "getstate") else None
        self._global = [(v, read(v)) for v in _global_generators()]
        self._names = [(uids, {k: dict(v) if isinstance(v, dict) else v
                               for k, v in list(uids.items())}) for uids in _name_counters()]

    def put_back(self) -> None:
        random.setstate(self._python)
        np.random.set_state(self._numpy)
        for variable, value in self._global:
            if read(variable).tobytes() != value.tobytes():
                variable.assign(value)
        for uids, kept in self._names:
            for key in list(uids.keys()):
                if key not in kept:
                    del uids[key]
                elif isinstance(kept[key], dict):
                    uids[key].clear()
                    uids[key].update(kept[key])
                else:
                    uids[key] = kept[key]
        context = self._context
        if context is None:
            return
        rng: Any = getattr(context, "_rng", None)
        moved = self._rng is not None and hasattr(rng, "getstate") and (
            rng.getstate() != self._rng)
        if moved or getattr(context, "_seed", None) != self._seed:
            context._seed = self._seed
            if self._rng is not None and hasattr(rng, "setstate"):
                rng.setstate(self._rng)
            # Eager kernels hold generators of their own, by seed: those that our draws made
            # would go on where ours stopped.
            getattr(context, "clear_kernel_cache", lambda: None)()


def _context() -> Any:
    module = sys.modules.get("tensorflow.python.eager.context")
    return None if module is None else module.context()


def _global_generators() -> Iterator[Any]:
    module = sys.modules.get("tensorflow.python.ops.stateful_random_ops")
    yield from _variables_in(getattr(module, "global_generator", None), 2)
    module = sys.modules.get("keras.src.backend.common.global_state")
    if module is not None:
        yield from _variables_in(module.get_global_attribute("global_seed_generator"), 2)


def _name_counters() -> Iterator[Any]:
    """Where Keras counts "dense", "dense_1", ...: a twin takes names, the user's layers follow."""
    module = sys.modules.get("keras.src.backend.common.global_state")
    if module is not None:
        uids = module.get_global_attribute("object_name_uids")
        if uids is not None:
            yield uids
    for name in ("tf_keras.src.backend", "keras.src.backend", "keras.backend"):
        uids = getattr(sys.modules.get(name), "PER_GRAPH_OBJECT_NAME_UIDS", None)
        if uids is not None:
            yield uids


# -- traced functions ------------------------------------------------------------------------


@contextlib.contextmanager
def fresh_traces(model: Any) -> Iterator[None]:
    """Within the block `predict` traces anew; then the model has its own function again.

    The user's function keeps the traces it had: one more shape in it would change the bits of
    later calls (facts: numerics, 1.1).
    """
    kept: Dict[str, Any] = {}
    if "predict_function" in getattr(model, "__dict__", {}):
        kept["predict_function"] = model.predict_function
        model.predict_function = None
    try:
        yield
    finally:
        if kept:
            model.predict_function = kept["predict_function"]


@contextlib.contextmanager
def untouched(model: Any) -> Iterator[None]:
    """Whatever happens in the block, the model and all generators are put back."""
    seeds = _Seeds()
    kept = take(model)
    counter = getattr(model, "_predict_counter", None)
    count = None if counter is None else read(counter)
    try:
        with fresh_traces(model):
            yield
    finally:
        kept.put_back()
        if counter is not None and count is not None:
            counter.assign(count)
        seeds.put_back()


@contextlib.contextmanager
def seeded(seed: int = 0) -> Iterator[None]:
    """Within the block every generator starts from the seed."""
    seeds = _Seeds()
    try:
        random.seed(seed)
        np.random.seed(seed)
        tensorflow = sys.modules.get("tensorflow")
        if tensorflow is not None:
            tensorflow.random.set_seed(seed)
        for variable in _global_generators():
            variable.assign(np.full(tuple(variable.shape), seed, read(variable).dtype))
        yield
    finally:
        seeds.put_back()


def held_by(layer: Any) -> List[Any]:
    """Variables that Keras does not track: in the layer's attributes and its functions' reach."""
    found = [v for value in list(getattr(layer, "__dict__", {}).values())
             for v in _variables_in(value, 3)]
    for function in _own_functions(layer):
        found += _variables_in(_reached(function), 6)
    return found
