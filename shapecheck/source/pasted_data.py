"""Wordings about inputs, labels and rows that only `shapecheck explain` reads: Keras 1 to TF 2.2,
scikit-learn, tf.data, transformers, warnings. What a message leaves open is decided by what is
most often so, and `explain` names the other meaning.
"""
from __future__ import annotations

import re
from typing import List, Optional

from shapecheck.source.message_table import (
    SHAPE,
    Dims,
    Entry,
    Told,
    _against,
    _asserted,
    _checking_input,
    _checking_target,
    _labels_against,
    _ndim,
    dims,
    spelled,
)
from shapecheck.source.pasted_words import (
    RAGGED,
    ROWS,
    declared_got,
    numbers_of,
    say,
    sizes,
    squeezed_label,
)


def _fragment(m: "re.Match[str]") -> Optional[Told]:
    """"expected dense_1 to have shape (10,) but got array with shape (1,)", its beginning lost."""
    return (_checking_input if re.search(r"input", m.group(1)) else _fragment_target)(m)


def _fragment_target(m: "re.Match[str]") -> Optional[Told]:
    if m.group(2).startswith("shape"):
        found = re.search(r"expected (\S+) to have shape " + SHAPE + r",? but got array with shape "
                          + SHAPE, m.group(0))
    else:
        found = re.search(r"expected (\S+) to have (?:\d+ dimensions|shape " + SHAPE
                          + r"),? but got array with shape " + SHAPE, m.group(0))
    return None if found is None else _checking_target(found)


def _fed(m: "re.Match[str]") -> Optional[Told]:
    """A placeholder of TF 1 or a wrong element of a dataset: (got, declared)."""
    got, declared = dims(m.group(1)), dims(m.group(2))
    if got is None or declared is None:
        return None
    return _against(f"{m.group(2)} is declared, and {m.group(1)} was fed", declared, got)


def _element(m: "re.Match[str]") -> Optional[Told]:
    return Told("SHP107", f"the generator yields {m.group(1)}, and {m.group(2)} was announced",
                "the shapes that were announced are promises: every element keeps them", "inputs",
                advice="yield arrays of the announced shape, or announce None for the axes that "
                "vary")


def _signature(m: "re.Match[str]") -> Optional[Told]:
    """A tf.function or SavedModel with an input_signature."""
    return _signature_of(_shape_in(m.group(2)), _shape_in(m.group(1)))


def _shape_in(text: str) -> Optional[Dims]:
    found = re.search(r"shape=" + SHAPE, text)
    return dims(found.group(1)) if found else None


def _list_of_arrays(m: "re.Match[str]") -> Optional[Told]:
    """Keras 2.0 to TF 2.1: "the list of Numpy arrays that you are passing ..."."""
    wanted, got = int(m.group(2)[:9]), int(m.group(3)[:9])
    of = "labels" if m.group(1) == "target" else "inputs"
    what = (f"the model takes {wanted} {'array' if wanted == 1 else 'arrays'} of {of} and got a "
            f"list of {got}")
    if wanted == 1:
        return Told("SHP119", what, "to Keras a list is a list of inputs, not an array",
                    numbers=(wanted, got))
    return Told("SHP120", what, f"each of the {of} takes one array", numbers=(wanted, got))


def _adapter(m: "re.Match[str]") -> Optional[Told]:
    return Told("SHP119", "a Python list was given where an array is meant",
                "to Keras a list is a list of inputs")


def _unpacked(m: "re.Match[str]") -> Optional[Told]:
    """A text model of transformers takes (rows, tokens) apart."""
    if not re.search(r"transformers|modeling_tf|batch_size, seq|input_shape", m.string):
        return None
    if m.group(0).startswith("not enough"):
        return Told("SHP101", "the model takes (rows, tokens) and got one axis",
                    "one text without its batch axis", "inputs")
    return Told("SHP106", "the model takes (rows, tokens) and got more axes",
                "the batch was wrapped once more", "inputs")


def _sklearn_rank(m: "re.Match[str]") -> Optional[Told]:
    return Told("SHP101", "scikit-learn takes (rows, columns) and got "
                + ("one axis" if m.group(1) == "1" else "a single number"),
                "one row (or one column) without its other axis", "inputs",
                advice="one row: `row.reshape(1, -1)`; one column: `column.reshape(-1, 1)`")


