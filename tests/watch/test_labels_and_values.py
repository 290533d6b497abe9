"""Labels, losses, ids and masks as a watch sees them: what is told, and where it is silent."""
from __future__ import annotations

import os
from typing import Any, List

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest
import tensorflow as tf

import shapecheck

pytestmark = pytest.mark.legacy

RNG = np.random.RandomState(0)
TABLE = RNG.rand(12, 4).astype("float32")
CODES = np.arange(12) % 3
ONE_HOT = np.eye(3, dtype="float32")[CODES]


def codes_of(call: Any) -> List[str]:
    with shapecheck.watch(tell="never") as seen:
        try:
            call()
        except Exception:  # its own; what is said of it counts here
            pass
    assert seen.fault is None, repr(seen.fault)
    return [f.code for f in seen.findings]


def classifier(keras: Any, loss: Any, units: int = 3) -> Any:
    net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, activation="softmax")])
    net.compile(loss=loss)
    return net


@pytest.mark.parametrize("spelled", ["string", "class", "object", "function"])
def test_a_loss_is_known_however_it_is_written(keras: Any, spelled: str) -> None:
    loss = {"string": "sparse_categorical_crossentropy",
            "class": "SparseCategoricalCrossentropy",
            "object": keras.losses.SparseCategoricalCrossentropy(),
            "function": keras.losses.sparse_categorical_crossentropy}[spelled]
    net = classifier(keras, loss)
    assert codes_of(lambda: net.fit(TABLE, ONE_HOT, verbose=0)) == ["SHP402"]
    assert codes_of(lambda: net.fit(TABLE, CODES, verbose=0)) == []


def test_a_loss_of_ones_own_says_nothing(keras: Any) -> None:
    net = classifier(keras, lambda y, p: tf.reduce_sum(p) + 0 * tf.reduce_sum(
        tf.cast(y, p.dtype)))
    assert codes_of(lambda: net.fit(TABLE, CODES, verbose=0)) == []


@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
def test_every_method_that_takes_labels(keras: Any, method: str) -> None:
    net = classifier(keras, "categorical_crossentropy")
    more = {"verbose": 0} if method in ("fit", "evaluate") else {}
    assert codes_of(lambda: getattr(net, method)(TABLE, CODES, **more)) == ["SHP402"]
    assert codes_of(lambda: getattr(net, method)(TABLE, ONE_HOT, **more)) == []


def test_labels_of_a_dataset(keras: Any) -> None:
    net = classifier(keras, "categorical_crossentropy", 5)
    wrong = tf.data.Dataset.from_tensor_slices((TABLE, ONE_HOT)).batch(4)
    right = tf.data.Dataset.from_tensor_slices((TABLE, np.eye(5)[CODES])).batch(4)
    assert codes_of(lambda: net.fit(wrong, verbose=0)) == ["SHP403"]
    assert codes_of(lambda: net.fit(right, verbose=0)) == []


def test_labels_of_a_generator_and_of_a_sequence(keras: Any) -> None:
    net = classifier(keras, "categorical_crossentropy", 5)

    def batches(labels: Any) -> Any:
        for _ in range(3):
            yield TABLE, labels

    base = getattr(keras.utils, "PyDataset", keras.utils.Sequence)

    class Batches(base):  # type: ignore[misc, valid-type]
        def __init__(self, labels: Any) -> None:
            super().__init__()
            self.labels = labels

        def __len__(self) -> int:
            return 3

        def __getitem__(self, index: int) -> Any:
            return TABLE, self.labels

    wide = np.eye(5)[CODES]
    assert codes_of(lambda: net.fit(batches(ONE_HOT), steps_per_epoch=2, verbose=0)) == ["SHP403"]
    assert codes_of(lambda: net.fit(batches(wide), steps_per_epoch=2, verbose=0)) == []
    assert codes_of(lambda: net.fit(Batches(ONE_HOT), verbose=0)) == ["SHP403"]
    assert codes_of(lambda: net.fit(Batches(wide), verbose=0)) == []


def test_labels_in_a_dict_meet_their_own_outputs(keras: Any) -> None:
    inputs = keras.Input((4,))
    wide = keras.layers.Dense(3, activation="softmax", name="zz_class")(inputs)
    one = keras.layers.Dense(1, name="aa_price")(inputs)
    net = keras.Model(inputs, [wide, one])
    net.compile(loss={"zz_class": "sparse_categorical_crossentropy", "aa_price": "mse"})
    price = RNG.rand(12, 1)
    right = {"zz_class": CODES, "aa_price": price}
    wrong = {"zz_class": CODES + 5, "aa_price": price}
    assert codes_of(lambda: net.fit(TABLE, right, verbose=0)) == []
    assert codes_of(lambda: net.fit(TABLE, wrong, verbose=0)) == ["SHP403"]


