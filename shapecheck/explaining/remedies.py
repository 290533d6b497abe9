"""What to do, the likeliest first, in the user's own names where their line is known.

A message leaves open what was meant: each remedy says for which meaning it is.
"""
from __future__ import annotations

import ast
import re
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from shapecheck.source.calls import CallText, Piece
from shapecheck.source.expression import (
    atom,
    drop_leading_axis,
    keep_axis,
    parse,
    replace_spans,
    segment,
)
from shapecheck.source.frames import HOST, UserCall
from shapecheck.source.message_table import Dims, Told

_LABELLED = ("fit", "evaluate", "train_on_batch", "test_on_batch")
_GROUPS = ("fit_generator", "predict_generator", "evaluate_generator")


class Remedy(NamedTuple):
    """meaning: what it is right for, in words. code: to paste, "" where words are all.
    theirs: the code has the user's own names."""

    meaning: str
    code: str = ""
    theirs: bool = False


class Theirs:
    """The user's call: what stands for the inputs, the labels and the model in it."""

    def __init__(self, call: Optional[UserCall]) -> None:
        self.call = call
        self.text: Optional[CallText] = None
        if call is not None:
            try:
                self.text = CallText(call.call)
            except ValueError:
                self.text = None
        self.method = "" if call is None else call.method
        self.host = self.method in HOST

    @property
    def model(self) -> str:
        known = self.text is not None and self.host
        return self.text.receiver if known and self.text is not None else "model"

    def _argument(self, position: int, names: Sequence[str]) -> Optional[Piece]:
        if self.text is None or self.method in _GROUPS:
            return None
        piece = self.text.argument(position, names)
        return piece if piece is not None and piece.span is not None else None

    @property
    def x(self) -> Optional[Piece]:
        return self._argument(0, ("x", "inputs", "X"))

    @property
    def y(self) -> Optional[Piece]:
        if self.method not in _LABELLED:
            return None
        return self._argument(1, ("y", "targets"))

    def items(self) -> List[Tuple[str, Tuple[int, int]]]:
        """Each array of the inputs: of a list or a dict one by one."""
        piece = self.x
        if piece is None or piece.span is None or self.text is None:
            return []
        node = parse(piece.text)
        parts: List[ast.expr] = []
        if isinstance(node, (ast.List, ast.Tuple)) and node.elts and not any(
                isinstance(e, (ast.Constant, ast.List, ast.UnaryOp)) for e in node.elts):
            parts = list(node.elts)
        elif isinstance(node, ast.Dict) and node.values:
            parts = list(node.values)
        if not parts:
            return [(piece.text, piece.span)]
        found, start = [], piece.span[0]
        for part in parts:
            text = segment(piece.text, part)
            at = piece.text.find(text)
            if at < 0 or piece.text.count(text) != 1:
                return [(piece.text, piece.span)]
            found.append((text, (start + at, start + at + len(text))))
        return found

    def edited(self, edits: List[Tuple[Tuple[int, int], str]]) -> str:
        """The user's statement with parts of its call replaced; "" where that is no code."""
        if self.call is None or self.text is None:
            return ""
        made = replace_spans(self.call.call, edits)
        return self.call.with_call(made) if parse(made) is not None else ""

    def with_x(self, change: Callable[[str], Optional[str]], generic: str) -> Remedy:
        """The call with each array of the inputs changed, or with made-up names."""
        edits = []
        for text, span in self.items():
            new = change(text)
            if new is None:
                return Remedy("", generic)
            edits.append((span, new))
        code = self.edited(edits) if edits else ""
        return Remedy("", code, True) if code else Remedy("", generic)

    def with_y(self, change: Callable[[str], str], generic: str) -> Remedy:
        piece = self.y
        code = "" if piece is None or piece.span is None else self.edited(
            [(piece.span, change(piece.text))])
        return Remedy("", code, True) if code else Remedy("", generic)

    def name_of_x(self) -> str:
        items = self.items()
        return " and ".join(text for text, _span in items[:2]) if items else "x"

    def name_of_y(self) -> str:
        return self.y.text if self.y is not None else "y"

    def takes_a_row(self) -> bool:
        """`x[0]`: an item of an array, by a whole number."""
        items = self.items()
        return bool(items) and all(is_item(text) for text, _span in items)


def is_item(text: str) -> bool:
    """`x[0]`, `x[i]`, `df.iloc[3]`: one item of something that has many."""
    node = parse(text)
    if not isinstance(node, ast.Subscript):
        return False
    key = node.slice
    if isinstance(key, ast.UnaryOp):
        key = key.operand
    if isinstance(key, ast.Constant):
        return type(key.value) is int
    return isinstance(key, ast.Name) and key.id in ("i", "j", "k", "idx", "index", "n", "row", "t")


