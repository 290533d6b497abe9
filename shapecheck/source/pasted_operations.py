"""Wordings about layers, weights and operations that only `shapecheck explain` reads: Keras 1 to
TF 2.2, NumPy, pandas, Keras 3 on JAX and torch.
"""
from __future__ import annotations

import re
from typing import List, Optional, Tuple

from shapecheck.source.message_table import (
    SHAPE,
    Entry,
    Told,
    _of_loss,
    dims,
    spelled,
    targets,
)
from shapecheck.source.pasted_words import (
    CHANNELS,
    INDEXED,
    KERNEL,
    MEET,
    OPEN,
    RAGGED,
    STATIC,
    TF_SHAPE,
    TWO,
    declared_got,
    numbers_of,
    say,
    sizes,
    squeezed_label,
)


def _old_equal(m: "re.Match[str]") -> Optional[Told]:
    """TF 1: "Dimensions must be equal, but are 3 and 4 for 'loss/mul' (op: 'Mul') with input
    shapes: [?,3], [?,4]."; also with the shapes cut off."""
    node, op = m.group(3) or "", m.group(4) or ""
    first, second = dims(m.group(5)), dims(m.group(6))
    if first is not None and second is not None:
        if re.search(r"loss|metrics|_error|crossentropy", node):
            return targets(second, first)
        if "MatMul" in op and re.search(r"dense|lstm|gru", node):
            return Told("SHP107", f"a layer takes {second[0] if second else '?'} on its last axis "
                        f"and got {spelled(first)}", "the size of that axis is part of what the "
                        "layer learned", "inside", pair=((None, second[0] if second else None),
                                                         first))
        if re.search(r"concat", node + op, re.I):
            return Told("SHP607", f"{spelled(first)} and {spelled(second)} are joined",
                        "they may differ on the axis of the join only", "inside",
                        pair=(first, second))
        return Told("SHP609", f"{op or 'an operation'} of {spelled(first)} and {spelled(second)}",
                    MEET, "inside", pair=(first, second))
    return Told("SHP609", f"an axis of {m.group(1)} meets one of {m.group(2)}", MEET, "inside",
                numbers=(int(m.group(1)[:9]), int(m.group(2)[:9])))


def _both_equal(m: "re.Match[str]") -> Optional[Told]:
    """"Dimension 0 in both shapes must be equal, but are 3 and 4" for an Assign: weights."""
    text = m.string[m.start():m.end() + 400]
    if re.search(r"Assign|Restore|variable", text):
        return Told("SHP608", f"a weight of the model and the one that is loaded differ: "
                    f"{m.group(1)} and {m.group(2)} on one axis",
                    "the weights are those of another architecture", "built")
    return Told("SHP609", f"an axis of {m.group(1)} meets one of {m.group(2)}", MEET, "inside")


def _gathered(m: "re.Match[str]") -> Optional[Told]:
    """An index beyond a table of positions is a text that is too long."""
    value, rows = int(m.group(1)[:12]), int(m.group(2)[:12])
    what = f"an index is {value}, and there are {rows} rows"
    if re.search(r"position_?embed", m.string):
        return Told("SHP115", f"a text of more than {rows} tokens, and the model has {rows} "
                    "positions", "each token takes a position of its own", "inputs")
    if re.search(r"GatherV2|[Gg]ather", m.string) and not re.search(r"mbedding|ResourceGather",
                                                                   m.string):
        return Told("SHP609", what, "an axis is indexed from 0 to size - 1", "inside",
                    advice="an index below the size of the axis")
    return None


def _loss_of_tf1(m: "re.Match[str]") -> Optional[Told]:
    """"Incompatible shapes: ... [[{{node loss/dense_1_loss/mul}}]]" and metrics."""
    first, second = dims(m.group(1)), dims(m.group(2))
    if first is None or second is None:
        return None
    nodes = " ".join(re.findall(r"(?:node|\[\[) ?\{?\{?(?:node )?([\w/.:-]{1,200})", m.string))
    if not re.search(r"loss|metrics/|training/\w+/gradients", nodes):
        return None
    if len(first) > 1 and first[1:] == second[1:]:
        return None
    return _of_loss(nodes, first, second)


