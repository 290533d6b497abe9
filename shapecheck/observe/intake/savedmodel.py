"""A SavedModel, called through its serving signature."""
from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Tuple

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.facts.roles import role_of
from shapecheck.facts.shape import Spec
from shapecheck.source.usage import variable_names

_SIGNATURE = "serving_default"


class SavedModel:
    """`predict` and `__call__` over one signature of a loaded SavedModel.

    Inputs are in the order in which the signature declares them; with `predict` they are NumPy
    arrays (or lists) and are cast to the declared dtype, outputs are NumPy arrays: one array
    for one output, else a dict.
    """

    def __init__(self, loaded: Any, name: str) -> None:
        """Raises UserError where the SavedModel has no signature or the signature no inputs."""
        self._loaded = loaded  # keeps the variables alive
        self.name = name
        signatures = getattr(loaded, "signatures", None) or {}
        self.signature = _SIGNATURE if _SIGNATURE in signatures else next(iter(signatures), None)
        if self.signature is None:
            raise UserError(f"{clean(name)}: the SavedModel has no signature to call; export it "
                            "with model.export or tf.saved_model.save(..., signatures=...)")
        self._function = signatures[self.signature]
        _, declared = self._function.structured_input_signature
        order = [n for n in getattr(self._function, "_arg_keywords", ()) if n in declared]
        self._specs: Dict[str, Any] = {n: declared[n] for n in
                                       (order if len(order) == len(declared) else
                                        sorted(declared, key=_natural))}
        if not self._specs:
            raise UserError(f"{clean(name)}: the signature {clean(self.signature)!r} takes no "
                            "inputs, so there is nothing to check")

    @property
    def structure(self) -> str:
        return "single" if len(self._specs) == 1 else "dict"

    def inputs_spec(self) -> Tuple[Spec, ...]:
        """What the signature declares, in order."""
        return tuple(_spec(name, tensor) for name, tensor in self._specs.items())

    def outputs_spec(self) -> Tuple[Spec, ...]:
        """What the signature returns, by name."""
        outputs = self._function.structured_outputs
        items = outputs.items() if isinstance(outputs, Mapping) else (
            (f"output_{i}", tensor) for i, tensor in enumerate(_as_list(outputs)))
        return tuple(_spec(str(name), tensor) for name, tensor in items)

    def usage(self) -> Tuple[str, ...]:
        """The right call of the SavedModel itself, as code to paste."""
        specs = self.inputs_spec()
        arguments = ", ".join(f"{spec.name}=tf.constant({var}[0:1])" if spec.name.isidentifier()
                              else f"**{{{spec.name!r}: tf.constant({var}[0:1])}}"
                              for spec, var in zip(specs, variable_names(specs)))
        return (f'loaded.signatures["{clean(self.signature)}"]({arguments})',)

    def predict(self, inputs: Any, **_: Any) -> Any:
        """The outputs as NumPy arrays. inputs: an array, a list in declared order or a dict."""
        outputs = self(inputs)
        if isinstance(outputs, dict):
            return {name: tensor.numpy() for name, tensor in outputs.items()}
        return outputs.numpy()

    def __call__(self, inputs: Any, **_: Any) -> Any:
        """The outputs as tensors. Raises what TensorFlow raises for shapes that do not fit."""
        import tensorflow as tf

        tensors = {name: _tensor(tf, value, self._specs[name])
                   for name, value in self._by_name(inputs).items()}
        outputs = self._function(**tensors)
        if isinstance(outputs, Mapping):
            outputs = dict(outputs)
            return outputs if len(outputs) != 1 else next(iter(outputs.values()))
        return outputs

    def _by_name(self, inputs: Any) -> Dict[str, Any]:
        names = list(self._specs)
        if isinstance(inputs, Mapping):
            missing = [n for n in names if n not in inputs]
            if missing:
                raise ValueError(f"no value for input {missing[0]!r}; the signature takes "
                                 + ", ".join(names))
            return {name: inputs[name] for name in names}
        if isinstance(inputs, (list, tuple)) and (len(names) > 1 or len(inputs) == 1):
            values = list(inputs)
        else:
            values = [inputs]
        if len(values) != len(names):
            raise ValueError(f"{len(values)} inputs passed, the signature takes {len(names)}: "
                             + ", ".join(names))
        return dict(zip(names, values))


def load(path: str, name: str) -> SavedModel:
    """The SavedModel of a folder. Raises UserError where it cannot be loaded."""
    import tensorflow as tf

    try:
        loaded = tf.saved_model.load(path)
    except Exception as exc:
        raise UserError(f"{clean(path)}: not a readable SavedModel "
                        f"({type(exc).__name__}: {_short(exc)})") from exc
    return SavedModel(loaded, name)


def _short(exc: BaseException) -> str:
    lines = [line for line in str(exc).splitlines() if line.strip()]
    return clean(lines[0], 160) if lines else ""


def _tensor(tf: Any, value: Any, spec: Any) -> Any:
    if not isinstance(value, tf.Tensor):
        import numpy as np

        value = tf.convert_to_tensor(np.asarray(value))
    return value if value.dtype == spec.dtype else tf.cast(value, spec.dtype)


def _spec(name: str, tensor: Any) -> Spec:
    shape = tensor.shape
    dims = None if shape.rank is None else shape.as_list()
    return Spec.of(name, dims, tensor.dtype.name, role=role_of(name), source="signature")


def _natural(name: str) -> List[Any]:
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def _as_list(outputs: Any) -> List[Any]:
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