def remedies(told: Told, call: Optional[UserCall], general: str) -> List[Remedy]:
    """general: the rule's own advice, where nothing better is known."""
    theirs = Theirs(call)
    made = _MAKERS.get(told.code)
    found = [each for each in (made(told, theirs) if made is not None else []) if each.meaning]
    if not found:
        found = [Remedy(told.advice or general)]
    found[0] = found[0]._replace(meaning=re.sub(r"^or,? ", "", found[0].meaning))
    return found[:4]


def _shape(sizes: Sequence[Optional[int]]) -> str:
    return str(tuple(sizes))


def _pair(told: Told) -> Tuple[Dims, Dims]:
    return (told.pair[0], told.pair[1]) if len(told.pair) == 2 else ((), ())


# -- inputs ------------------------------------------------------------------------------------


def _row(told: Told, theirs: Theirs) -> List[Remedy]:
    declared, got = _pair(told)
    if "scikit-learn" in told.what:
        one = theirs.with_x(lambda t: f"{atom(t)}.reshape(1, -1)", "row.reshape(1, -1)")
        return [one._replace(meaning="it is one row: give it the axis that counts rows"),
                Remedy("it is one column: give it the axis that counts columns",
                       "column.reshape(-1, 1)")]
    rank = max(1, len(got)) if told.code == "SHP102" else 1
    if told.code == "SHP102" and len(declared) >= 3:
        rank = len(declared) - 1
    method = theirs.method if theirs.host else "predict"
    generic = f"{theirs.model}.{method}(x[0:1])"
    first = theirs.with_x(lambda t: _kept(t, rank), generic)
    name = theirs.name_of_x()
    gray = told.why.endswith("channel") and rank == 3
    if gray:
        first = theirs.with_x(lambda t: f"{atom(t)}[None, ..., None]", "x[0][None, ..., None]")
    what = "one row" if told.code == "SHP101" else "one sample"
    found = [first._replace(meaning=f"{name} is {what}: keep the axis that counts rows"
                            if theirs.items() else f"you pass {what}: keep the axis that counts "
                            "rows (a slice keeps it, an index drops it)")]
    plain = theirs.items() and not theirs.takes_a_row()
    if plain and told.code == "SHP102":
        found.append(Remedy(f"{name} is a dataset of single samples: batch it",
                            f"{atom(name)}.batch(32)" if parse(name) is not None else
                            "dataset.batch(32)"))
    elif told.code == "SHP101" and not theirs.takes_a_row():
        width = declared[-1] if declared else None
        if width in (None, 1):
            wide = theirs.with_x(lambda t: f"{atom(t)}[:, None]", "x[:, None]")
            found.append(wide._replace(meaning=f"or every value of {name} is a row of its own: "
                                       "rows of one value"))
        else:
            found.append(Remedy("or it is a dataset, whose rows were never batched",
                                "dataset = dataset.batch(32)"))
    return found


def _kept(text: str, rank: int) -> str:
    return keep_axis(text, _container(text), rank, "rows" if is_item(text) else "")


def _container(text: str) -> str:
    node = parse(text)
    if isinstance(node, (ast.List, ast.Tuple)):
        return "list"
    return "Series" if isinstance(node, ast.Subscript) and isinstance(
        node.value, ast.Attribute) and node.value.attr in ("iloc", "loc") else "ndarray"


def _order(told: Told, theirs: Theirs) -> List[Remedy]:
    declared, got = _pair(told)
    left = list(range(1, len(got)))
    axes = [0]
    for size in declared[1:]:
        at = next((i for i in left if got[i] == size), None)
        if at is None:
            return []
        left.remove(at)
        axes.append(at)
    order = ", ".join(map(str, axes))
    first = theirs.with_x(lambda t: f"np.transpose({t}, ({order}))", f"np.transpose(x, ({order}))")
    return [first._replace(meaning="the axes stand in another order: move them (a reshape would "
                           "mix up the values)"),
            Remedy("or the model is the wrong way about: declare the order of the data",
                   f"keras.Input(shape={_shape(got[1:])})")]