def test_the_validation_data_of_fit(keras: Any) -> None:
    net = classifier(keras, "categorical_crossentropy")
    data = tf.data.Dataset.from_tensor_slices

    def fit(held: Any) -> Any:  # a new model: Keras 2 keeps the data of a fit that raised
        fresh = classifier(keras, "categorical_crossentropy")
        return lambda: fresh.fit(TABLE, ONE_HOT, validation_data=held, verbose=0)

    with shapecheck.watch(tell="never") as seen:
        try:
            net.fit(TABLE, ONE_HOT, validation_data=(TABLE, CODES), verbose=0)
        except ValueError:
            pass
    finding, = seen.findings
    assert finding.code == "SHP402"
    assert finding.message.startswith("CODES is (12,)")
    assert seen.total == 1
    assert codes_of(fit((TABLE, ONE_HOT))) == []
    assert codes_of(fit((TABLE, ONE_HOT, np.ones(12)))) == []
    assert codes_of(fit((TABLE, ONE_HOT[:5]))) == ["SHP110"]
    assert codes_of(fit((TABLE[:, :3], ONE_HOT))) == ["SHP107"]
    assert codes_of(fit(data((TABLE, ONE_HOT)).batch(4))) == []
    assert codes_of(fit(data((TABLE, ONE_HOT)))) == ["SHP501"]
    assert codes_of(fit(data((TABLE, CODES)).batch(4))) == ["SHP402"]


def test_compiled_anew_it_is_judged_anew(keras: Any) -> None:
    net = classifier(keras, "sparse_categorical_crossentropy")
    found = []
    with shapecheck.watch(tell="never") as seen:
        for loss in ("sparse_categorical_crossentropy", "categorical_crossentropy"):
            net.compile(loss=loss)
            try:
                net.fit(TABLE, CODES, verbose=0)
            except ValueError:
                pass
            found.append([f.code for f in seen.findings])
    assert found == [[], ["SHP402"]]


def words(keras: Any, rows: int = 50) -> Any:
    ids = keras.Input((6,), dtype="int32", name="input_ids")
    mask = keras.Input((6,), dtype="int32", name="attention_mask")
    vectors = keras.layers.Embedding(rows, 4)(ids)
    both = keras.layers.Concatenate()([vectors, keras.layers.Embedding(rows, 4)(mask)])
    net = keras.Model([ids, mask], keras.layers.Dense(1)(
        keras.layers.GlobalAveragePooling1D()(both)))
    net.compile(loss="mse")
    return net


IDS = RNG.randint(2, 50, (12, 6)).astype("int32")
MASK = (np.arange(6) < 4).astype("int32") * np.ones((12, 1), "int32")


def test_ids_and_mask_swapped_under_names_that_say_nothing(keras: Any) -> None:
    net = words(keras)
    first, second = MASK, IDS
    assert codes_of(lambda: net.predict([first, second], verbose=0)) == ["SHP108"]
    assert codes_of(lambda: net.predict([second, first], verbose=0)) == []
    swapped = {"input_ids": first, "attention_mask": second}
    assert codes_of(lambda: net.predict(swapped, verbose=0)) == ["SHP108"]


def test_inputs_in_a_dict_have_their_own_vocabularies(keras: Any) -> None:
    ids = keras.Input((6,), dtype="int32", name="input_ids")
    mask = keras.Input((6,), dtype="int32", name="attention_mask")
    both = keras.layers.Concatenate()([keras.layers.Embedding(50, 4)(ids),
                                       keras.layers.Embedding(2, 4)(mask)])
    net = keras.Model({"input_ids": ids, "attention_mask": mask}, keras.layers.Dense(1)(both))
    right = {"input_ids": IDS, "attention_mask": MASK}
    assert codes_of(lambda: net.predict(right, verbose=0)) == []
    high = {"input_ids": IDS + 9, "attention_mask": MASK}
    assert codes_of(lambda: net.predict(high, verbose=0)) == ["SHP111"]


def test_an_id_out_of_range_in_a_later_batch_of_the_same_shape(keras: Any) -> None:
    net = words(keras)
    late = IDS.copy()
    late[7, 3] = 50

    def loop() -> None:
        for start in range(0, 12, 4):
            net.train_on_batch([late[start:start + 4], MASK[:4]], np.zeros((4, 1)))

    assert codes_of(loop) == ["SHP111"]


def test_an_id_out_of_range_at_the_end_of_a_large_array(keras: Any) -> None:
    net = words(keras)
    many = np.tile(IDS, (20000, 1))
    many[100001, 2] = 77
    assert codes_of(lambda: net.predict([many, np.ones_like(many)], batch_size=8192,
                                        verbose=0)) == ["SHP111"]


def test_a_mask_beside_its_ids(keras: Any) -> None:
    net = words(keras)
    padded = IDS * MASK
    hidden = np.where(padded == 0, 1, 0).astype("int32")
    assert codes_of(lambda: net.predict([padded, hidden], verbose=0)) == ["SHP117"]
    assert codes_of(lambda: net.predict([padded, MASK], verbose=0)) == []
    nothing = np.zeros_like(MASK)
    assert codes_of(lambda: net.predict([padded, nothing], verbose=0)) == ["SHP116"]