def _features(m: "re.Match[str]") -> Optional[Told]:
    got, wanted = int(m.group(1)[:9]), int(m.group(2)[:9])
    return Told("SHP107", f"it was fitted on {wanted} columns and got {got}",
                "the columns are those of the fit, in the same order", "inputs",
                pair=((None, wanted), (None, got)), numbers=(wanted, got))


def _features_swapped(m: "re.Match[str]") -> Optional[Told]:
    got, wanted = int(m.group(2)[:9]), int(m.group(1)[:9])
    return Told("SHP107", f"it was fitted on {wanted} columns and got {got}",
                "the columns are those of the fit, in the same order", "inputs",
                pair=((None, wanted), (None, got)), numbers=(wanted, got))


def _target_of_loss(m: "re.Match[str]") -> Optional[Told]:
    """TF 2.0 and 2.1: "A target array with shape ... was passed for an output of shape ..."."""
    labels, output = dims(m.group(1)), dims(m.group(2))
    if not labels or not output:
        return None
    told = _labels_against(m.group(1), m.group(2), sparse=False)
    if told is None:
        return None
    loss = (m.group(3) or "").strip("`'\" ")
    if told.code == "SHP402" and "categorical" not in loss:
        told = told._replace(code="SHP403", why=f"{loss or 'the loss'} compares value by value")
    return told


def _broadcastable(m: "re.Match[str]") -> Optional[Told]:
    """categorical_crossentropy on logits: logits_size, labels_size."""
    output, labels = dims(m.group(1)), dims(m.group(2))
    if not output or not labels:
        return None
    what = f"the labels are {spelled(labels)} and the output {spelled(output)}"
    if labels[-1] == 1 and (output[-1] or 0) > 1 and labels[0] == output[0]:
        return Told("SHP402", what, "categorical_crossentropy takes one-hot rows; these are one "
                    "number a row", "labels", pair=(labels, output))
    if labels[0] != output[0] and labels[0] and output[0] and output[0] % labels[0] == 0:
        return Told("SHP406", what, "the output has axes that the labels do not have: nothing "
                    "flattens them", "labels", pair=(labels, output))
    return Told("SHP403", what, "the last layer has another number of units than the labels have "
                "columns", "labels", pair=(labels, output))


def _ranks(m: "re.Match[str]") -> Optional[Told]:
    return Told("SHP402", f"the labels have rank {m.group(1)}, the logits rank {m.group(2)}",
                "one-hot labels went into sparse_categorical_crossentropy", "labels")


def _structure_of_rows(m: "re.Match[str]") -> Optional[Told]:
    return Told("SHP110", "the numbers of rows differ",
                "row i of one belongs to row i of the others, so the counts must agree", "rows")


def _called_signature(m: "re.Match[str]") -> Optional[Told]:
    """"Python inputs incompatible with input_signature: inputs: (...) input_signature: (...)"."""
    rest = m.string[m.end():]
    taken = re.search(r"TensorSpec\(shape=" + SHAPE, rest)
    passed = re.search(r"(?:^|[^c]\(|, )shape=" + SHAPE, rest)
    if taken is None or passed is None or passed.start() > taken.start():
        return None
    return _signature_of(dims(taken.group(1)), dims(passed.group(1)))


def _signature_of(wanted: Optional[Dims], passed: Optional[Dims]) -> Optional[Told]:
    if wanted is None or passed is None or (len(wanted) == len(passed) and all(
            w is None or w == g for w, g in zip(wanted, passed))):
        return None
    return _against(f"the signature takes {spelled(wanted)}, and {spelled(passed)} was passed",
                    wanted, passed)