def _extra(told: Told, theirs: Theirs) -> List[Remedy]:
    declared, got = _pair(told)
    name = theirs.name_of_x()
    found: List[Remedy] = []
    written = [drop_leading_axis(text) for text, _span in theirs.items()]
    if written and all(written):
        one = theirs.with_x(drop_leading_axis, "")
        found.append(one._replace(meaning="the line itself adds an axis too many: leave it out"))
    sizes = _product(got[1:])
    wanted = _product(declared[1:]) if declared else None
    flat = len(declared) == 2 and sizes is not None and wanted in (sizes, None)
    if len(got) > 2 and got[1] == 1 and not found:
        one = theirs.with_x(lambda t: f"{atom(t)}[:, 0]", "x[:, 0]")
        found.append(one._replace(meaning=f"axis 1 of {name} has size 1, from a batch of one that "
                                  "was wrapped once more: drop it"))
    if len(got) > 1 and got[0] == 1 and not found:
        one = theirs.with_x(lambda t: f"{atom(t)}[0]", "x[0]")
        found.append(one._replace(meaning=f"{name} is a batch that was wrapped once more: unwrap "
                                  "it"))
    if flat or (len(declared) == 2 and len(got) > 2):
        one = theirs.with_x(lambda t: f"{atom(t)}.reshape(len({t}), -1)", "x.reshape(len(x), -1)")
        found.append(one._replace(meaning="each row is an image or a table, and the model takes "
                                  "flat rows: flatten them"))
        found.append(Remedy("or let the model do it, as its first layers",
                            f"keras.Input(shape={_shape(got[1:])}), keras.layers.Flatten()"))
    if "scikit-learn" in told.what:
        one = theirs.with_x(lambda t: f"{atom(t)}.reshape(len({t}), -1)", "x.reshape(len(x), -1)")
        found = [one._replace(meaning="each row is flat: flatten the axes behind the rows")]
    if "drawn" in told.what:
        one = theirs.with_x(lambda t: f"{atom(t)}.squeeze()", "image.squeeze()")
        found = [one._replace(meaning="axes of size 1 are in the way: drop them")]
    return found


def _product(sizes: Dims) -> Optional[int]:
    total = 1
    for size in sizes:
        if size is None:
            return None
        total *= size
    return total


def _width(told: Told, theirs: Theirs) -> List[Remedy]:
    declared, got = _pair(told)
    name = theirs.name_of_x()
    found: List[Remedy] = []
    if len(got) == 2 and got[1] == 1 and len(declared) > 2:
        return [Remedy("each row is one thing (a text of numbers, an array in a column): make one "
                       "array of them all", "np.stack(column)")]
    if declared and got and len(declared) != len(got) and None not in declared[1:]:
        size = _product(declared[1:])
        if (size is not None and size == _product(got[1:])) or len(got) == 2 < len(declared):
            rest = ", ".join(map(str, declared[1:]))
            one = theirs.with_x(lambda t: f"{atom(t)}.reshape(-1, {rest})",
                                f"x.reshape(-1, {rest})")
            found.append(one._replace(meaning="the rows are flat, with the same values: give them "
                                      "their axes back"))
    if len(declared) == len(got) == 4:
        found += _of_images(declared, got, theirs)
    if len(declared) == len(got) >= 2 and not found and "fitted on" in told.what:
        return [Remedy("take the same columns, in the same order, as for the fit",
                       "x[columns_of_the_fit]")]
    if len(declared) == len(got) >= 2 and not found:
        axis = next((i for i in range(1, len(got)) if declared[i] is not None
                     and declared[i] != got[i]), None)
        if axis is not None:
            found.append(Remedy(f"the model is right: bring axis {axis} of {name} from {got[axis]} "
                                f"to {declared[axis]}, by the same steps as in training (columns, "
                                "scaler, padding to the same length)"))
    if got and len(got) >= 2 and None not in got[1:] and told.about == "inputs":
        found.append(Remedy("or the data are right: declare the shape that a row has",
                            f"keras.Input(shape={_shape(got[1:])})"))
    elif told.about == "inside" and got:
        found.append(Remedy("or the data are right: build the model for their size, which the "
                            "layers before this one pass on"))
    return found


def _of_images(declared: Dims, got: Dims, theirs: Theirs) -> List[Remedy]:
    want, have = declared[-1], got[-1]
    if declared[1:3] != got[1:3] and want == have and None not in declared[1:3]:
        size = _shape(declared[1:3])
        one = theirs.with_x(lambda t: f"tf.image.resize({t}, {size})",
                            f"tf.image.resize(x, {size})")
        return [one._replace(meaning="images of another size: resize them as in training")]
    change = {(3, 1): ("gray images for a model of colours: repeat the channel",
                       "np.repeat({}, 3, axis=-1)"),
              (1, 3): ("colours for a model of gray images: make them gray",
                       "tf.image.rgb_to_grayscale({})"),
              (3, 4): ("images with an alpha channel: leave it out", "{}[..., :3]")}
    if (want, have) not in change:
        return []
    meaning, code = change[(want, have)]  # type: ignore[index]
    one = theirs.with_x(lambda t: code.format(atom(t)), code.format("x"))
    return [one._replace(meaning=meaning)]


def _names(told: Told, theirs: Theirs) -> List[Remedy]:
    names = re.search(r"a dict of ([\w, ./-]+) and got a list", told.what)
    if names is None:
        return []
    keys = names.group(1).split(", ")
    items = [text for text, _span in theirs.items()]
    values = items if len(items) == len(keys) and len(items) > 1 else keys
    inner = ", ".join(f"{key!r}: {value}" for key, value in zip(keys, values))
    method = theirs.method if theirs.host else "predict"
    return [Remedy("pass them by name; check that each array stands behind its own name",
                   f"{theirs.model}.{method}({{{inner}}})", values is items)]


