"""Programs that raise (or warn), and what is really wrong with each: `collect.py` runs them.

The code that is expected follows from the cause, which is known here, never from what `explain`
says of the text. The 60 kinds of `tests/watch/test_crashes.py` are run as well.
"""
from __future__ import annotations

from typing import Dict, NamedTuple, Tuple


class Case(NamedTuple):
    """code: the last line raises. rule: why, as the catalogue names it; "" where it is no matter of
    shapes. also: other codes that say the truth, where the message shows less than the cause.
    """

    code: str
    rule: str
    setup: str = ""
    also: Tuple[str, ...] = ()


_TABLE = "frame = pd.DataFrame(table, columns=list('abcd'))"
_SOFT = "m = softmax(3, 'categorical_crossentropy')"
_SPARSE = "m = softmax(3, 'sparse_categorical_crossentropy')"

#: every Keras
KERAS: Dict[str, Case] = {
    "one row, fit": Case("dense.fit(table[0], one_hot[0], verbose=0)", "SHP101", also=("SHP110",)),
    "one row, on batch": Case("text.predict_on_batch(ids[3])", "SHP101"),
    "one row, variable": Case("row = ids[3]\ntext.predict(row)", "SHP101"),
    "one row, evaluate": Case("text.evaluate(ids[0], ids[0], verbose=0)", "SHP101",
                              also=("SHP403", "SHP402")),
    "one row, two inputs": Case("pair.predict([table[0], table[0]])", "SHP101"),
    "one image, RGB": Case("m.predict(images[5])", "SHP102",
                           "m = net(keras.Input((8, 8, 3)), L.Conv2D(4, 3), L.Flatten())"),
    "one image, functional": Case(
        "img = images[0]\nm.predict(img)", "SHP102",
        "i = keras.Input((8, 8, 3), name='pixels')\nm = keras.Model(i, L.Conv2D(4, 3)(i))"),
    "one series": Case("m.predict(series[0])", "SHP102",
                       "i = keras.Input((10, 3), name='steps')\nm = keras.Model(i, L.LSTM(4)(i))"),
    "one image, no Input": Case("m.predict(images[0])", "SHP102", "m = net(L.Conv2D(4, 3))"),
    "one image called": Case("m(images[0])", "SHP102",
                             "i = keras.Input((8, 8, 3))\nm = keras.Model(i, L.Conv2D(4, 3)(i))"),
    "images to a table": Case("dense.predict(images)", "SHP106"),
    "batch wrapped": Case("dense.predict(table[None])", "SHP106"),
    "batch wrapped, images": Case(
        "m.predict(images[None])", "SHP106",
        "i = keras.Input((8, 8, 3))\nm = keras.Model(i, L.Conv2D(4, 3)(i))", ("SHP601",)),
    "channels first": Case("m.predict(images.transpose(0, 3, 1, 2))", "SHP105",
                           "i = keras.Input((8, 8, 3), name='pixels')\n"
                           "m = keras.Model(i, L.Conv2D(4, 3)(i))", ("SHP107",)),
    "transposed table": Case("dense.predict(table[:7].T)", "SHP107", also=("SHP105",)),
    "another size": Case("m.predict(images[:, :6])", "SHP107",
                         "i = keras.Input((8, 8, 3), name='pixels')\n"
                         "m = keras.Model(i, L.Dense(2)(L.Flatten()(i)))"),
    "gray for RGB": Case("m.predict(images[..., :1])", "SHP107",
                         "i = keras.Input((8, 8, 3))\nm = keras.Model(i, L.Conv2D(4, 3)(i))"),
    "flat for images": Case("m.predict(images.reshape(40, -1))", "SHP107",
                            "i = keras.Input((8, 8, 3))\nm = keras.Model(i, L.Conv2D(4, 3)(i))",
                            ("SHP602",)),
    "width, evaluate": Case("dense.evaluate(table[:, 1:], one_hot, verbose=0)", "SHP107"),
    "width, a Sequential": Case(
        "m.fit(table[:, :2], codes, verbose=0)", "SHP107", _SPARSE),
    "width of a dict": Case("pair.predict({'a': table, 'b': table[:, :3]})", "SHP107"),
    "no channel": Case("m.fit(images[..., 0], codes, verbose=0)", "SHP602",
                       "m = net(L.Conv2D(4, 3), L.Flatten(), L.Dense(3))"),
    "recurrent, in fit": Case("m.fit(table, codes, verbose=0)", "SHP602",
                              "m = net(L.LSTM(4), L.Dense(1))"),
    "recurrent GRU": Case("keras.Sequential([keras.Input((10,)), L.GRU(8)])", "SHP602"),
    "conv of a table": Case("keras.Sequential([keras.Input((10,)), L.Conv1D(8, 3)])", "SHP602"),
    "conv without channel": Case("keras.Sequential([keras.Input((28, 28)), L.Conv2D(8, 3)])",
                                 "SHP602"),
    "pool of a table": Case("L.MaxPooling1D(2)(keras.Input((10,)))", "SHP602"),
    "rows in the shape": Case("keras.Sequential([L.Conv2D(8, 3, input_shape=(40, 28, 28, 1))])",
                              "SHP601"),
    "rows in the shape, LSTM": Case("L.LSTM(4)(keras.Input((40, 10, 3)))", "SHP601"),
    "two recurrent layers": Case(
        "keras.Sequential([keras.Input((10, 3)), L.LSTM(8), L.LSTM(4)])", "SHP602",
        also=("SHP404",)),
    "recurrent after flatten": Case("L.LSTM(4)(L.Flatten()(keras.Input((4, 4))))", "SHP602"),
    # how many
    "two for one": Case("dense.predict([table, table])", "SHP119", also=("SHP120",)),
    "a list of numbers": Case("dense.predict([1.0, 2.0, 3.0, 4.0])", "SHP119",
                              also=("SHP101", "SHP107")),
    "nothing for two": Case("pair.predict([table])", "SHP120"),
    "another key": Case("pair.predict({'a': table, 'c': table})", "SHP120", also=("SHP108",)),
    # labels
    "codes, 10 classes": Case(
        "m.fit(table, np.arange(40) % 10, verbose=0)", "SHP402",
        "m = softmax(10, 'categorical_crossentropy')"),
    "a column of codes": Case("m.fit(table, codes[:, None], verbose=0)", "SHP402", _SOFT),
    "one-hot, evaluate": Case("m.evaluate(table, one_hot, verbose=0)", "SHP402", _SPARSE),
    "one-hot and accuracy": Case(
        "m.fit(table, one_hot, verbose=0)", "SHP402",
        "m = softmax(3, 'sparse_categorical_crossentropy', metrics=['accuracy'])"),
    "units, one more": Case("m.fit(table, one_hot, verbose=0)", "SHP403",
                            "m = softmax(4, 'categorical_crossentropy')"),
    "units, validation": Case(
        "m.fit(table, one_hot, validation_data=(table, np.zeros((40, 5))), verbose=0)", "SHP403",
        _SOFT, ("SHP402",)),
    "label too large, accuracy": Case(
        "m.fit(table, np.arange(40), verbose=0)", "SHP403",
        "m = softmax(3, 'sparse_categorical_crossentropy', metrics=['accuracy'])"),
    "negative labels": Case("m.fit(table, codes - 1, verbose=0)", "SHP403", _SPARSE),
    "binary with two columns": Case(
        "m.fit(table, one_hot[:, :2], verbose=0)", "SHP403",
        "m = net(keras.Input((4,)), L.Dense(1, activation='sigmoid'), loss='binary_crossentropy')"),
    "no flatten, one-hot": Case(
        "m.fit(images, one_hot, verbose=0)", "SHP406",
        "m = softmax(3, 'categorical_crossentropy', keras.Input((8, 8, 3)), L.Conv2D(4, 3))"),
    "no flatten, evaluate": Case(
        "m.evaluate(images, codes, verbose=0)", "SHP406",
        "m = softmax(3, 'sparse_categorical_crossentropy', keras.Input((8, 8, 3)), "
        "L.Conv2D(4, 3))"),
    "sequences, one-hot": Case(
        "m.fit(series, one_hot, verbose=0)", "SHP404",
        "m = softmax(3, 'categorical_crossentropy', keras.Input((10, 3)), "
        "L.LSTM(4, return_sequences=True))", ("SHP403",)),
    "sequences, codes": Case(
        "m.fit(series, codes, verbose=0)", "SHP404",
        "m = softmax(3, 'sparse_categorical_crossentropy', keras.Input((10, 3)), "
        "L.LSTM(4, return_sequences=True))", ("SHP406",)),
    "a metric, one-hot": Case(
        "m.fit(table, codes, verbose=0)", "SHP402",
        "m = softmax(3, 'sparse_categorical_crossentropy', metrics=[keras.metrics.Recall()])",
        ("SHP403",)),
    "hinge": Case("m.fit(table, one_hot, verbose=0)", "SHP403",
                  "m = net(keras.Input((4,)), L.Dense(5), loss='hinge')"),
    "huber": Case("m.fit(table, one_hot, verbose=0)", "SHP403",
                  "m = net(keras.Input((4,)), L.Dense(5), loss='huber')"),
    "cosine": Case("m.fit(table, one_hot, verbose=0)", "SHP403",
                   "m = net(keras.Input((4,)), L.Dense(5), loss='cosine_similarity')"),
    "KL": Case("m.fit(table, one_hot, verbose=0)", "SHP403",
               "m = net(keras.Input((4,)), L.Dense(5), loss='kl_divergence')"),
    "mae on batch": Case("m.train_on_batch(table, one_hot)", "SHP403",
                         "m = net(keras.Input((4,)), L.Dense(5), loss='mae')"),
    "autoencoder": Case(
        "m.fit(images[:, :7], images[:, :7], verbose=0)", "SHP403",
        "m = net(keras.Input((7, 8, 3)), L.MaxPooling2D(2), L.UpSampling2D(2), L.Conv2D(3, 3, "
        "padding='same'))"),
    "weights of two columns": Case(
        "dense.fit(table, one_hot, sample_weight=np.ones((40, 2)), verbose=0)", "SHP609",
        also=("SHP110", "SHP403")),
    # rows
    "rows, predict": Case("pair.predict([table, table[:30]])", "SHP110"),
    "rows, fit the other way": Case("dense.fit(table[:39], one_hot, verbose=0)", "SHP110"),
    "rows, split": Case("dense.fit(table, one_hot[:30], validation_split=0.2, verbose=0)",
                        "SHP110"),
    "rows, evaluate": Case("dense.evaluate(table[:5], one_hot, verbose=0)", "SHP110"),
    "stateful fit": Case(
        "m.fit(series[:7], series[:7, 0, :1], batch_size=7, verbose=0)", "SHP503",
        "m = keras.Model(memory_in, L.Dense(1)(L.LSTM(4, stateful=True)(memory_in)))\n"
        "m.compile(loss='mse')"),
    "fixed batch": Case(
        "m.predict(table, batch_size=16)", "SHP503",
        "m = Own(lambda x: x + tf.zeros((16, 4)))", ("SHP609",)),
    # definitions
    "kernel 2D": Case("keras.Sequential([keras.Input((4, 4, 1)), L.Conv2D(8, 5)])", "SHP605"),
    "pool too large": Case("keras.Sequential([keras.Input((4, 4, 1)), L.MaxPooling2D(5)])",
                           "SHP605"),
    "many pools": Case(
        "keras.Sequential([keras.Input((8, 8, 3)), L.MaxPooling2D(), L.MaxPooling2D(), "
        "L.MaxPooling2D(), L.MaxPooling2D()])", "SHP605"),
    "conv, then conv": Case(
        "keras.Sequential([keras.Input((6, 2)), L.Conv1D(4, 4), L.Conv1D(4, 4)])", "SHP605"),
    "average pool": Case("L.AveragePooling1D(9)(keras.Input((4, 2)))", "SHP605"),
    "add of images": Case(
        "L.Add()([keras.Input((8, 8, 4)), keras.Input((8, 8, 3))])", "SHP607"),
    "multiply": Case("L.Multiply()([keras.Input((6,)), keras.Input((5,))])", "SHP607"),
    "concatenate tables": Case(
        "L.Concatenate(axis=1)([keras.Input((8, 8, 4)), keras.Input((6, 7, 4))])", "SHP607"),
    "concatenate skip": Case(
        "L.concatenate([keras.Input((16, 16, 8)), keras.Input((15, 15, 8))])", "SHP607"),
    "subtract": Case("L.Subtract()([keras.Input((3, 4)), keras.Input((3, 5))])", "SHP607"),
    "dot": Case("L.Dot(axes=1)([keras.Input((4,)), keras.Input((5,))])", "SHP607"),
    "reshape layer": Case("L.Reshape((7, 7, 64))(keras.Input((3136 - 64,)))", "SHP606"),
    "reshape minus one": Case("L.Reshape((-1, 7))(keras.Input((4, 4)))", "SHP606"),
    "dense of an open axis": Case("L.Dense(3)(keras.Input((None,)))", "SHP610"),
    "dense behind an open flatten": Case(
        "L.Dense(3)(L.Flatten()(keras.Input((None, 3))))", "SHP610"),
    "conv of open channels": Case("L.Conv2D(4, 3)(keras.Input((8, 8, None)))", "SHP610"),
    "weights of another layer": Case(
        "dense.layers[-1].set_weights([np.zeros((5, 3)), np.zeros(3)])", "SHP608"),
    "one weight only": Case("dense.set_weights([np.zeros((4, 3))])", "SHP608"),
    "an embedding matrix": Case(
        "L.Embedding(100, 8, weights=[np.zeros((90, 8))])(keras.Input((4,)))", "SHP608"),
    "weights file": Case(
        "other.load_weights('w.weights.h5')", "SHP608",
        "other = keras.Model(table_in, L.Dense(5)(table_in))\n"
        "dense.save_weights('w.weights.h5')"),
    "weights file, deeper": Case(
        "other.load_weights('w.weights.h5')", "SHP608",
        "other = keras.Sequential([keras.Input((4,)), L.Dense(6), L.Dense(3)])\n"
        "keras.Sequential([keras.Input((4,)), L.Dense(5), L.Dense(3)]).save_weights("
        "'w.weights.h5')"),
    "initial state": Case(
        "L.LSTM(4)(keras.Input((10, 3)), initial_state=[keras.Input((5,)), keras.Input((5,))])",
        "SHP609", also=("SHP607", "SHP107")),
    "small input of an application": Case(
        "keras.applications.VGG16(weights=None, include_top=False, input_shape=(16, 16, 3))",
        "SHP605"),
    # inside
    "embedding, in fit": Case("text.fit(ids + 100, np.zeros((40, 4)), verbose=0)", "SHP111"),
    "embedding, called": Case("text(ids + 100)", "SHP111"),
    "embedding on batch": Case("text.predict_on_batch(ids * 50)", "SHP111"),
    "matmul": Case("tf.matmul(table, table)", "SHP609"),
    "matmul operator": Case("tf.constant(table) @ tf.constant(table)", "SHP609"),
    "add": Case("tf.constant(table) + tf.constant(one_hot)", "SHP609"),
    "subtract tensors": Case("dense(table) - table", "SHP609"),
    "concat": Case("tf.concat([table, one_hot], axis=0)", "SHP609"),
    "concat ranks": Case("tf.concat([table, codes], axis=0)", "SHP609"),
    "stack": Case("tf.stack([table, one_hot])", "SHP609"),
    "tf reshape": Case("tf.reshape(table, (7, 7))", "SHP606"),
    "tf reshape minus one": Case("tf.reshape(table, (-1, 7))", "SHP606"),
    "gather": Case("tf.gather(table, [3, 41])", "SHP609", also=("SHP111",)),
    "split": Case("tf.split(table, 3, axis=1)", "SHP609"),
    "squeeze": Case("tf.squeeze(table, axis=1)", "SHP609"),
    "transpose": Case("tf.transpose(table, (0, 2, 1))", "SHP609"),
    "slice": Case("tf.constant(table)[50]", "SHP609"),
    "broadcast to": Case("tf.broadcast_to(table, (40, 7))", "SHP609"),
    "expand dims": Case("tf.expand_dims(table, 5)", "SHP609"),
    "reduce axis": Case("tf.reduce_mean(table, axis=3)", "SHP609"),
    "where": Case("tf.where(table > 0.5, table, one_hot)", "SHP609"),
    "a fixed reshape": Case("m.predict(table)", "SHP606",
                            "m = Own(lambda x: tf.reshape(x, (3, 3)))"),
    "static None": Case(
        "L.Lambda(lambda x: tf.zeros((x.shape[0], 3)))(table_in)", "SHP610"),
    "mean of the wrong labels": Case(
        "keras.losses.MeanSquaredError()(table[:, :2], one_hot)", "SHP403", also=("SHP609",)),
    "cross-entropy": Case("keras.losses.sparse_categorical_crossentropy(codes[:30], dense(table))",
                          "SHP403", also=("SHP406", "SHP110")),
    "variable": Case("tf.Variable(table).assign(one_hot)", "SHP608", also=("SHP609",)),
    # data
    "dataset parts": Case("tf.data.Dataset.from_tensor_slices((table, codes[:30]))", "SHP110"),
    "batch of other lengths": Case(
        "list(tf.data.Dataset.from_generator(lambda: iter([[1], [1, 2]]), tf.int32, "
        "output_shapes=(None,)).batch(2))", "SHP121"),
    "signature": Case(
        "list(tf.data.Dataset.from_generator(lambda: iter([[1, 2, 3]]), tf.int32, "
        "output_shapes=(2,)))", "SHP107", also=("SHP121",)),
    "generator width": Case("dense.predict((table[:8, :3] for _ in range(2)), steps=2)", "SHP107"),
    "generator rows": Case("dense.fit(((table[:8], one_hot[:7]) for _ in range(2)), "
                           "steps_per_epoch=2, verbose=0)", "SHP110", also=("SHP503", "SHP403")),
    "dataset not batched": Case(
        "m.fit(tf.data.Dataset.from_tensor_slices((images, codes)), verbose=0)", "SHP501",
        "m = softmax(3, 'sparse_categorical_crossentropy', keras.Input((8, 8, 3)), L.Conv2D(4, 3), "
        "L.Flatten())", ("SHP102", "SHP107")),
    "batch_size of a dataset": Case(
        "dense.fit(tf.data.Dataset.from_tensor_slices((table, one_hot)).batch(8), batch_size=8, "
        "verbose=0)", "SHP502"),
    "tf.function signature": Case(
        "step(table[:, :3])", "SHP107",
        "step = tf.function(lambda x: x, input_signature=[tf.TensorSpec((None, 4), tf.float32)])"),
    "pad_sequences": Case("keras.preprocessing.sequence.pad_sequences([1, 2, 3])", "SHP119",),
    "to_categorical": Case("keras.utils.to_categorical(codes + 1, 3)", "SHP403", also=("SHP609",)),
}