def _weights_differ(m: "re.Match[str]") -> Optional[Told]:
    return Told("SHP608", f"a weight of the model is {spelled(dims(m.group(1)))}, and "
                f"{spelled(dims(m.group(2)))} is given", "the weights are those of another "
                "architecture", "built", advice="build the model that the weights were saved "
                "from, or load with by_name=True, skip_mismatch=True")


_COUNTS = say("SHP608", "{0} weights are given where {1} are meant",
               "the weights are those of another architecture", "built",
               "build the very model that the weights were saved from")


_BUILT: List[Entry] = [
    Entry(r"(?:last dimension of the inputs to (?:a )?`?Dense`?(?: layer)? should be defined|"
          r"channel dimension of the inputs (?:to `?\w+`? )?should be defined|"
          r"last dimension of the inputs should be defined)", say(
              "SHP610", "a layer needs the size of its last axis, and it is None (open)",
              OPEN, "built", "Input(shape=(..., size)): write the size of the last axis")),
    Entry(r"Shapes used to initialize variables must be fully-defined .{0,60}?shape="
          r"(\([^)]{0,80}\))", say(
              "SHP610", "a layer needs the size of its last axis, and it is None (open)",
               OPEN, "built", "Input(shape=(..., size)): write the size of the last axis")),
    Entry(r"base_conv.{0,2000}?unsupported operand type\(s\) for %: 'NoneType' and 'int'", say(
        "SHP610", "a convolution needs the number of channels, and it is None (open)", OPEN,
        "built", "Input(shape=(..., channels)): write the number of channels")),
    Entry(r"Expected int32, (?:got|but got) None of type", say(
        "SHP610", "a shape with None is used as numbers", STATIC, "inside", TF_SHAPE)),
    Entry(r"total size of (?:the tensor|new array) must be unchanged[.,] (?:Received: )?"
          r"input_shape ?= ?[\[(]([\d, ]{1,80})[\])], (?:output|target)_shape ?= ?"
          r"[\[(]([\d, -]{1,80})[\])]", say(
              "SHP606", "rows of ({0}) are reshaped to ({1})",
              "the values of a row stay as many as they are")),
    Entry(r"could not automatically infer the shape of the Lambda's output", say(
        "SHP610", "Keras does not see what shape the Lambda returns",
        "Keras 3 calls it with a shape whose number of rows is None", "built",
        "Lambda(..., output_shape=(...)), and tf.shape(x)[0] for the number of rows")),
    Entry(r"total size of (?:the tensor|new array) must be unchanged|cannot reshape (?:array|a "
          r"tensor)", say("SHP606", "a reshape to another number of values",
                           "a reshape keeps all values")),
    Entry(r"(?:The )?shape of the input to \"?Flatten\"? is not fully defined \(got "
          r"(\([^)]{0,80}\))", say("SHP610", "Flatten gets {0}", OPEN, "built",
               "declare all axes, or GlobalAveragePooling instead of Flatten")),
    Entry(r"first layer in a Sequential model must get an `?input_shape", say(
        "SHP610", "the first layer does not say what comes in", OPEN, "built",
        "input_shape=(...) in the first layer, without the rows")),
    Entry(r"Cannot convert a partially known TensorShape (\(.{0,100}?\)) to a Tensor", say(
        "SHP610", "a shape {0} is used as numbers", STATIC, "inside", TF_SHAPE)),
    Entry(r"Failed to convert (?:elements of|object of type .{0,60}? to Tensor\. Contents:) "
          r"([\[(][^\])]{0,200}None[^\])]{0,200}[\])])", say(
              "SHP610", "a shape {0} is used as numbers", STATIC, "inside", TF_SHAPE)),
    Entry(r"Tried to convert 'shape' to a tensor and failed\. Error: (?:None values not supported|"
          r"Cannot convert a partially)", say(
              "SHP610", "a shape with None is used as numbers", STATIC, "inside", TF_SHAPE)),
    Entry(r"Invalid input shape for input .{0,400}? Expected shape " + SHAPE + r", but input has "
          r"incompatible shape " + SHAPE, declared_got),
    Entry(r"Dimension value must be integer or None or have an __index__ method, got (?:value '?)?"
          r"(.{1,60}?)(?:'| with|$)", say(
              "SHP603", "a size in a shape is {0}, and a size is a number",
              "a tuple of a tuple, or of a shape, is no shape", "built")),
    Entry(r"number of input channels does not match corresponding dimension of filter, (\d+) != "
          r"(\d+)", numbers_of("SHP107", "a convolution takes {1} channels and got {0}", CHANNELS)),
    Entry(r"input and filter must have the same depth: (\d+) vs (\d+)", numbers_of(
        "SHP107", "a convolution takes {1} channels and got {0}", CHANNELS)),
    Entry(r"number of input channels must be evenly divisible by the number of groups", say(
        "SHP107", "the channels do not fit the layer's groups", CHANNELS)),
    Entry(r"Only layers of same output shape can be merged.{0,40}?Layer shapes: (.{1,200})", say(
        "SHP607", "branches of {0} are merged", "the branches have to be equally large there")),
    Entry(r"mode can only merge layers with matching output shapes", say(
        "SHP607", "branches of different sizes are merged",
        "the branches have to be equally large there")),
    Entry(r"Can ?not merge tensors with different batch sizes\. Got tensors with shapes ?: "
          r"(\[.{1,200}?\)\])", say("SHP607", "branches of {0} are merged",
                                   "all branches have the same rows")),
    Entry(r"`?Concatenate`? layer requires inputs with matching shapes", say(
        "SHP607", "branches of different sizes are joined",
        "they may differ on the axis of the join only")),
    Entry(r"Inputs have incompatible shapes|Operands could not be broadcast together with shapes "
          r"\([\dN]", say("SHP607", "branches of different sizes are merged",
                           "the branches have to be equally large there")),
    Entry(r"[Nn]egative (?:dimension|output) size", say(
        "SHP605", "nothing is left of an axis", KERNEL)),
    Entry(r"`?initial_state`? (?:was passed that|that was passed) is not compatible with "
          r"`cell\.state_size`", say(
              "SHP609", "the initial state has another size than the recurrent layer",
              "a state has as many values as the layer has units", "inside",
              "as many units in the encoder as in the decoder")),
    # weights
    Entry(r"Shape mismatch in layer #\d+ \(named \"?([\w./-]{1,100})\"?\).{0,200}?expects shape "
          + SHAPE + r"\. Received saved weight with shape " + SHAPE, lambda m: _saved_weight(m)),
    Entry(r"Layer #\d+ \(named \"?([\w./-]{1,100})\"?.{0,3000}?has shape " + SHAPE
          + r", but the saved weight has shape " + SHAPE, lambda m: _saved_weight(m)),
    Entry(r"variable shape " + SHAPE + r"(?: and value shape |, and the assigned value shape )"
          + SHAPE + r" are incompatible", _weights_differ),
    Entry(r"(?:variable|target variable)\.?s? shape ?[=:]? ?" + SHAPE + r".{0,80}?(?:value|tensor)"
          r"(?:\.shape| shape|'s shape)?[=: ]{1,3}" + SHAPE, _weights_differ),
    Entry(r"Tensor's shape " + SHAPE + r" is not compatible with supplied shape " + SHAPE,
          _weights_differ),
    Entry(r"incompatible tensor with shape " + SHAPE + r" when attempting to restore variable with "
          r"shape " + SHAPE, lambda m: _restored(m)),
    Entry(r"lhs shape= ?" + SHAPE + r" rhs shape= ?" + SHAPE, _weights_differ),
    Entry(r"found shape " + SHAPE + r" in the checkpoint and " + SHAPE + r" in the model", lambda
          m: _restored(m)),
    Entry(r"load(?:ing)? a weight file containing (\d+) (?:saved )?layers into a model with (\d+) "
          r"layers", say("SHP608", "the file has weights for {0} layers, the model has {1}",
                          "the weights are those of another architecture", "built",
                          "build the very model that the weights were saved from")),
    Entry(r"Layer count mismatch when loading weights from file\. Model expected (\d+) layers, "
          r"found (\d+) saved layers", say(
              "SHP608", "the file has weights for {1} layers, the model has {0}",
              "the weights are those of another architecture", "built",
              "build the very model that the weights were saved from")),
    Entry(r"weight list of length (\d+), but the layer was expecting (\d+) weights", _COUNTS),
    Entry(r"Layer '?([\w./-]{1,100})'? expected (\d+) variables, but received (\d+) variables",
          say("SHP608", "layer {0} has {1} weights, and {2} are given",
               "the weights are those of another architecture", "built",
               "build the very model that the weights were saved from")),
    Entry(r"Weight count mismatch for (?:top-level weights|layer).{0,200}?expects? (\d+) "
          r"weight.{0,80}?(?:found|received) (\d+)", say(
              "SHP608", "{1} weights are given where {0} are meant",
              "the weights are those of another architecture", "built",
              "build the very model that the weights were saved from")),
    Entry(r"weights? list of length|You called `set_weights\(weights\)` on layer", say(
        "SHP608", "another number of weights is given than the layer has",
        "the weights are those of another architecture", "built")),
    Entry(r"A total of (\d+) objects could not be loaded\. Example error message for object "
          r".{0,200}?: .{0,40}?(?:expected \d+ variables|shape|[Ss]hape mismatch)", say(
              "SHP608", "{0} layers of the file do not fit the model",
              "the weights are those of another architecture", "built",
              "build the very model that the weights were saved from")),
    Entry(r"Output tensors (?:of|to) a (?:Functional )?[Mm]odel must be", say(
        "SHP604", "an output of the model does not come from a layer of this Keras", TWO, "built",
        "import everything from one of the two; wrap an operation of TensorFlow in a layer")),
    Entry(r"(?:added layer must be an instance of class Layer|Only instances of `?keras\.Layer`? "
          r"can be added to a Sequential model)\.? (?:Found|Received): (.{1,120}?)(?: \(of type|$)",
          say("SHP604", "{0} is no layer of this Keras", TWO, "built")),
    Entry(r"'(?:Keras)?Tensor' object has no attribute '_keras_(?:history|shape)'", say(
        "SHP604", "a tensor does not come from a layer of this Keras", TWO, "built",
        "import everything from one of the two; wrap an operation of TensorFlow in a layer")),
    Entry(r"was passed an input with a mask attached to it.{0,200}?does not support masking", say(
        "SHP303", "a layer throws the mask away", "what follows reads the padding as data",
        "inputs")),
]