def _rows(told: Told, theirs: Theirs) -> List[Remedy]:
    x, y = theirs.name_of_x(), theirs.name_of_y()
    known = theirs.x is not None and theirs.y is not None
    found = []
    numbers = told.numbers
    if len(numbers) == 2 and 1 in numbers and max(numbers) > 1 and theirs.x is not None:
        found.append(Remedy("a list around one array makes it one row: leave the brackets out"))
    if "column of" in told.what or "columns" in told.what:
        return [Remedy("a column has one value for each row of the table: keep those rows that "
                       "it was made from", "frame.loc[rows, 'new'] = values"),
                Remedy("or start at the end, where the first rows have no value (windows, lags)",
                       "frame['new'] = [None] * (len(frame) - len(values)) + list(values)")]
    if theirs.call is not None and "validation_data" in theirs.call.call:
        found.append(Remedy("or it is said of validation_data: its two parts have as many rows as "
                            "each other"))
        found.reverse()
    return [*found,
            Remedy("find where rows are lost or doubled: a filter, dropna or window that was made "
                   "on one of them only", f"print(len({x}), len({y}))" if known else
                   "print(len(x), len(y))", known),
            Remedy("or names are mixed up: train_test_split returns both parts of x, then both of "
                   "y", "x_train, x_test, y_train, y_test = train_test_split(x, y)")]


def _ids(told: Told, theirs: Theirs) -> List[Remedy]:
    if len(told.numbers) != 2:
        return []
    value, rows = told.numbers
    if value < 0:
        return [Remedy("no id is below 0: keep 0 for padding and words that are not known, and "
                       "count the others from 1")]
    return [Remedy("the table is too small: the largest id + 1 rows (len(word_index) + 1 for a "
                   "Tokenizer)", "keras.layers.Embedding(input_dim=int(ids.max()) + 1, ...)"),
            Remedy(f"or the ids come from another vocabulary: keep the {rows} most frequent words, "
                   "in the tokenizer too", f"Tokenizer(num_words={rows})")]


def _tokens(told: Told, theirs: Theirs) -> List[Remedy]:
    found = re.search(r"model (?:takes|has) (\d+)", told.what)
    limit = found.group(1) if found else "512"
    return [Remedy("cut the texts at what the model takes",
                   f"tokenizer(texts, truncation=True, max_length={limit})"),
            Remedy("or split a long text into pieces, a row each")]


def _list(told: Told, theirs: Theirs) -> List[Remedy]:
    if "pad_sequences" in told.why:
        one = theirs.with_x(lambda t: f"[{t}]", "pad_sequences([row])")
        return [one._replace(meaning="it is one row: a list of rows has one more pair of brackets")]
    if theirs.y is not None and "labels" in told.what:
        one = theirs.with_y(lambda t: f"np.array({t})", "np.array(y)")
    else:
        one = theirs.with_x(_as_array, "np.array(x)")
        if len(theirs.items()) > 1 and theirs.x is not None and theirs.x.span is not None:
            piece = theirs.x
            one = Remedy("", theirs.edited([(theirs.x.span, f"np.array({piece.text})")]), True)
    return [one._replace(meaning="it is a list of rows: make an array of it"),
            Remedy("or these are several inputs: the model needs an Input for each",
                   "keras.Model([a, b], ...)")]


def _as_array(text: str) -> str:
    return text if text.startswith("np.array(") else f"np.array({text})"


def _count(told: Told, theirs: Theirs) -> List[Remedy]:
    if "None was passed" in told.what:
        return [Remedy("a name is None: often a function without return, or an argument that was "
                       "left out", f"print({theirs.name_of_x()})", theirs.x is not None)]
    if "generator" in told.what:
        return []
    method = theirs.method if theirs.host else "predict"
    names = re.search(r"inputs \(([\w, ./-]+)\)", told.what)
    keys = names.group(1).split(", ") if names else ["a", "b"]
    if len(told.numbers) == 2 and 1 < told.numbers[0] != len(keys) and told.numbers[0] < 6:
        keys = [f"x{i + 1}" for i in range(told.numbers[0])]
    listed = ", ".join(re.sub(r"\W", "_", key) for key in keys)
    return [Remedy("pass one array for each input, in a list, in the order of the Inputs",
                   f"{theirs.model}.{method}([{listed}])"),
            Remedy("or in a dict, by the names of the Inputs",
                   f"{theirs.model}.{method}({{" + ", ".join(
                       f"{key!r}: {re.sub(chr(92) + 'W', '_', key)}" for key in keys) + "})")]