#: NumPy, pandas and scikit-learn: no Keras in them
ARRAYS: Dict[str, Case] = {
    "add": Case("table + one_hot", "SHP609"),
    "compare": Case("np.mean((table == one_hot) * 1)", "SHP609"),
    "dot": Case("np.dot(table, table)", "SHP609"),
    "at": Case("table @ table", "SHP609"),
    "reshape": Case("table.reshape(7, 7)", "SHP606"),
    "reshape minus one": Case("images.reshape(-1, 28, 28, 1)", "SHP606"),
    "concatenate": Case("np.concatenate([table, one_hot])", "SHP609"),
    "concatenate ranks": Case("np.concatenate([table, codes])", "SHP609"),
    "stack": Case("np.stack([table, one_hot])", "SHP609", also=("SHP121",)),
    "vstack": Case("np.vstack([table, one_hot])", "SHP609"),
    "assign": Case("out = np.zeros((40, 3))\nout[:] = table", "SHP609"),
    "assign a row": Case("out = np.zeros((40, 3))\nout[0] = table[0]", "SHP609"),
    "in place": Case("out = codes * 1.0\nout -= table", "SHP609"),
    "in place of a column": Case("pred = np.zeros((40, 1))\npred -= codes", "SHP609",
                                 also=("SHP401",)),
    "index": Case("table[40]", "SHP609"),
    "index of a column": Case("table[:, 4]", "SHP609"),
    "too many indices": Case("codes[:, 0]", "SHP609"),
    "boolean index": Case("table[np.ones(30, bool)]", "SHP609"),
    "axis": Case("table.mean(axis=2)", "SHP609"),
    "transpose": Case("table.transpose(0, 2, 1)", "SHP609"),
    "squeeze": Case("np.squeeze(table, axis=1)", "SHP609"),
    "split": Case("np.split(table, 7)", "SHP609"),
    "ragged": Case("np.array([[1, 2], [3]], dtype='float32')", "SHP121"),
    "ragged images": Case("np.array([images[0], images[0, :4]], dtype='float32')", "SHP121",
                          also=("SHP609",)),
    "broadcast_to": Case("np.broadcast_to(table, (40, 7))", "SHP609"),
    "float of many": Case("float(table)", "SHP609"),
    "frame of lists": Case("pd.DataFrame({'a': [1, 2, 3], 'b': [1, 2]})", "SHP110"),
    "a new column": Case("frame['label'] = codes[:30]", "SHP110", _TABLE),
    "column names": Case("frame.columns = ['a', 'b']", "SHP609", _TABLE),
    "frame of an array": Case("pd.DataFrame(table, columns=['a', 'b', 'c'])", "SHP609"),
    "a column of two axes": Case("pd.Series(table)", "SHP609"),
    "scaler": Case("StandardScaler().fit(table).transform(table[:, :3])", "SHP107"),
    "scaler of a row": Case("StandardScaler().fit(table).transform(table[0])", "SHP101"),
    "scaler of images": Case("StandardScaler().fit(images)", "SHP106"),
    "split of rows": Case("train_test_split(table, codes[:30])", "SHP110"),
    "classifier": Case("LogisticRegression().fit(table, codes[:30])", "SHP110"),
    "classifier, one-hot": Case("LogisticRegression().fit(table, one_hot)", "SHP402"),
    "classifier of a row": Case("LogisticRegression().fit(table, codes).predict(table[0])",
                                "SHP101"),
    "classifier of another width": Case(
        "LogisticRegression().fit(table, codes).predict(table[:, :2])", "SHP107"),
    "confusion": Case("confusion_matrix(one_hot, codes)", "SHP402"),
    "accuracy of rows": Case("accuracy_score(codes, codes[:30])", "SHP110"),
    "regression of outputs": Case("mean_squared_error(table, one_hot)", "SHP403"),
}