def test_an_embedding_at_the_head_of_a_sequential_without_input(keras: Any) -> None:
    def head() -> Any:
        return keras.Sequential([keras.layers.Embedding(50, 4),
                                 keras.layers.GlobalAveragePooling1D(), keras.layers.Dense(1)])

    first, later = head(), head()
    assert codes_of(lambda: first.predict(IDS + 10, verbose=0)) == ["SHP111"]
    assert codes_of(lambda: later.predict(IDS, verbose=0)) == []
    assert codes_of(lambda: later.predict(IDS - 9, verbose=0)) == ["SHP114"]


def test_a_nested_embedding_has_its_vocabulary(keras: Any) -> None:
    encoder = keras.Sequential([keras.Input((6,), dtype="int32"), keras.layers.Embedding(50, 4),
                                keras.layers.GlobalAveragePooling1D()])
    ids = keras.Input((6,), dtype="int32")
    net = keras.Model(ids, keras.layers.Dense(1)(encoder(ids)))
    assert codes_of(lambda: net.predict(IDS + 10, verbose=0)) == ["SHP111"]
    assert codes_of(lambda: net.predict(IDS, verbose=0)) == []


def test_check_inputs_with_labels(keras: Any) -> None:
    net = classifier(keras, "categorical_crossentropy")
    report = shapecheck.check_inputs(net, TABLE, CODES)
    finding, = report.findings
    assert finding.code == "SHP402"
    assert finding.message.startswith("CODES is (12,)")
    assert not shapecheck.check_inputs(net, TABLE, ONE_HOT).findings
    assert [f.code for f in shapecheck.check_inputs(net, TABLE, ONE_HOT[:9]).findings] == ["SHP110"]


@pytest.fixture(scope="module")
def bert() -> Any:
    transformers = pytest.importorskip("transformers")
    config = transformers.BertConfig(
        vocab_size=120, hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=40)
    return transformers.TFBertModel(config)


def test_a_text_model_of_transformers(bert: Any) -> None:
    ids = RNG.randint(3, 120, (4, 10)).astype("int32")
    padded = np.where(np.arange(10) < np.array([[10], [6], [8], [3]]), ids, 0).astype("int32")
    mask = (padded != 0).astype("int32")
    assert codes_of(lambda: bert(ids)) == []
    assert codes_of(lambda: bert(padded)) == ["SHP113"]
    assert codes_of(lambda: bert(padded, attention_mask=mask)) == []
    assert codes_of(lambda: bert(input_ids=padded, attention_mask=1 - mask)) == ["SHP117"]
    long = RNG.randint(3, 120, (2, 64)).astype("int32")
    assert codes_of(lambda: bert(long)) == ["SHP115"]
    assert codes_of(lambda: bert(ids + 100)) == ["SHP111"]


def test_a_model_that_exists_is_judged_by_its_layers(keras: Any) -> None:
    inner = keras.Sequential([keras.Input((4,)), keras.layers.Dense(
        1, activation="softmax", name="always")])
    inputs = keras.Input((4,))
    net = keras.Model(inputs, inner(inputs))
    finding, = shapecheck.check_inputs(net, TABLE).findings
    assert finding.code == "SHP405"
    assert 'Dense(1, activation="softmax", name="always")' in finding.message
    assert str(finding.fix) == 'Dense(1, activation="sigmoid", name="always")'
    for right in ("sigmoid", "linear", None):
        other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation=right)])
        assert not shapecheck.check_inputs(other, TABLE).findings


def test_ids_that_come_in_half_precision(keras: Any) -> None:
    for dtype, rows, codes in (("float16", 30000, ["SHP112"]), ("float16", 100, []),
                               ("int32", 30000, [])):
        ids = keras.Input((6,), dtype=dtype)
        net = keras.Model(ids, keras.layers.Embedding(rows, 4)(ids))
        found = shapecheck.check_inputs(net, IDS).findings
        assert [f.code for f in found] == codes


def test_a_model_that_its_first_call_builds(keras: Any) -> None:
    def steps() -> Any:
        net = keras.Sequential([keras.layers.LSTM(4, return_sequences=True),
                                keras.layers.Dense(1)])
        net.compile(loss="mse")
        return net

    short, long = (RNG.rand(12, n, 3).astype("float32") for n in (5, 8))
    wrong, right = steps(), steps()
    assert codes_of(lambda: wrong.evaluate(short, TABLE[:, :1], verbose=0)) == ["SHP404"]
    assert codes_of(lambda: right.evaluate(short, short[..., :1], verbose=0)) == []
    # rows of another length: what it was built with says nothing of them
    assert codes_of(lambda: right.evaluate(long, long[..., :1], verbose=0)) == []