def _ragged(told: Told, theirs: Theirs) -> List[Remedy]:
    if "tokens" in told.what:
        return [Remedy("pad them to one length", "tokenizer(texts, padding=True, truncation=True, "
                       "return_tensors=\"np\")")]
    if "dataset has elements" in told.what:
        return [Remedy("sequences: pad each batch to its longest", "dataset.padded_batch(32)"),
                Remedy("or images: bring them to one size first",
                       "dataset.map(lambda x, y: (tf.image.resize(x, (224, 224)), y)).batch(32)")]
    pad = "keras.utils.pad_sequences({}, padding=\"post\")"
    name = theirs.name_of_x() if theirs.host else "rows"
    one = theirs.with_x(lambda t: pad.format(t), pad.format("rows")) if theirs.host \
        else Remedy("", pad.format("rows"))
    return [one._replace(meaning="sequences of different lengths: pad them to one"),
            Remedy("or images of different sizes: resize each before they become one array",
                   "np.stack([tf.image.resize(image, (224, 224)) for image in images])"),
            Remedy("or all have one length, and only their container is of objects: stack them",
                   f"np.stack(list({name}))", theirs.host)]


# -- labels ------------------------------------------------------------------------------------


def _encoding(told: Told, theirs: Theirs) -> List[Remedy]:
    output = _pair(told)[1]
    name = theirs.name_of_y()
    if "scikit-learn" in told.why or "compared with" in told.what:
        if theirs.method in _LABELLED:
            one = theirs.with_y(lambda t: f"{atom(t)}.argmax(axis=1)", "y.argmax(axis=1)")
        else:
            one = Remedy("", "y.argmax(axis=1)")
        return [one._replace(meaning="one-hot rows become one class a row"),
                Remedy("the same for what a Keras model predicts",
                       "model.predict(x).argmax(axis=1)")]
    units = output[-1] if output else None
    if "one-hot labels went into" in told.why:
        one = theirs.with_y(lambda t: f"np.argmax({t}, axis=-1)", "np.argmax(y, axis=-1)")
        return [Remedy(f"{name} is one-hot: take the loss for one-hot labels",
                       f"{theirs.model}.compile(loss=\"categorical_crossentropy\", ...)"),
                one._replace(meaning="or keep the sparse loss, and give it one whole number a row")]
    if "a metric" in told.what:
        k = f", {units}" if units else ""
        return [Remedy("take a metric for one whole number a row",
                       "metrics=[\"sparse_categorical_accuracy\"]"),
                theirs.with_y(lambda t: f"keras.utils.to_categorical({t}{k})",
                              f"keras.utils.to_categorical(y{k})")._replace(
                    meaning="or one-hot labels, with categorical_crossentropy")]
    k = f", {units}" if units and units > 1 else ""
    one = theirs.with_y(lambda t: f"keras.utils.to_categorical({t}{k})",
                        f"keras.utils.to_categorical(y{k})")
    found = [Remedy(f"{name} is one whole number a row (0, 1, 2, ...): take the loss for these",
                    f"{theirs.model}.compile(loss=\"sparse_categorical_crossentropy\", ...)"),
             one._replace(meaning="or make them one-hot, and keep the loss")]
    if units == 2:
        found.append(Remedy("or, of two classes only: one unit that says how likely the second is",
                            "keras.layers.Dense(1, activation=\"sigmoid\"), with "
                            "loss=\"binary_crossentropy\""))
    return found


def _units(told: Told, theirs: Theirs) -> List[Remedy]:
    if len(told.numbers) == 2:
        return _classes(told, theirs)
    labels, output = _pair(told)
    if not labels or not output:
        return []
    columns, units = labels[-1], output[-1]
    if len(labels) == len(output) >= 3:
        return [Remedy(f"the output is {_shape(output)} and has to be {_shape(labels)}: padding="
                       "\"same\", strides, pooling and upsampling decide it"),
                Remedy("or crop or resize the labels to what comes out")]
    if len(labels) == 1 or columns == 1:
        found = [Remedy(f"{theirs.name_of_y()} is one number a row: one unit in the last layer",
                        "keras.layers.Dense(1)")]
        if units and units > 1:
            found.append(Remedy(f"or these are {units} classes, counted from 0: the loss for whole "
                                "numbers",
                                f"{theirs.model}.compile(loss=\"sparse_categorical_crossentropy\""
                                ", ...)"))
        return found
    if columns and units == 1:
        return [Remedy(f"the labels have {columns} columns (one-hot rows?): a unit for each class",
                       f"keras.layers.Dense({columns}, activation=\"softmax\"), with "
                       "loss=\"categorical_crossentropy\""),
                theirs.with_y(lambda t: f"np.argmax({t}, axis=-1)", "np.argmax(y, axis=-1)")
                ._replace(meaning="or there are two classes, one unit is right, and the labels are "
                          "one number a row")]
    if columns:
        return [Remedy(f"the last layer needs {columns} units, one for each column of "
                       f"{theirs.name_of_y()}", f"keras.layers.Dense({columns}, ...)"),
                Remedy(f"or the labels should have {units} columns: look at how they were made",
                       f"print({theirs.name_of_y()}.shape)", theirs.y is not None)]
    return []