#: Hugging Face's TF models, where they are installed
BERT = """
import os
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
from transformers import BertConfig, TFBertModel, TFBertForSequenceClassification
small = BertConfig(vocab_size=100, hidden_size=8, num_hidden_layers=1, num_attention_heads=1,
                   intermediate_size=8, max_position_embeddings=20)
bert = TFBertModel(small)
"""
TEXTS: Dict[str, Case] = {
    "a row": Case("bert(ids[0])", "SHP101"),
    "a row, predict": Case("bert.predict(ids[0])", "SHP101"),
    "wrapped": Case("bert(ids[None])", "SHP106"),
    "an id": Case("bert(ids + 100)", "SHP111"),
    "too long": Case("bert(np.ones((2, 30), 'int32'))", "SHP115", also=("SHP111",)),
    "a short mask": Case("bert(ids, attention_mask=np.ones((40, 5), 'int32'))", "SHP107",
                         also=("SHP609", "SHP118")),
    "nothing": Case("bert(attention_mask=np.ones((40, 16), 'int32'))", "SHP120"),
    "one-hot for classes": Case(
        "TFBertForSequenceClassification(small)(ids, labels=np.eye(2)[ids[:, 0] % 2])", "SHP402",
        also=("SHP403",)),
}

#: what no shape explains
OTHERS: Dict[str, str] = {
    "import": "import no_such_package",
    "import from": "from tensorflow.keras.layers import NoSuchLayer",
    "old import": "from keras.layers.recurrent import NoSuch",
    "key": "{'loss': 1}['val_loss']",
    "column": "import pandas as pd\npd.DataFrame({'a': [1]})['b']",
    "attribute": "dense.no_such_attribute",
    "attribute of None": "None.shape",
    "history": "dense.fit(table, one_hot, verbose=0)['loss']",
    "name": "undefined_name",
    "syntax": "exec('model.fit(x')",
    "indentation": "exec('def f():\\nreturn 1')",
    "file": "open('/no/such/file.csv')",
    "weights file": "dense.load_weights('/no/such/file.h5')",
    "model file": "keras.models.load_model('/no/such/model.h5')",
    "type": "'a' + 1",
    "call of a list": "[1, 2](0)",
    "no argument": "dense.predict()",
    "a keyword": "dense.predict(table, no_such=1)",
    "keyword of a layer": "L.Dense(3, no_such=1)",
    "not compiled": "keras.Model(table_in, L.Dense(3)(table_in)).fit(table, one_hot)",
    "an activation": "L.Dense(3, activation='nonsense')",
    "an optimizer": "dense.compile(optimizer='nonsense')",
    "a loss": "net(keras.Input((4,)), L.Dense(3), loss='nonsense').fit(table, one_hot)",
    "zero units": "L.Dense(0)",
    "a layer of one's own": "Own(lambda x: 1 / 0)(table)",
    "no attribute in a layer": "Own(lambda x: x.nothing)(table)",
    "types of tensors": "tf.constant([1]) + tf.constant([1.5])",
    "types in a layer": "Own(lambda x: x + tf.constant([1], 'int64'))(table)",
    "a cast": "tf.constant('a') + tf.constant(1)",
    "not a number": "tf.debugging.check_numerics(table * np.nan, 'bad')",
    "an assertion": "assert False, 'accuracy too low'",
    "an assertion of TensorFlow": "tf.debugging.assert_less(3, 2)",
    "a word": "int('shape')",
    "a float": "float('abc')",
    "a division": "1 / 0",
    "stop": "raise KeyboardInterrupt",
    "memory": "raise MemoryError",
    "json": "import json\njson.loads('{')",
    "unicode": "b'\\xff'.decode('utf-8')",
    "recursion": "def f():\n    return f()\nf()",
    "a device": "with tf.device('/GPU:7'):\n    tf.matmul(table, table.T)",
    "unknown layer": "keras.layers.deserialize({'class_name': 'NoSuch', 'config': {}})",
    "a symbolic tensor": "bool(tf.function(lambda x: 1 if x > 0 else 2, autograph=False)(1.0))",
    "callbacks": "dense.fit(table, one_hot, callbacks=[3], verbose=0)",
    "a string in an array": "np.array(['a']).astype('float32')",
    "an iterator": "next(iter([]))",
    "list index": "[1, 2][5]",
    "unpack": "a, b = 1, 2, 3",
    "strings": "dense.predict(np.array([['a', 'b', 'c', 'd']]))",
    "truth of an array": "bool(table)",
    "permission": "raise PermissionError(13, 'Permission denied', 'model.h5')",
    "runtime": "raise RuntimeError('CUDA error: out of memory')",
    "library": "raise ImportError('libcudnn.so.8: cannot open shared object file')",
    "resource": "raise tf.errors.ResourceExhaustedError(None, None, 'OOM when allocating tensor "
                "with shape[32,128,128,64] and type float on /job:localhost/replica:0/task:0/"
                "device:GPU:0 by allocator GPU_0_bfc')",
    "cuda": "raise tf.errors.InternalError(None, None, 'Blas GEMM launch failed : a.shape=(100, "
            "784), b.shape=(784, 10), m=100, n=10, k=784')",
    "cudnn": "raise tf.errors.UnknownError(None, None, 'Failed to get convolution algorithm. This "
             "is probably because cuDNN failed to initialize')",
}