_INPUTS: List[Entry] = [
    Entry(r"Input \d+ is incompatible with (?:the )?layer ([\w./-]{1,100}): expected "
          r"(?:min_|max_)?ndim=(\d+), found ndim=(\d+)(?:\. Full shape received: " + SHAPE + ")?",
          _ndim),
    Entry(r"expected (?:min_|max_)?ndim=(\d+), found ndim=(\d+)(?:\. Full shape received: " + SHAPE
          + ")?", lambda m: _rank_alone(m)),
    Entry(r"Python inputs incompatible with input_signature", _called_signature),
    Entry(r"KeyError: 'pop from an empty set'", say(
        "SHP120", "None was passed for the inputs", "each declared input takes one array",
        "inputs")),
    Entry(r"check_data_cardinality.{0,900}?'str' object has no attribute 'shape'",
          _structure_of_rows),
    Entry(r"Invalid dtype: object|Unsupported object type (?:numpy\.ndarray|list|tuple)", say(
        "SHP121", "an array of objects was passed, not one of numbers", "an array has one length "
        "for all rows: NumPy keeps rows of different lengths as objects", "inputs")),
    Entry(r"Error when checking ?(?:model )?(?:input)? ?: [Ee]xpected (\S+) to have "
          r"(\d+ dimensions|shape \([\d\sNone,]{0,200}\)),? but got array with shape " + SHAPE,
          _fragment),
    Entry(r"[Ee]xpected ([\w/-]{1,100}) to have (\d+ dimensions|shape \([\d\sNone,]{0,200}\)),? "
          r"but got array with shape " + SHAPE, _fragment),
    Entry(r"the list of Numpy arrays that you are passing to your model is not the size the model "
          r"expected\.? Expected to see (?P<n>\d+) array.{0,2000}?following list of (\d+) array",
          lambda m: _list_of_arrays_of(m)),
    Entry(r"No data provided for \"?([\w/.-]{1,100})\"?\. Need data for each key in: "
          r"(\[.{0,400}?\])", say(
              "SHP120", "nothing was passed for input {0}; the model takes {1}",
              "a dict holds one array for each declared input, under its name", "inputs")),
    Entry(r"Please provide as model inputs either a single array or a list of arrays", say(
        "SHP119", "a Python list was given where an array is meant",
        "to Keras a list is a list of inputs", "inputs")),
    Entry(r"Failed to find data adapter that can handle input: \(?<class 'list'> containing values "
          r"of types \{.{0,60}?(?:int|float|str|list|bool)\b", _adapter),
    Entry(r"AttributeError: '(?:list|tuple)' object has no attribute '(?:shape|rank|ndim|dtype|"
          r"reshape)'", say("SHP119", "a Python list stands where an array is meant",
               "a list has no shape, an array has", "inputs")),
    Entry(r"Cannot feed value of shape " + SHAPE + r" for Tensor .{0,200}?which has shape '?"
          + SHAPE, _fed),
    Entry(r"Expected shape " + SHAPE + r", but input has incompatible shape " + SHAPE,
          declared_got),
    Entry(r"expected shape=" + SHAPE + r", found shape=" + SHAPE, declared_got),
    Entry(r"yielded an element of shape " + SHAPE + r" where an element of shape " + SHAPE,
          _element),
    Entry(r"`?generator`? yielded an element that (?:did not match the expected structure|could "
          r"not be converted)", say(
              "SHP120", "the generator yields something else than it announced",
              "each element has the structure of output_types or output_signature", "inputs",
              "yield tuples of that structure: (x, y)")),
    Entry(r"Binding inputs to tf\.function failed due to .{0,40}?Can not cast (.{0,400}?) to "
          r"(.{0,400})", _signature),
    Entry(r"Could not find matching (?:concrete )?function to call loaded from the SavedModel\. "
          r"Got:(.{0,1500}?)Expected(.{0,1500})", _signature),
    Entry(r"its rank is undefined, but the layer requires a defined rank", say(
        "SHP610", "a layer gets a tensor of unknown rank",
        "a function in the pipeline (py_function, map) has lost the shape", "built",
        "tensor.set_shape((...)) behind the function that lost it")),
    Entry(r"as_list\(\) is not defined on an unknown TensorShape|Cannot take the length of "
          r"[Ss]hape with unknown rank", say(
              "SHP610", "a shape is not known at all, not even how many axes it has",
              "a py_function has lost it, or an earlier call with another rank (Keras then traces "
              "without a rank)", "inputs",
              "tensor.set_shape((...)) behind a py_function; else call with the declared rank")),
    Entry(r"(?:Exception|ValueError): .{0,40}?expected (?:axis -1 of input shape to have value "
          r"(\d+) but got shape )" + SHAPE, lambda m: _width(m)),
    Entry(r"expected axis -1 of input shape to have value (\d+) but (?:got|received input with) "
          r"shape " + SHAPE, lambda m: _width(m)),
    Entry(r"not enough values to unpack \(expected 2, got 1\)", _unpacked),
    Entry(r"too many values to unpack \(expected 2\)", _unpacked),
    Entry(r"Unable to create tensor, you should probably activate (?:truncation and/or )?padding",
          say("SHP121", "the texts have different numbers of tokens", RAGGED, "inputs",
               "tokenizer(texts, padding=True, truncation=True)")),
    Entry(r"Token indices sequence length is longer than the specified maximum sequence length for "
          r"this model \((\d+) > (\d+)\)", numbers_of(
              "SHP115", "a text has {0} tokens, and the model takes {1}",
              "each token takes a position of its own", "inputs",
              "tokenizer(texts, truncation=True)")),
    Entry(r"recommend passing in an `attention_mask` since your input_ids may be padded", say(
        "SHP113", "padded ids were passed without their attention_mask",
        "without it padding is read as text", "inputs")),
    Entry(r"You have to specify either `?input_ids`? or `?inputs_embeds`?", say(
        "SHP120", "nothing was passed for input_ids", "the model takes ids by this name",
        "inputs", "model(input_ids=..., attention_mask=...)")),
    Entry(r"The input must have 3 channels;? [Rr]eceived `?input_shape=(\([^)]{0,100}\))", say(
        "SHP107", "the architecture takes 3 channels, and {0} is declared",
        "its weights were trained on colours", "built",
        "np.repeat(x, 3, axis=-1) for gray images, or weights=None")),
    Entry(r"Input to `\.fit\(\)` should have rank 4\. Got array with shape: " + SHAPE, say(
        "SHP602", "a generator of images takes rank 4 and got {0}",
        "images are (rows, height, width, channels)", "inputs", "x[..., None] adds the channels")),
    Entry(r"should have rank 4\.? You passed an array with shape'?,? " + SHAPE, say(
        "SHP602", "a generator of images takes rank 4 and got {0}",
        "images are (rows, height, width, channels)", "inputs", "x[..., None] adds the channels")),
    Entry(r"Expected image array to have rank 3 \(single image\)\. Got array with shape: " + SHAPE,
          say("SHP106", "one image was asked for, and {0} came",
               "a single image has no axis that counts rows", "inputs", "x[0] is one image")),
    Entry(r"Invalid (?:shape|dimensions) (\([\d, ]{1,60}\) )?for image data", say(
        "SHP106", "an image of {0} is drawn", "imshow takes (height, width), or 3 or 4 channels",
        "inside", "x.squeeze(), or x[0] where axis 0 counts rows")),
    Entry(r"Expected 2D array, got (1)D array instead", _sklearn_rank),
    Entry(r"Expected 2D array, got (scalar) array instead", _sklearn_rank),
    Entry(r"Found array with dim (\d+)(?:\. .{0,60}?expected <= 2|, while dim <= 2)", numbers_of(
        "SHP106", "scikit-learn takes (rows, columns) and got {0} axes",
        "each row is flat", "inputs", "x.reshape(len(x), -1)")),
    Entry(r"X has (\d+) features?(?: per sample)?[,;] (?:but \w+ is )?expecting (\d+)", _features),
    Entry(r"n_features is (\d+) and input n_features is (\d+)", _features_swapped),
    Entry(r"shape of input is different from what was seen in `fit`", say(
        "SHP107", "it was fitted on another number of columns",
        "the columns are those of the fit, in the same order", "inputs")),
]