def _classes(told: Told, theirs: Theirs) -> List[Remedy]:
    value, units = told.numbers
    if "columns" in told.what:
        return []
    if value < 0:
        one = theirs.with_y(lambda t: f"{atom(t)} - {atom(t)}.min()", "y - y.min()")
        return [one._replace(meaning="let the labels count from 0")]
    down = theirs.with_y(lambda t: f"{atom(t)} - 1", "y - 1")._replace(
        meaning=f"the labels count from 1 to {value}: let them count from 0")
    more = Remedy(f"there are {value + 1} classes or more, counted from 0: as many units",
                  f"keras.layers.Dense({value + 1}, activation=\"softmax\")")
    return [down, more] if value == units else [more, down._replace(
        meaning="or the labels are no classes 0, 1, 2, ...: number them",
        code="classes, y = np.unique(y, return_inverse=True)", theirs=False)]


def _sequences(told: Told, theirs: Theirs) -> List[Remedy]:
    labels, output = _pair(told)
    if len(labels) == 3 and len(output) < 3:
        return [Remedy("one label a step is meant: let the last recurrent layer return every step",
                       "keras.layers.LSTM(units, return_sequences=True)"),
                Remedy("or one label a row: keep that of the last step",
                       theirs.with_y(lambda t: f"{atom(t)}[:, -1]", "y[:, -1]").code,
                       theirs.y is not None)]
    return [Remedy("one label a row is meant: let the last recurrent layer return its last step "
                   "only", "keras.layers.LSTM(units)    # return_sequences=False"),
            Remedy("or no recurrent layer is in it: pool the steps before the last Dense",
                   "keras.layers.GlobalAveragePooling1D()"),
            Remedy("or one label a step is meant: give as many labels as steps")]


def _flatten(told: Told, theirs: Theirs) -> List[Remedy]:
    return [Remedy("flatten between the convolutions and the first Dense",
                   "keras.layers.Flatten(),    # before Dense"),
            Remedy("or average over the image, for any size of it",
                   "keras.layers.GlobalAveragePooling2D(),    # before Dense"),
            Remedy("or every pixel has a label (segmentation): the labels are then (rows, height, "
                   "width)")]


def _one_unit(told: Told, theirs: Theirs) -> List[Remedy]:
    return [Remedy("one unit says yes or no: sigmoid",
                   "keras.layers.Dense(1, activation=\"sigmoid\"), with "
                   "loss=\"binary_crossentropy\""),
            Remedy("or a unit for each class", "keras.layers.Dense(classes, "
                   "activation=\"softmax\")")]


# -- rows and pipelines ----------------------------------------------------------------------------


def _unbatched(told: Told, theirs: Theirs) -> List[Remedy]:
    one = theirs.with_x(lambda t: f"{atom(t)}.batch(32)", "dataset.batch(32)")
    return [one._replace(meaning="the dataset yields single rows: batch it"),
            Remedy("the validation data as well", "validation_data=validation.batch(32)")]


def _ignored(told: Told, theirs: Theirs) -> List[Remedy]:
    if theirs.call is None or theirs.text is None:
        return [Remedy("leave batch_size out: the data are batched", "model.fit(dataset)")]
    made = re.sub(r",\s*batch_size\s*=\s*[\w.]+", "", theirs.call.call)
    return [Remedy("leave batch_size out: the data are batched already",
                   theirs.call.with_call(made), True),
            Remedy("or set it where the data are made", "dataset.batch(32)")]


def _fixed(told: Told, theirs: Theirs) -> List[Remedy]:
    drop = Remedy("or drop stateful=True, where a row does not go on from the one before")
    if "no fixed number" in told.what:
        return [Remedy("say how many rows each batch has",
                       "keras.Input(batch_shape=(rows, steps, features))"), drop]
    if re.search(r"stateful|keeps a state", told.why + told.what):
        rows = told.numbers[0] if told.numbers else told.pair[0][0] if told.pair else None
        size = str(rows) if rows else "the fixed number"
        return [Remedy(f"pass batches of {size} rows, and rows that divide by it (pad the last "
                       "batch)", f"{theirs.model}.predict(x, batch_size={rows})" if rows else ""),
                drop]
    return [Remedy("the last batch is smaller, and something in the model has the batch size in "
                   "it: ask for the rows instead", "tf.shape(x)[0]    # instead of batch_size"),
            Remedy("or leave the rest of the rows out", "dataset.batch(32, drop_remainder=True)"),
            Remedy("or take rows that divide by the batch size")]


def _retraced(told: Told, theirs: Theirs) -> List[Remedy]:
    return [Remedy("give each pass the same shape: pad, or batch with drop_remainder=True"),
            Remedy("or call the model directly in the loop", "model(x)    # instead of "
                   "model.predict(x)"),
            Remedy("or let it take any shape", "@tf.function(reduce_retracing=True)")]


# -- definitions -----------------------------------------------------------------------------------