def _saved_weight(m: "re.Match[str]") -> Optional[Told]:
    return Told("SHP608", f"a weight of layer {m.group(1)} is {m.group(2)}, and the saved one "
                f"{m.group(3)}", "the weights are those of another architecture", "built",
                advice="build the model that the weights were saved from, or load with "
                "by_name=True, skip_mismatch=True")


def _gemm(m: "re.Match[str]") -> Optional[Told]:
    rows, columns, inner, _units, kept = (int(group[:9]) for group in m.groups())
    if columns != inner:
        return Told("SHP107", f"a layer takes {inner} on its last axis and got {columns}",
                    "the size of that axis is part of what the layer learned", "inside")
    return Told("SHP503", f"a batch of {rows} rows meets one of {kept}", "a stateful layer keeps a "
                "state for each row of its fixed batch", "rows", numbers=(kept, rows))


def _restored(m: "re.Match[str]") -> Optional[Told]:
    return Told("SHP608", f"the saved weight is {m.group(1)}, and that of the model {m.group(2)}",
                "the weights are those of another architecture", "built",
                advice="build the very model that the weights were saved from")


_OPERATIONS: List[Entry] = [
    Entry(r"indices\[[\d, ]{0,60}\] = (-?\d+) is not in \[0, (\d+)\)", _gathered),
    Entry(r"Incompatible shapes: " + SHAPE + r" vs\. " + SHAPE, _loss_of_tf1),
    Entry(r"input_ids must be smaller than the embedding layer's input dimension \(got (\d+) >= "
          r"(\d+)\)", numbers_of("SHP111", "an id is {0}, and the embedding has {1} rows",
                              "ids run from 0 to vocab_size - 1", "inputs")),
    Entry(r"Dimensions must be equal, but are (\d+) and (\d+)(?: for '(?:\{\{node )?"
          r"([\w/.-]{0,200})(?:\}\} = (\w{1,40})\W.{0,400}?|"
          r"' \(op: '(\w{1,40})'\) )with input shapes: " + SHAPE
          + ", " + SHAPE + ")?", lambda m: _old_equal_of(m)),
    Entry(r"Dimension \d+ in both shapes must be equal(?:, but are |: shape\[\d+\] = )(\d+) and "
          r"(\d+)", _both_equal),
    Entry(r"Shape must be rank (\d+) but is rank (\d+)", numbers_of(
        "SHP609", "an operation takes rank {0} and got rank {1}",
        "each operation takes arrays of one rank")),
    Entry(r"must be at least rank (\d+) but is rank (\d+)", numbers_of(
        "SHP609", "an operation takes rank {0} at least and got rank {1}",
        "each operation takes arrays of one rank")),
    Entry(r"Shapes must be equal rank, but are (\d+) and (\d+)", numbers_of(
        "SHP609", "arrays of rank {0} and rank {1} meet", "what is stacked has one shape")),
    Entry(r"Ranks of all (?:input|inputs)? ?tensors should match: shape\[0\] = " + SHAPE
          + r" vs\. shape\[\d+\] = " + SHAPE, lambda m: _joined(m)),
    Entry(r"(?:All d|D)imensions (?:except \d+ )?must match\.? .{0,20}?Input \d+ has shape "
          r"(\[[\d ]{1,80}\]) and doesn't match input 0 with shape (\[[\d ]{1,80}\])", say(
              "SHP609", "{0} and {1} are joined", "they may differ on the axis of the join only")),
    Entry(r"In\[(\d)\] (?:ndims must be >= 2|is not a matrix)(?:: |\. Instead it has shape )"
          r"(\S{1,60})", say("SHP609", "a matrix product of something with rank or shape {1}",
               "a matrix has at least two axes")),
    Entry(r"[Mm]atrix size-incompatible", say(
        "SHP609", "a matrix product of sizes that do not fit",
        "the first has as many columns as the second has rows")),
    Entry(r"[Cc]annot batch tensors with different shapes in component \d+\. First element had "
          r"shape " + SHAPE + r" and element \d+ had shape " + SHAPE, sizes(
              "SHP121", "the dataset has elements of {0} and of {1}",
              "a batch is one array: its elements have one shape", "inputs",
              "dataset.padded_batch(n), or resize the elements before .batch(n)")),
    Entry(r"[Cc]annot (?:add tensor to the batch|batch tensors).{0,80}?\[tensor\]: " + SHAPE
          + r",? ?\[batch\]: " + SHAPE, sizes(
              "SHP121", "the dataset has elements of {0} and of {1}",
              "a batch is one array: its elements have one shape", "inputs",
              "dataset.padded_batch(n), or resize the elements before .batch(n)")),
    Entry(r"Expected size\[(\d)\] in \[0, (\d+)\], but got (\d+)", numbers_of(
        "SHP609", "a slice takes {2} of axis {0}, which has {1}", INDEXED)),
    Entry(r"[Ii]ndex out of range using input dim (\d+); input has only (\d+) dims", numbers_of(
        "SHP609", "axis {0} of an array of rank {1} is indexed", "axes count from 0 to rank - 1")),
    Entry(r"[Tt]ried to expand dim index (-?\d+) for tensor with (\d+) dimensions", numbers_of(
        "SHP609", "an axis is added at {0} to an array of rank {1}",
        "axes count from 0 to rank")),
    Entry(r"dim (-?\d+) not in the interval \[(-?\d+), (-?\d+)\]", numbers_of(
        "SHP609", "axis {0} is asked for, and there are {1} to {2}",
        "axes count from 0 to rank - 1")),
    Entry(r"[Ii]nvalid reduction (?:dimension|arguments)|[Ii]nvalid reduction axis", say(
        "SHP609", "an axis is reduced that is not there", "axes count from 0 to rank - 1")),
    Entry(r"incompatible shapes for broadcasting[:,]? " + SHAPE
          + r"(?:,| and) (?:requested shape )?" + SHAPE, sizes("SHP609", "{0} and {1} meet", MEET)),
    Entry(r"Incompatible shapes for broadcasting: " + SHAPE + r" and (?:requested shape )?" + SHAPE,
          sizes("SHP609", "{0} and {1} meet", MEET)),
    Entry(r"[Ii]ncompatible shapes? .{0,60}?" + SHAPE + r" (?:and|vs\.?) " + SHAPE,
          sizes("SHP609", "{0} and {1} meet", MEET)),
    Entry(r"condition " + SHAPE + r", then " + SHAPE + r", and else " + SHAPE, say(
        "SHP609", "where() of {0}, {1} and {2}", MEET)),
    Entry(r"contracting dimensions to have the same shape, got " + SHAPE + r" and " + SHAPE, say(
        "SHP609", "a product over axes of {0} and {1}",
        "the first has as many columns as the second has rows")),
    Entry(r"mat1 and mat2 shapes cannot be multiplied \((\d+x\d+) and (\d+x\d+)\)", say(
        "SHP609", "a matrix product of {0} and {1}",
        "the first has as many columns as the second has rows")),
    Entry(r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at non-singleton "
          r"dimension (\d+)", numbers_of("SHP609", "{0} meets {1} on axis {2}", MEET)),
    # Theano
    Entry(r"dimension mismatch in args to gemm \((\d+),(\d+)\)x\((\d+),(\d+)\)->\((\d+),\d+\)",
          lambda m: _gemm(m)),
    Entry(r"Shape mismatch: x has (\d+) rows(?: \(and \d+ cols\))? but z has (\d+) rows",
          numbers_of("SHP503", "a batch of {0} rows meets one of {1}",
                     "a stateful layer keeps a state for each row of its fixed batch", "rows")),
    Entry(r"Shape mismatch: x has (\d+) cols(?: \(and \d+ rows\))? but y has (\d+) rows",
          numbers_of("SHP107", "a layer takes {1} on its last axis and got {0}",
                     "the size of that axis is part of what the layer learned")),
    Entry(r"Input dimension mis-match\. \(input\[0\]\.shape\[(\d+)\] = (\d+), "
          r"input\[\d+\]\.shape\[\d+\] = (\d+)\)",
          numbers_of("SHP609", "{1} meets {2} on axis {0}", MEET)),
    # NumPy and pandas
    Entry(r"inhomogeneous shape after|[Cc]reating an ndarray from ragged nested sequences|setting "
          r"an array element with a sequence", say(
              "SHP121", "the rows have different lengths", RAGGED, "inputs")),
    Entry(r"could not broadcast input array from shape " + SHAPE + r" into shape " + SHAPE,
          sizes("SHP609", "an array of {0} is put into a place of {1}", MEET)),
    Entry(r"non-broadcastable output operand with shape " + SHAPE + r" doesn't match the broadcast "
          r"shape " + SHAPE, sizes(
              "SHP609", "the result of an operation in place is {1}, and the array {0}", MEET)),
    Entry(r"(?:value|indexing result).{0,30}? of shape " + SHAPE + r" could not be broadcast to "
          r"indexing result of shape " + SHAPE, sizes(
              "SHP609", "an array of {0} is put into a place of {1}", MEET)),
    Entry(r"indexing arrays could not be broadcast together with shapes " + SHAPE + " " + SHAPE,
          sizes("SHP609", "index arrays of {0} and {1}", MEET)),
    Entry(r"with remapped shapes \[original->remapped\]: (.{1,160})", say(
        "SHP609", "an array is broadcast to a shape that it does not fit", MEET)),
    Entry(r"operands? could not be broadcast together", say(
        "SHP609", "two arrays meet that do not fit", MEET)),
    Entry(r"shape mismatch: objects cannot be broadcast to a single shape", say(
        "SHP609", "two arrays meet that do not fit", MEET)),
    Entry(r"shapes " + SHAPE + r" and " + SHAPE + r" not aligned", sizes(
        "SHP609", "a matrix product of {0} and {1}",
        "the first has as many columns as the second has rows")),
    Entry(r"matmul: Input operand \d (?:has a mismatch in its core dimension|does not have enough "
          r"dimensions)", say("SHP609", "a matrix product of sizes that do not fit",
                               "the first has as many columns as the second has rows")),
    Entry(r"all (?:the )?input arrays must have (?:the )?same (shape|number of dimensions)", say(
        "SHP609", "arrays of another {0} are joined",
        "np.stack takes arrays of one shape, np.concatenate arrays of one rank")),
    Entry(r"all the input array dimensions", say(
        "SHP609", "arrays of different sizes are joined",
        "they may differ on the axis of the join only")),
    Entry(r"IndexError: index (-?\d+) is out of bounds for (?:axis (\d+) with size|dimension \d+ "
          r"with size|size) ?(\d+)?", say("SHP609", "index {0} on axis {1} of size {2}", INDEXED)),
    Entry(r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)", say(
        "SHP609", "index {0} on axis {1} of size {2}", INDEXED)),
    Entry(r"too many indices for array(?:: array is (\d+)-dimensional, but (\d+) were indexed)?",
          say("SHP609", "an array of {0} axes is indexed on {1}",
               "an index for each axis, and no more")),
    Entry(r"boolean index did not match indexed array along (?:dimension|axis) (\d+); (?:dimension|"
          r"size of axis) is (\d+) but (?:size of )?corresponding boolean (?:dimension|axis) is "
          r"(\d+)", numbers_of("SHP609", "a mask of {2} indexes axis {0} of size {1}",
                             "a mask has one value for each item of the axis")),
    Entry(r"axis (-?\d+) is out of bounds for array of dimension (\d+)", numbers_of(
        "SHP609", "axis {0} of an array of rank {1}", "axes count from 0 to rank - 1")),
    Entry(r"axes don't match array", say(
        "SHP609", "a transpose names another number of axes than the array has",
        "it names each axis once")),
    Entry(r"cannot select an axis to squeeze out which has size not equal to one", say(
        "SHP609", "an axis is squeezed whose size is not 1",
        "only an axis of size 1 can be dropped")),
    Entry(r"array split does not result in an equal division", say(
        "SHP609", "an axis is split into parts that are not equally long",
        "np.split makes equal parts, np.array_split others too")),
    Entry(r"only (?:size|length)-1 arrays can be converted to Python scalars|only 0-dimensional "
          r"arrays can be converted to Python scalars", say(
              "SHP609", "an array of several values stands where one number is meant",
              "float() and int() take one value")),
    Entry(r"Length mismatch: Expected axis has (\d+) elements, new values have (\d+) elements",
          numbers_of("SHP609", "{1} names for {0} columns", "one name for each column")),
    Entry(r"Shape of passed values is " + SHAPE + r", indices imply " + SHAPE, sizes(
        "SHP609", "the values are {0}, their names are for {1}", "one name for each column")),
    Entry(r"(\d+) columns passed, passed data had (\d+) columns", numbers_of(
        "SHP609", "{0} names for {1} columns", "one name for each column")),
    Entry(r"(?:Data must be 1-dimensional|Per-column arrays must each be 1-dimensional|Buffer has "
          r"wrong number of dimensions \(expected 1, got 2\))", say(
              "SHP609", "an array of two axes stands where a column is meant",
              "a column has one axis: (rows,)", advice="array.ravel(), or array[:, 0]")),
    Entry(r"cannot copy sequence with size (\d+) to array axis with dimension (\d+)", numbers_of(
        "SHP609", "a list of {0} is put into a place of {1}", MEET)),
]