def _rank_alone(m: "re.Match[str]") -> Optional[Told]:
    """The name of the layer is cut off."""
    found = re.search(r"layer ([\w./-]{1,100}) (\d+) (\d+) ?" + SHAPE + "?",
                      f"layer ? {m.group(1)} {m.group(2)} {m.group(3) or ''}".replace("?", "-", 1))
    told = None if found is None else _ndim(found)
    return None if told is None else told._replace(
        name="", what=told.what.replace("layer - takes", "a layer takes"))


def _list_of_arrays_of(m: "re.Match[str]") -> Optional[Told]:
    of = "target" if re.search(r"checking (?:model )?target", m.string[max(0, m.start() - 60):
                                                                       m.start()]) else "input"
    found = re.match(r"(\w+) (\d+) (\d+)", f"{of} {m.group(1)} {m.group(2)}")
    return None if found is None else _list_of_arrays(found)


def _width(m: "re.Match[str]") -> Optional[Told]:
    got = dims(m.group(2))
    if got is None:
        return None
    wanted = int(m.group(1)[:9])
    return Told("SHP107", f"a layer takes {wanted} on its last axis and got {m.group(2)}",
                "the size of that axis is part of what the layer learned", "inside",
                pair=((None,) * max(0, len(got) - 1) + (wanted,), got))