def _with_rows(told: Told, theirs: Theirs) -> List[Remedy]:
    _declared, got = _pair(told)
    found = []
    if len(got) > 2:
        found.append(Remedy("input_shape is the shape of one row: leave the number of rows out",
                            f"input_shape={_shape(got[2:])}"))
    else:
        found.append(Remedy("input_shape is the shape of one row: leave the number of rows out",
                            "input_shape=x_train.shape[1:]"))
    found.append(Remedy("or the data were wrapped once more: one axis less", "x[0]"))
    return found


def _rank(told: Told, theirs: Theirs) -> List[Remedy]:
    _declared, got = _pair(told)
    wanted = told.numbers[0] if told.numbers else 0
    name = told.name
    host = theirs.host
    recurrent = re.search(r"lstm|gru|rnn", name, re.I) is not None
    add = theirs.with_x(lambda t: f"{atom(t)}[..., None]", "x[..., None]") if host else \
        Remedy("", "x[..., None]")
    inner = got[1:] if len(got) > 1 else ()
    declare = f"keras.Input(shape={_shape((*inner, 1))})" if inner and None not in inner else \
        "keras.Input(shape=(steps, 1))" if wanted == 3 else "keras.Input(shape=(height, width, 1))"
    if wanted == 3 and len(got) in (0, 2):
        found = [add._replace(meaning="each row is a series of single values: add the axis of the "
                              "features, of size 1"),
                 Remedy("and declare it", declare)]
        if len(got) == 2:
            size = "features" if got[-1] is None else got[-1]
            found.append(Remedy("or each row is one step of many features: add the axis of steps",
                                f"x[:, None, :]    # (rows, 1, {size})"))
        if recurrent and not host:
            line = "" if theirs.call is None else theirs.call.statement
            many = len(re.findall(r"\b(?:LSTM|GRU|SimpleRNN|Bidirectional)\(", line)) > 1
            before = Remedy("another recurrent layer stands before it: let that return every step",
                            "keras.layers.LSTM(units, return_sequences=True)")
            found.insert(0 if many or ".add(" in line or not line else len(found), before)
        return found[:4]
    if wanted == 4 and len(got) in (0, 3):
        found = [add._replace(meaning="images without an axis for the channels: add it, of size "
                              "1"), Remedy("and declare it", declare)]
        if got and (got[0] or 0) > 1024:  # no image is so high
            return found
        one = theirs.with_x(lambda t: _kept(t, 3), "x[0:1]") if host else Remedy("", "x[0:1]")
        return [*found, one._replace(meaning="or it is one image, without the axis that counts "
                                     "rows")]
    return []


def _comma(told: Told, theirs: Theirs) -> List[Remedy]:
    found = re.match(r"(\d+) is a number", told.what)
    return [Remedy("the comma makes the tuple", f"shape=({found.group(1)},)" if found else
                   "shape=(784,)")]


def _packages(told: Told, theirs: Theirs) -> List[Remedy]:
    return [Remedy("import everything from one of the two", "from tensorflow import keras    # and "
                   "nowhere `import keras`"),
            Remedy("or an operation of TensorFlow made the tensor: put it into a layer",
                   "keras.layers.Lambda(lambda x: tf.abs(x))(x)")]


def _nothing_left(told: Told, theirs: Theirs) -> List[Remedy]:
    return [Remedy("let the layer keep the size", "padding=\"same\""),
            Remedy("or a smaller kernel, or one pooling less: each MaxPooling2D halves the axes"),
            Remedy("or the axes stand in the wrong order: channels are last, (height, width, "
                   "channels)", "keras.Input(shape=(height, width, channels))"),
            Remedy("or the images are too small for this architecture: larger ones",
                   "keras.Input(shape=(64, 64, 3))")]


def _values(told: Told, theirs: Theirs) -> List[Remedy]:
    found = re.search(r"(\d+) values do not (?:fill|make rows of) (?:a shape of )?(.+)$", told.what)
    if found is None:
        return [Remedy("a reshape keeps all values: let one size follow from the others",
                       "reshape(-1, ...)    # or keras.layers.Reshape((-1, ...))")]
    total = int(found.group(1)[:15])
    sizes = [int(n[:9]) for n in re.findall(r"\d+", found.group(2))]
    one = _product(tuple(sizes[1:] if len(sizes) > 1 else sizes)) or 1
    words = (f"{total} is not a multiple of {one}: the sizes behind the rows are not those of the "
             "data" if total % one else f"{total} values make {total // one} rows: let the number "
             "of rows follow")
    rest = ", ".join(map(str, sizes[1:] if len(sizes) > 1 else sizes))
    made = [Remedy(words, f"reshape(-1, {rest})" if not total % one else "print(x.shape)    # "
                   "before the reshape")]
    return [*made, Remedy("or channels are counted in that are not there: RGB images have 3 values "
                          "a pixel, gray ones 1")]