def _joined(m: "re.Match[str]") -> Optional[Told]:
    first, second = dims(m.group(1)), dims(m.group(2))
    if first is None or second is None:
        return None
    code = "SHP607" if re.search(r"[Cc]oncatenate", m.string) else "SHP609"
    return Told(code, f"{spelled(first)} and {spelled(second)} are joined",
                "what is joined has one rank", "inside", pair=(first, second))


def _old_equal_of(m: "re.Match[str]") -> Optional[Told]:
    parts: Tuple[Optional[str], ...] = (m.group(1), m.group(2), m.group(3), m.group(4) or
                                        m.group(5), m.group(6), m.group(7))
    return _old_equal(_Groups(m, parts))  # type: ignore[arg-type]


#: a layer of Keras inside which TensorFlow complains
_INSIDE = [
    Entry(r"(?:labels`? must have the same shape,? (?:received )?\(" + SHAPE + r" vs \(\)\)|"
          r"Shapes \(\) and \((?:None|\d+), )", say(
              "SHP501", "a label has no axis that counts rows, and the model returns {0}",
              "the elements of the dataset are single rows: it was never batched", "labels",
              "dataset.batch(32)")),
    Entry(r"Input to reshape is a tensor with (\d+) values, but the requested shape requires a "
          r"multiple of (\d+).{0,300}?flatten", numbers_of(
              "SHP107", "{0} values behind Flatten do not make rows of {1}",
              "the rows have another size than the model was built for")),
    Entry(r"transpose expects a vector of size (\d+)\. But input\(1\) is a vector of size 3"
          r".{0,300}?(?:lstm|gru|rnn)", numbers_of(
              "SHP602", "a recurrent layer takes rank 3 and got rank {0}",
              "recurrent layers take (rows, steps, features)", "inputs")),
    Entry(r"Can ?not squeeze dim\[\d+\], expected a dimension of 1, got (\d+)(?: for '\{\{node "
          r"(?!\S{0,100}weighted_loss)|.{0,40}\[Op:Squeeze\])", squeezed_label),
]


class _Groups:
    """A match with its groups in another order."""

    def __init__(self, match: "re.Match[str]", groups: Tuple[Optional[str], ...]) -> None:
        self.string = match.string
        self._groups = groups

    def group(self, number: int) -> Optional[str]:
        return self._groups[number - 1]


#: before the common table: what that reads otherwise
FIRST: List[Entry] = [*_OPERATIONS[:3], *_INSIDE]
OPERATIONS: List[Entry] = _BUILT + _OPERATIONS[3:]

__all__ = ["FIRST", "OPERATIONS"]