_LABELS: List[Entry] = [
    Entry(r"A target array with shape " + SHAPE + r" was passed for an output of shape " + SHAPE
          + r"(?: while using as loss ([`'\"]?[\w.]{1,60}[`'\"]?))?", _target_of_loss),
    Entry(r"passing a target array of shape " + SHAPE + r" while using as loss "
          r"`?(?:\w+\.)?categorical_crossentropy", say(
              "SHP402", "the labels are {0}, one number a row",
              "categorical_crossentropy takes one-hot rows", "labels")),
    Entry(r"expects targets to be binary matrices", say(
        "SHP402", "the labels are one number a row",
        "categorical_crossentropy takes one-hot rows", "labels")),
    Entry(r"logits and labels must (?:be broadcastable|be same size|have the same shape): "
          r"logits_size=" + SHAPE + r",? labels_size=" + SHAPE, _broadcastable),
    Entry(r"must have the same shape up until the last dimension: target\.shape=" + SHAPE
          + r", output\.shape=" + SHAPE, lambda m: _labels_against(m.group(1), m.group(2),
                                                                  sparse=True)),
    Entry(r"Rank mismatch: Rank of labels \(received (\d+)\) should equal rank of logits minus 1 "
          r"\(received (\d+)\)", _ranks),
    Entry(r"Can ?not squeeze dim\[\d+\], expected a dimension of 1, got (\d+)", squeezed_label),
    Entry(r"Condition x == y did not hold(?: element-wise:?)?.{0,40}?\[x \(\S{0,200}(?:[Ss]parse|"
          r"loss)\S{0,200} = ?\] ?\[([\d ]{1,80})\] ?\[y \(\S{1,300} = ?\] ?\[([\d ]{1,80})\]",
          _asserted),
    Entry(r"y should be a 1d array, got an array of shape " + SHAPE, say(
        "SHP402", "the labels are {0}, and one number a row is meant",
        "scikit-learn's classifiers take one class a row, not one-hot rows", "labels",
        "y.argmax(axis=1)")),
    Entry(r"bad input shape " + SHAPE, say(
        "SHP402", "the labels are {0}, and one number a row is meant",
        "scikit-learn takes one class a row, not one-hot rows", "labels", "y.argmax(axis=1)")),
    Entry(r"Classification metrics can't handle a mix of (multilabel-indicator|multiclass|binary|"
          r"continuous-multioutput|multiclass-multioutput) and (multilabel-indicator|"
          r"continuous-multioutput|multiclass|binary|multiclass-multioutput) targets", say(
              "SHP402", "{0} labels are compared with {1} ones",
              "one is one-hot rows (or probabilities), the other one class a row", "labels",
              "array.argmax(axis=1) of the one with columns")),
    Entry(r"y_true and y_pred have different number of output \((\d+)!=(\d+)\)", numbers_of(
        "SHP403", "the labels have {0} columns and the predictions {1}",
        "they are compared column by column", "labels")),
    Entry(r"Found a sample_weight array with shape " + SHAPE, say(
        "SHP609", "the sample weights are {0}",
        "sample weights are one number a row (or one a step)", "labels",
        "sample_weight of shape (rows,)")),
    Entry(r"sample_weight(?:\.shape|s)? .{0,40}?(?:must be|expected) .{0,20}?(?:1D|1-dimensional|"
          r"ndim)", say("SHP609", "the sample weights have too many axes",
                         "sample weights are one number a row (or one a step)", "labels",
                         "sample_weight of shape (rows,)")),
    Entry(r"softmax over axis -?\d+ of a tensor of shape " + SHAPE + r"\. This axis has size 1",
          say("SHP405", "softmax over an axis of size 1, of {0}",
               "softmax makes the values add up to 1: a single one is always 1.0", "labels")),
]