def _branches(told: Told, theirs: Theirs) -> List[Remedy]:
    return [Remedy("make both branches equally large where they meet: the same strides and "
                   "padding=\"same\" on both ways", "padding=\"same\""),
            Remedy("or a Dense or 1x1 convolution with as many units as the other branch has",
                   "keras.layers.Conv2D(channels, 1)(shortcut)"),
            Remedy("or, behind odd sizes (15 becomes 7, then 14): crop or pad one of them",
                   "keras.layers.Cropping2D(((1, 0), (1, 0)))")]


def _weights(told: Told, theirs: Theirs) -> List[Remedy]:
    if "saved" in told.what or "load" in told.what or "file" in told.what:
        return [Remedy("build the very model that the weights were saved from: same layers, units, "
                       "classes"),
                Remedy("or load what fits, and train the rest anew",
                       "model.load_weights(path, by_name=True, skip_mismatch=True)")]
    return [Remedy("give arrays of the layer's own shapes", "[w.shape for w in layer.get_weights()]"
                   "    # what it takes"),
            Remedy("or build the layer for these: an Embedding for a matrix",
                   "keras.layers.Embedding(*matrix.shape, weights=[matrix])")]


def _operation(told: Told, theirs: Theirs) -> List[Remedy]:
    a, b = _pair(told)
    if told.advice:
        return []
    if "matrix product" in told.what:
        return [Remedy("the first has as many columns as the second has rows: turn one of them",
                       "a @ b.T    # or tf.matmul(a, b, transpose_b=True)")]
    if any(len(c) == len(d) + 1 and d and c[0] == d[0] and c[-1] == 1 for c, d in ((a, b), (b, a))):
        return [Remedy("one is a column, (rows, 1), the other flat, (rows,): make both flat",
                       "column.squeeze(-1)    # or column[:, 0]")]
    if re.match(r"index", told.what):
        return [Remedy("the last one is at size - 1, or at -1", "array[-1]"),
                Remedy("or another axis was meant: look at the shape", "print(array.shape)")]
    if "is put into a place" in told.what:
        return [Remedy("the place and what is put there have one shape: make the place from it",
                       "out = np.zeros_like(values)"),
                Remedy("or images of different sizes became one array: resize each first",
                       "np.stack([resized(image) for image in images])")]
    if "in place" in told.what:
        return [Remedy("`a -= b` keeps the shape of a: write it out, or give b the same shape",
                       "a = a - b")]
    if "joined" in told.what:
        return [Remedy("join on the axis on which they differ", "np.concatenate([a, b], axis=1)"),
                Remedy("or bring the other axes to one size first", "print(a.shape, b.shape)")]
    if a and b:
        return [Remedy(f"look where {_shape(a)} and {_shape(b)} come from: one of them has another "
                       "width than you think", "print(a.shape, b.shape)"),
                Remedy("or, in a layer of your own: a Dense of the same width in the other branch",
                       f"keras.layers.Dense({a[-1]})" if a[-1] else "keras.layers.Dense(width)")]
    return []


def _open(told: Told, theirs: Theirs) -> List[Remedy]:
    if "used as numbers" in told.what:
        return [Remedy("ask for the number of rows where the model runs", "tf.shape(x)[0]    # "
                       "instead of x.shape[0]"),
                Remedy("or let a reshape find it", "keras.layers.Reshape((...))    # or -1 for the "
                       "rows")]
    if "axes" in told.what or "rank" in told.what:
        return [Remedy("say what is lost, behind py_function or numpy_function",
                       "tensor.set_shape((None, 224, 224, 3))"),
                Remedy("or an earlier call had another rank: call with the declared one, or build "
                       "the model anew")]
    return [Remedy("write the size of the axis that the layer works on",
                   "keras.Input(shape=(10,))    # not (None,)"),
            Remedy("or, behind axes that stay open, pool instead of Flatten",
                   "keras.layers.GlobalAveragePooling1D()")]


_Maker = Callable[[Told, Theirs], List[Remedy]]
_MAKERS: Dict[str, _Maker] = {
    "SHP101": _row, "SHP102": _row, "SHP105": _order, "SHP106": _extra, "SHP107": _width,
    "SHP108": _names, "SHP110": _rows, "SHP111": _ids, "SHP114": _ids, "SHP115": _tokens,
    "SHP119": _list, "SHP120": _count, "SHP121": _ragged, "SHP402": _encoding, "SHP403": _units,
    "SHP404": _sequences, "SHP405": _one_unit, "SHP406": _flatten, "SHP501": _unbatched,
    "SHP502": _ignored,
    "SHP503": _fixed, "SHP505": _retraced, "SHP601": _with_rows, "SHP602": _rank,
    "SHP603": _comma, "SHP604": _packages, "SHP605": _nothing_left, "SHP606": _values,
    "SHP607": _branches, "SHP608": _weights, "SHP609": _operation, "SHP610": _open,
}

__all__ = ["Remedy", "Theirs", "is_item", "remedies"]