_ROWS_TABLE: List[Entry] = [
    Entry(r"Input arrays should have the same number of samples as target arrays\. Found (\d+) "
          r"input samples and (\d+) target samples", numbers_of(
              "SHP110", "there are {0} rows of inputs and {1} of labels", ROWS, "rows")),
    Entry(r"All (?:input|target|sample_weight)? ?arrays \(\w+\) should have the same number of "
          r"samples\. Got array shapes: (\[.{0,300}?\])\s?(?:$|[^,\s)])", say(
              "SHP110", "the arrays are {0}", ROWS, "rows")),
    Entry(r"Found input variables with inconsistent numbers of samples: \[(\d+), (\d+)", numbers_of(
        "SHP110", "there are {0} rows of one and {1} of the other", ROWS, "rows")),
    Entry(r"Length of values \((\d+)\) does not match length of index \((\d+)\)", numbers_of(
        "SHP110", "a column of {0} values is put into a table of {1} rows", ROWS, "rows")),
    Entry(r"Length of values does not match length of index", say(
        "SHP110", "a column has another length than the table", ROWS, "rows")),
    Entry(r"(?:[Aa]rrays must all be same length|All arrays must be of the same length)", say(
        "SHP110", "the columns have different lengths", ROWS, "rows")),
    Entry(r"`?x`? \(images tensor\) and `?y`? \(labels\) should have the same length\. Found: "
          r"x\.shape = " + SHAPE + r", y\.shape = " + SHAPE, sizes(
              "SHP110", "x is {0} and y is {1}", ROWS, "rows")),
    Entry(r"x and y must have same first dimension, but have shapes " + SHAPE + r" and " + SHAPE,
          sizes("SHP110", "x is {0} and y is {1}", ROWS, "rows")),
    Entry(r"x and y must be the same size", say(
        "SHP110", "x and y have different numbers of values", ROWS, "rows")),
    Entry(r"Dimensions (\d+) and (\d+) are not compatible", numbers_of(
        "SHP110", "there are {0} rows of one and {1} of the other", ROWS, "rows")),
    Entry(r"Data cardinality is ambiguous", say(
        "SHP110", "the numbers of rows differ", ROWS, "rows")),
    Entry(r"When using `stateful=True` in a RNN, the batch size must be static", say(
        "SHP503", "a stateful layer has no fixed number of rows a batch",
        "it keeps a state for each row of its batch", "rows",
        "Input(batch_shape=(rows, steps, features))")),
    Entry(r"If a RNN is stateful, it needs to know its batch size", say(
        "SHP503", "a stateful layer has no fixed number of rows a batch",
        "it keeps a state for each row of its batch", "rows",
        "batch_input_shape=(rows, steps, features), or Input(batch_shape=...)")),
    Entry(r"In a stateful network, you should only pass inputs with a number of samples that can "
          r"be divided by the batch size\. Found: (\d+) samples", say(
              "SHP503", "{0} rows do not make whole batches",
              "a stateful layer keeps a state for each row of its fixed batch", "rows")),
    Entry(r"triggered tf\.function retracing", say(
        "SHP505", "a function is traced anew in each pass of a loop",
        "each new shape, and each new Python number, makes another graph", "rows")),
    Entry(r"The two structures don't have the same (?:nested structure|sequence length)", say(
        "SHP120", "the model takes another structure of inputs than was passed",
        "a list, a tuple and a dict are different structures", "inputs")),
]


DATA: List[Entry] = _INPUTS + _LABELS + _ROWS_TABLE

__all__ = ["DATA"]
