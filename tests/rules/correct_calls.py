"""Right code, as people write it: no rule may fire on any of it.

A table: each group has a setup (run once, not watched) and calls (each watched by itself, in
order, in the group's namespace). `KERAS3`, `KERAS2`, `AFTER_2_6` mark what runs there only.
"""
from __future__ import annotations

from typing import List, NamedTuple, Tuple, Union

KERAS2, KERAS3, AFTER_2_6 = "keras2", "keras3", "keras>=2.7"


class Only(NamedTuple):
    """A call that is right under a condition on versions only (see `runner.applies`)."""

    condition: str
    code: str


class Group(NamedTuple):
    name: str
    setup: str
    calls: List[Union[str, Only]]
    only: str = ""

    def each(self) -> List[Tuple[str, str]]:
        """(condition, code)"""
        return [(c.condition, c.code) if isinstance(c, Only) else ("", c) for c in self.calls]


#: names that all groups have
COMMON = '''
import numpy as np
import tensorflow as tf
L = keras.layers
rng = np.random.RandomState(0)
def net(inputs, outputs, **how):
    made = keras.Model(inputs, outputs)
    made.compile(optimizer="sgd", loss="mse", **how)
    return made
SequenceBase = getattr(keras.utils, "PyDataset", None) or keras.utils.Sequence
class Batches(SequenceBase):
    def __init__(self, *arrays, size=4):
        super().__init__()
        self.arrays, self.size = arrays, size
    def __len__(self):
        return -(-len(self.arrays[0]) // self.size)
    def __getitem__(self, i):
        if i >= len(self):
            raise IndexError(i)
        cut = slice(i * self.size, (i + 1) * self.size)
        batch = tuple(a[cut] for a in self.arrays)
        return batch if len(batch) > 1 else batch[0]
'''

TABLE = '''
t_in = keras.Input((4,), name="table")
dense = net(t_in, L.Dense(3)(L.Dense(5, activation="tanh")(t_in)))
t = rng.rand(12, 4).astype("float32")
y = rng.rand(12, 3).astype("float32")
'''

NUMBER = '''
n_in = keras.Input((1,), name="number")
narrow = net(n_in, L.Dense(3, activation="tanh")(n_in))
n = rng.rand(12).astype("float32")
'''

IDS = '''
w_in = keras.Input((16,), dtype="int32", name="words")
words = net(w_in, L.Dense(4)(L.GlobalAveragePooling1D()(L.Embedding(100, 8)(w_in))))
x = rng.randint(1, 100, (12, 16)).astype("int32")
'''

PAIR = '''
a_in = keras.Input((16,), dtype="int32", name="input_ids")
b_in = keras.Input((16,), dtype="int32", name="attention_mask")
both = L.Concatenate()([L.Embedding(100, 8)(a_in), L.Embedding(2, 8)(b_in)])
pair = net([a_in, b_in], L.Dense(4)(L.GlobalAveragePooling1D()(both)))
ids = rng.randint(1, 100, (12, 16)).astype("int32")
mask = (np.arange(16) < rng.randint(3, 16, (12, 1))).astype("int32")
data_x = np.stack([ids, mask])
y = rng.rand(12, 4).astype("float32")
'''

GROUPS = [
    Group("all host methods, arrays", TABLE, [
        "dense.predict(t)",
        "dense.predict(x=t)",
        "dense.predict(t, batch_size=5)  # the last batch has 2 rows",
        "dense.predict(t, 32, 0)",
        "dense.predict(t[:1])",
        "dense.predict(t[0:1])",
        "dense.predict(t[[0]])",
        "dense.predict(t[0][None])",
        "dense.predict(t[0].reshape(1, -1))",
        "dense.predict(np.expand_dims(t[0], 0))",
        "dense.predict(t[0, None])",
        "dense.predict(t[t[:, 0] > 0.5])",
        "dense.predict(t[::2])",
        "dense.predict(t[::-1])",
        "dense.predict(t.astype('float64'))",
        "dense.predict(np.asfortranarray(t))",
        "dense.predict((t * 10).astype('int64'))",
        "dense.predict(t[:4])  # square: 4 rows of 4",
        "dense.predict(t[:4].T.copy())  # square, and nobody can tell",
        "dense.predict(np.zeros((1, 4)))",
        "dense.predict_on_batch(t)",
        "dense.predict_on_batch(t[:1])",
        "dense.fit(t, y, verbose=0)",
        "dense.fit(t, y, batch_size=5, epochs=2, verbose=0)",
        "dense.fit(x=t, y=y, validation_data=(t[:3], y[:3]), verbose=0)",
        "dense.fit(t, y, validation_split=0.25, verbose=0)",
        "dense.fit(t, y, sample_weight=np.ones(12), verbose=0)",
        "dense.fit(t, y, sample_weight=np.ones((12, 1)), verbose=0)",
        "dense.fit(t, y, validation_data=(t[:3], y[:3], np.ones(3)), verbose=0)",
        "dense.fit(t, y, shuffle=False, steps_per_epoch=None, verbose=0)",
        "dense.evaluate(t, y, verbose=0)",
        "dense.evaluate(t, y, batch_size=7, sample_weight=np.ones(12), verbose=0)",
        "dense.train_on_batch(t, y)",
        "dense.train_on_batch(t[:1], y[:1])",
        "dense.train_on_batch(t, y, np.ones(12))",
        "dense.test_on_batch(t, y)",
        "dense(t)",
        "dense(t[:1])",
        "dense(t, training=False)",
        "dense(t, training=True)",
        "dense(inputs=t)",
        "dense(tf.constant(t))",
        "dense(tf.random.normal((7, 4)))",
        "dense.predict(tf.constant(t))",
        Only(AFTER_2_6, "dense.predict(tf.Variable(t))"),
        "dense.fit(tf.constant(t), tf.constant(y), verbose=0)",
        "for i in range(len(t)):\n    dense(t[i:i + 1])",
        "for row in t:\n    dense(row[None, :])",
        "for row in t:\n    dense.predict_on_batch(row[np.newaxis])",
        "for start in range(0, 12, 5):\n    dense.predict_on_batch(t[start:start + 5])",
        "[dense(chunk) for chunk in np.array_split(t, 5)]",
        "dense.predict([t])",
        "dense.predict({'table': t})",
        "dense.predict(np.ma.masked_array(t, t > 2))",
        "dense.predict(t.view())",
        "(lambda m: m.predict(t[:2]))(dense)",
    ]),
    Group("pandas", '''
import pandas as pd
''' + TABLE + NUMBER + '''
df = pd.DataFrame(t, columns=list("abcd"))
df["who"] = [f"row {i}" for i in range(12)]
cols = ["a", "b", "c", "d"]
labels = pd.DataFrame(y)
indexed = df.set_index("who")
''', [
        "dense.predict(df[cols])",
        "dense.predict(df[cols].values)",
        "dense.predict(df[cols].to_numpy())",
        "dense.predict(df.iloc[0:1, :4])",
        "dense.predict(df[cols].iloc[[0]])",
        "dense.predict(df.loc[[3], cols])",
        "dense.predict(df.loc[2:5, cols])",
        "dense.predict(indexed.loc[['row 3']])",
        "dense.predict(df[cols].sample(5, random_state=0))",
        "dense.predict(df[cols].iloc[0].to_numpy()[None, :])",
        "dense.predict(df[cols].iloc[0].to_frame().T)",
        "dense.fit(df[cols], labels, verbose=0)",
        "dense.fit(df[cols], y, sample_weight=pd.Series(np.ones(12)), verbose=0)",
        "dense.evaluate(df[cols], labels, verbose=0)",
        "narrow.predict(df['a'])",
        "narrow.predict(df[['a']])",
        "narrow.predict(df.a)",
        "narrow.predict(df['a'].values)",
        "narrow.predict(df['a'].values.reshape(-1, 1))",
        "narrow.predict(df['a'].astype('float64'))",
        "narrow.fit(df['a'], y, verbose=0)",
        "dense(df[cols].to_numpy())",
        "dense.train_on_batch(df[cols].to_numpy(), y)",
    ]),
    Group("one number a row", NUMBER + '''
y1 = 2 * n + 1
line = keras.Sequential([keras.Input((1,)), L.Dense(1)])
line.compile("sgd", "mse")
bare = keras.Sequential([L.Dense(1)])
bare.compile("sgd", "mse")
''', [
        "narrow.predict(n)",
        "narrow.predict(n[:, None])",
        "narrow.predict(n[:, None, None])",
        "narrow.predict(n[0:1])",
        "narrow.predict(np.array([3.0]))",
        "narrow.predict(np.array([[3.0]]))",
        "narrow.predict(np.linspace(0, 1, 7))",
        "narrow.predict(np.arange(5))",
        "narrow.predict(tf.range(5.0))",
        "narrow(n[:, None])",
        "narrow(n)",
        "line.fit(n, y1, verbose=0)",
        "line.fit(n, y1, batch_size=5, verbose=0)",
        "line.fit(n[:, None], y1[:, None], verbose=0)",
        "line.predict(n)",
        "line.predict(np.array([10.0]))",
        Only(KERAS2, "line.predict([10.0])"),
        Only(KERAS2, "line.predict([1.0, 2.0, 3.0])"),
        "line.evaluate(n, y1, verbose=0)",
        "bare.fit(n[:, None], y1, epochs=2, verbose=0)",
        "bare.predict(n[:, None])",
        "bare.predict(n[:1, None])",
    ]),
    Group("ids", IDS + '''
free_in = keras.Input((None,), dtype="int32", name="tokens")
free = net(free_in, L.Dense(4)(L.GlobalAveragePooling1D()(L.Embedding(100, 8)(free_in))))
states = net(free_in, L.LSTM(4, return_sequences=True)(L.Embedding(100, 8)(free_in)))
masked = net(free_in, L.LSTM(4)(L.Embedding(100, 8, mask_zero=True)(free_in)))
padded = np.where(np.arange(16) < 9, x, 0)
''', [
        "words.predict(x)",
        "words.predict(x[0:1])",
        "words.predict(x.astype('int64'))",
        "words.predict(x.astype('float32'))",
        "words.predict(x[..., None])",
        "words(x[3:4])",
        "words.predict(np.vstack([x, x]))",
        "words.predict(x[rng.permutation(12)])",
        "free.predict(x)",
        "free.predict(x[:, :7])",
        "free.predict(x[:, :1])",
        "free.predict(x[:1, :5])",
        "free.predict(x[:1, :1])",
        "free(np.array([[5]]))",
        "free(np.array([[5, 6, 7]]))",
        "for width in (3, 9, 16):\n    free.predict(x[:, :width])",
        "for row in x:\n    free(row[None, :7])",
        "states.predict(x)",
        "states.predict(x[:, :5])",
        "masked.predict(padded)",
        "masked.predict(np.zeros((3, 16), 'int32'))",
        "masked(padded[:2])",
        Only(KERAS2, "free.predict([[5, 6, 7], [8, 9, 1]])"),
        Only(KERAS2, "free.predict([[5, 6, 7]])"),
    ]),
    Group("two inputs", PAIR, [
        "pair.predict([ids, mask])",
        "pair.predict((ids, mask))",
        "pair.predict({'input_ids': ids, 'attention_mask': mask})",
        "pair.predict({'attention_mask': mask, 'input_ids': ids})",
        "pair.predict([data_x[0], data_x[1]])",
        "pair.predict(list(data_x))",
        "pair.predict([*data_x])",
        "pair.predict([data_x[0][0:1], data_x[1][0:1]])",
        "pair.predict([a[0:1] for a in data_x])",
        "pair.predict([np.expand_dims(a[0], 0) for a in data_x])",
        "pair.predict([ids, mask], batch_size=5)",
        "pair([ids, mask])",
        "pair([ids[:1], mask[:1]])",
        "pair({'input_ids': ids, 'attention_mask': mask})",
        "pair([tf.constant(ids), tf.constant(mask)])",
        "pair.predict([tf.constant(ids), tf.constant(mask)])",
        "pair.fit([ids, mask], y, verbose=0)",
        "pair.fit({'input_ids': ids, 'attention_mask': mask}, y, verbose=0)",
        "pair.fit([ids, mask], y, validation_data=([ids[:3], mask[:3]], y[:3]), verbose=0)",
        "pair.fit([ids, mask], y, sample_weight=np.linspace(0, 1, 12), verbose=0)",
        "pair.evaluate([ids, mask], y, verbose=0)",
        "pair.predict_on_batch([ids, mask])",
        "pair.train_on_batch([ids, mask], y)",
        "pair.test_on_batch([ids, mask], y)",
        "pair.predict({'input_ids': ids, 'attention_mask': mask, 'labels': np.arange(12)})",
        "pair.predict([ids, mask.astype(bool)])",
        "pair.predict([ids[..., None], mask[..., None]])",
        ("batch = {'input_ids': ids, 'attention_mask': mask}\n"
        "pair.predict({k: v[:3] for k, v in batch.items()})"),
    ]),
    Group("pipelines", TABLE + NUMBER + '''
slices = tf.data.Dataset.from_tensor_slices
images = rng.rand(12, 8, 8, 3).astype("float32")
p_in = keras.Input((8, 8, 3))
image = net(p_in, L.GlobalAveragePooling2D()(L.Conv2D(2, 3)(p_in)))
def forever():
    while True:
        yield t[:4], y[:4]
''', [
        "dense.predict(slices(t).batch(4))",
        "dense.predict(slices(t).batch(5))",
        "dense.predict(slices(t).batch(5, drop_remainder=True))",
        "dense.predict(slices(t).batch(1))",
        "dense.fit(slices((t, y)).shuffle(12).batch(4), verbose=0)",
        "dense.fit(slices((t, y)).batch(4).repeat(2).prefetch(1), verbose=0)",
        "dense.fit(slices((t, y, np.ones(12))).batch(4), verbose=0)",
        "dense.fit(slices((t, y)).batch(4), validation_data=slices((t, y)).batch(6), verbose=0)",
        "dense.evaluate(slices((t, y)).batch(4), verbose=0)",
        "dense.predict(slices((t, y)).batch(4))",
        "dense.predict(tf.data.Dataset.from_tensors(t))",
        "dense.predict(slices(t.reshape(3, 4, 4)))  # batches of 4 rows, made by hand",
        "dense.predict(slices(t[:, None, :]))  # each element is one row with its axis",
        "dense.predict(slices({'table': t}).batch(4))",
        "dense.predict(slices(t).map(lambda row: row * 2).batch(4))",
        "dense.predict(slices(t).map(lambda row: row[None]))",
        "dense.predict(tf.data.Dataset.range(12).map(lambda i: tf.gather(t, [i])))",
        "narrow.predict(slices(n).batch(4))",
        "narrow.predict(slices(n[:, None]).batch(4))",
        "narrow.predict(slices(n[:, None]))  # (1,) where (None, 1) is declared",
        "image.predict(slices(images).batch(4))",
        "image.predict(slices(images[:, None]))",
        Only(KERAS2, "dense.predict((t[i:i + 4] for i in range(0, 12, 4)), steps=3)"),
        "dense.predict(((t[i:i + 4],) for i in range(0, 12, 4)), steps=3)",
        "dense.predict(((t[i:i + 1],) for i in range(12)), steps=12)",
        "dense.predict(((t[i:i + 4], y[i:i + 4]) for i in range(0, 12, 4)), steps=3)",
        "dense.fit(forever(), steps_per_epoch=3, verbose=0)",
        "dense.fit(forever(), steps_per_epoch=3, validation_data=(t, y), verbose=0)",
        "dense.evaluate(forever(), steps=2, verbose=0)",
        "dense.predict(Batches(t))",
        "dense.predict(Batches(t, size=5))",
        "dense.fit(Batches(t, y), verbose=0)",
        "dense.fit(Batches(t, y, np.ones(12)), verbose=0)",
        "dense.fit(Batches(t, y), validation_data=Batches(t, y, size=6), verbose=0)",
        "dense.evaluate(Batches(t, y), verbose=0)",
        "for batch in slices(t).batch(5):\n    dense(batch)",
        "for batch, labels in slices((t, y)).batch(5):\n    dense.train_on_batch(batch, labels)",
        "for row in slices(t):\n    dense(row[tf.newaxis])",
        "list(slices(t).batch(4).map(lambda b: dense(b, training=False)))",
        "list(slices(t).map(lambda row: dense(row[None])[0]))",
        "tf.map_fn(lambda row: dense(row[None])[0], tf.constant(t))",
        ("unknown = tf.data.Dataset.from_generator(lambda: iter([t[:4], t[4:8]]), tf.float32)\n"
        "dense.predict(unknown.map(lambda b: tf.ensure_shape(b, (None, 4))))"),
        ("ragged = tf.data.Dataset.from_generator(lambda: iter([t[:4], t[4:]]),\n"
        "    output_signature=tf.TensorSpec((None, None), tf.float32))\n"
        "dense.predict(ragged.map(lambda b: tf.ensure_shape(b, (None, 4))))"),
    ]),
    Group("images", '''
p_in = keras.Input((8, 8, 3), name="pixels")
image = net(p_in, L.Dense(2)(L.GlobalAveragePooling2D()(L.Conv2D(4, 3)(p_in))))
g_in = keras.Input((8, 8, 1), name="gray")
gray = net(g_in, L.Dense(2)(L.Flatten()(L.Conv2D(4, 3)(g_in))))
any_in = keras.Input((None, None, 3), name="any")
anysize = net(any_in, L.Conv2D(2, 3, padding="same")(any_in))
segment = net(p_in, L.Conv2D(5, 1, activation="softmax")(
    L.UpSampling2D()(L.MaxPooling2D()(L.Conv2D(4, 3, padding="same")(p_in)))))
auto = net(g_in, L.Conv2DTranspose(1, 2, strides=2)(L.Conv2D(2, 2, strides=2)(g_in)))
v_in = keras.Input((4, 6, 6, 1))
volume = net(v_in, L.GlobalAveragePooling3D()(L.Conv3D(2, 3)(v_in)))
images = rng.rand(12, 8, 8, 3).astype("float32")
grays = rng.rand(12, 8, 8).astype("float32")
''', [
        "image.predict(images)",
        "image.predict(images[0:1])",
        "image.predict(images[0][None, ...])",
        "image.predict(np.stack([images[0], images[1]]))",
        "image.predict(np.expand_dims(images[0], axis=0))",
        "image.predict((images * 255).astype('uint8'))",
        "image.predict(images[:, ::-1])",
        "image.predict(images[:8])  # 8 rows, and images of 8 by 8",
        "image(images[:2])",
        "gray.predict(grays)",
        "gray.predict(grays[..., None])",
        "gray.predict(grays[:1])",
        "gray.predict(grays[0][None])",
        "gray.predict(grays[0][None, ..., None])",
        "gray.predict(grays[0].reshape(1, 8, 8, 1))",
        "gray(grays[..., None])",
        "gray(grays)",
        "gray.predict(grays[..., None, None])",
        "anysize.predict(images)",
        "anysize.predict(np.zeros((1, 20, 30, 3)))",
        "for size in (5, 9):\n    anysize(np.zeros((2, size, size, 3)))",
        "segment.predict(images)",
        "segment.fit(images, np.zeros((12, 8, 8, 5)), verbose=0)",
        "auto.fit(grays, grays[..., None], verbose=0)",
        "auto.fit(grays[..., None], grays[..., None], verbose=0)",
        "auto.predict(grays[:2, ..., None])",
        "volume.predict(rng.rand(3, 4, 6, 6))",
        "volume.predict(rng.rand(3, 4, 6, 6, 1))",
        "volume.predict(rng.rand(1, 4, 6, 6))",
    ]),
    Group("sequences of vectors", '''
s_in = keras.Input((10, 3), name="steps")
lstm = net(s_in, L.Dense(2)(L.LSTM(4)(s_in)))
perstep = net(s_in, L.TimeDistributed(L.Dense(2))(L.GRU(4, return_sequences=True)(s_in)))
conv = net(s_in, L.Dense(1)(L.GlobalMaxPooling1D()(L.Conv1D(4, 3)(s_in))))
one_in = keras.Input((10, 1), name="signal")
signal = net(one_in, L.Dense(1)(L.LSTM(3)(one_in)))
var_in = keras.Input((None, 3), name="any_length")
varlen = net(var_in, L.Dense(2)(L.LSTM(4)(L.Masking()(var_in))))
both = net(s_in, L.Bidirectional(L.LSTM(2))(s_in))
att = net(s_in, L.Attention()([s_in, s_in]))
heads = net(s_in, L.MultiHeadAttention(2, 4)(s_in, s_in))
series = rng.rand(12, 10, 3).astype("float32")
waves = rng.rand(12, 10).astype("float32")
''', [
        "lstm.predict(series)",
        "lstm.predict(series[0:1])",
        "lstm.predict(series[:10])  # 10 rows of 10 steps",
        "lstm.predict(series[:3])  # 3 rows of 3 features",
        "lstm.fit(series, rng.rand(12, 2), verbose=0)",
        "perstep.predict(series)",
        "perstep.fit(series, rng.rand(12, 10, 2), verbose=0)",
        "perstep.fit(series, rng.rand(12, 10, 2), sample_weight=np.ones((12, 10)), verbose=0)",
        "conv.predict(series)",
        "conv.fit(series, rng.rand(12), verbose=0)",
        "signal.predict(waves)",
        "signal.predict(waves[..., None])",
        "signal.predict(waves[:1])",
        "signal.predict(waves[0].reshape(1, 10, 1))",
        "signal.fit(waves, waves.mean(1), verbose=0)",
        "signal(waves[:2, :, None])",
        "varlen.predict(series)",
        "varlen.predict(series[:, :4])",
        "varlen.predict(np.pad(series, ((0, 0), (0, 5), (0, 0))))",
        "varlen(series[:1, :1])",
        "both.predict(series)",
        "att.predict(series)",
        "heads.predict(series[:2])",
        "windows = np.stack([series[0, i:i + 4] for i in range(6)])\nvarlen.predict(windows)",
        ("history = series[0].copy()\nfor _ in range(3):\n"
        "    step = lstm.predict(history[None])\n"
        "    history = np.vstack([history[1:], np.append(step[0], 0)])"),
    ]),
    Group("stateful, fixed batch", '''
stateful = keras.Sequential([L.InputLayer(batch_input_shape=(4, 5, 2)) if keras.__version__ < "3"
                             else keras.Input(batch_shape=(4, 5, 2)),
                             L.LSTM(3, stateful=True), L.Dense(1)])
stateful.compile("sgd", "mse")
f_in = keras.Input((4,), batch_size=4)
fixed = net(f_in, L.Dense(2)(f_in))
x = rng.rand(12, 5, 2).astype("float32")
t = rng.rand(12, 4).astype("float32")
''', [
        "stateful.predict(x, batch_size=4)",
        "stateful.predict_on_batch(x[:4])",
        "stateful.fit(x, rng.rand(12), batch_size=4, shuffle=False, verbose=0)",
        "stateful(x[:4])",
        "for i in range(0, 12, 4):\n    stateful.train_on_batch(x[i:i + 4], np.zeros((4, 1)))",
        "fixed.predict(t, batch_size=4)",
        "fixed(t[:4])",
        "fixed.fit(t, np.zeros((12, 2)), batch_size=4, verbose=0)",
    ]),
    Group("Sequential, with and without Input", '''
declared = keras.Sequential([keras.Input((4,)), L.Dense(3, activation="relu"), L.Dense(2)])
bare = keras.Sequential([L.Dense(3, activation="relu"), L.Dense(2)])
flat = keras.Sequential([L.Flatten(), L.Dense(2)])
embed = keras.Sequential([L.Embedding(50, 4), L.GlobalAveragePooling1D(), L.Dense(2)])
for each in (declared, bare, flat, embed):
    each.compile("sgd", "mse")
t = rng.rand(12, 4).astype("float32")
ids = rng.randint(0, 50, (12, 7))
normal = L.LayerNormalization()
normed = keras.Sequential([L.BatchNormalization(), L.Dense(2)])
''', [
        "declared.predict(t)",
        "declared.predict(t[:1])",
        "declared(t)",
        "declared.fit(t, np.zeros((12, 2)), verbose=0)",
        "bare.predict(t)",
        "bare.predict(t[:1])",
        "bare.fit(t, np.zeros((12, 2)), verbose=0)",
        Only(KERAS2, "bare(rng.rand(3, 7, 4).astype('float32'))  # Dense: the last axis only"),
        "bare.predict(t)",
        "flat.predict(rng.rand(3, 2, 2))",
        "flat.predict(rng.rand(5, 2, 2))",
        "embed.predict(ids)",
        "embed.predict(ids[:, :3])",
        "embed.predict(ids[:1])",
        "embed.predict(ids[:, :1])",
        "embed.predict(np.zeros((2, 30), 'int32'))",
        "embed(ids[:7, :7])",
        "normed(t)",
        "normed.predict(t)",
    ]),
    Group("subclassed", '''
class Mlp(keras.Model):
    def __init__(self):
        super().__init__()
        self.one, self.two = L.Dense(5, activation="tanh"), L.Dense(2)
    def call(self, inputs, training=False):
        return self.two(self.one(inputs))
class Mix(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = L.Dense(2)
    def call(self, inputs):
        a, b = inputs
        return self.dense(tf.concat([a, b], -1))
class ByKey(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = L.Dense(2)
    def call(self, inputs):
        return self.dense(inputs["a"]) + self.dense(inputs["b"])
class Graph(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = L.Dense(2)
    def call(self, features, edges=None, scale=1.0):
        sums = tf.zeros_like(features)
        return self.dense(features + sums) * scale
class Lookup(keras.Model):
    def __init__(self):
        super().__init__()
        self.table = L.Embedding(9, 3)
    def call(self, who):
        return self.table(who)
class One(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = L.Dense(3)
    def call(self, inputs):
        return self.dense(tf.cast(inputs, tf.float32))
mlp, mlp2, mix, bykey, graph, lookup, one = (
    Mlp(), Mlp(), Mix(), ByKey(), Graph(), Lookup(), One())
mlp2.compile("sgd", "mse")
one.compile("sgd", "mse")
t = rng.rand(12, 4).astype("float32")
import pandas as pd
column = pd.Series(t[:, 0])
''', [
        "mlp(t)",
        "mlp(t[:1])",
        "mlp(t.reshape(3, 4, 4))  # the same layers on sequences",
        "mlp(t.reshape(1, 3, 4, 4))",
        "mlp(t)",
        "mlp2.fit(t.reshape(3, 4, 4), np.zeros((3, 4, 2)), verbose=0)",
        "mlp2.predict(t.reshape(3, 4, 4))",
        "mlp2(t)  # built on sequences, right for rows as well",
        "mix([t, t[:, :2]])",
        "mix((t, t[:, :2]))",
        "bykey({'a': t, 'b': t})",
        "bykey({'b': t, 'a': t, 'unused': np.zeros((3, 3), 'float32')})",
        "graph(t)",
        "graph(t, edges=np.zeros((30, 2), 'int32'))  # edges are no rows",
        "graph(t, np.zeros((30, 2), 'int32'), scale=2.0)",
        "graph(t, scale=tf.constant(0.5))",
        "lookup(np.array([1, 2, 3]))",
        "lookup(np.array([[1, 2], [3, 4]]))",
        "lookup(np.array([1, 2, 3, 4]))",
        "lookup.predict(np.array([[1, 2], [3, 4]]))",
        "one.fit(column, np.zeros((12, 3)), verbose=0)",
        "one.predict(column)",
        "one.predict(column[:5])",
        "one.evaluate(column, np.zeros((12, 3)), verbose=0)",
    ]),
    Group("several outputs, nested, shared", '''
t_in = keras.Input((4,), name="t")
h = L.Dense(5, activation="tanh")(t_in)
many = keras.Model(t_in, [L.Dense(1, name="price")(h), L.Dense(3, name="kind")(h)])
many.compile("sgd", ["mse", "mse"])
named = keras.Model(t_in, {"price": L.Dense(1, name="p")(h), "kind": L.Dense(3, name="k")(h)})
encoder = keras.Model(t_in, h)
inner = keras.Sequential([keras.Input((5,)), L.Dense(2)])
outer = net(t_in, inner(encoder(t_in)))
left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
siamese = net([left, right], L.Dot(axes=-1, normalize=True)([encoder(left), encoder(right)]))
u_in, i_in = keras.Input((1,), name="user"), keras.Input((1,), name="item")
recommend = net([u_in, i_in], L.Flatten()(L.Dot(axes=-1)(
    [L.Embedding(20, 3)(u_in), L.Embedding(20, 3)(i_in)])))
text_in, num_in = keras.Input((6,), dtype="int32", name="text"), keras.Input((2,), name="num")
wide = net({"text": text_in, "num": num_in}, L.Dense(1)(L.Concatenate()(
    [L.Flatten()(L.Embedding(20, 2)(text_in)), num_in])))
scalar = net(t_in, L.Reshape(())(L.Dense(1)(t_in)))
t = rng.rand(12, 4).astype("float32")
text, num = rng.randint(0, 20, (12, 6)), rng.rand(12, 2).astype("float32")
users, items = rng.randint(0, 20, 12), rng.randint(0, 20, 12)
''', [
        "many.predict(t)",
        "price, kind = many.predict(t, batch_size=5)",
        "many(t)",
        "many.fit(t, [t[:, :1], t[:, :3]], verbose=0)",
        "many.fit(t, [t[:, 0], t[:, :3]], verbose=0)",
        "many.evaluate(t, [t[:, :1], t[:, :3]], verbose=0)",
        "named.predict(t)",
        "named(t)['price']",
        "encoder.predict(t)",
        "outer.predict(t)",
        "inner.predict(encoder.predict(t))",
        "inner(encoder(t))",
        "siamese.predict([t, t[::-1]])",
        "siamese.predict([t[:1], t[1:2]])",
        "siamese.predict([np.repeat(t[:1], 12, 0), t])",
        "siamese([t, t])",
        "recommend.predict([users, items])",
        "recommend.predict([users[:, None], items[:, None]])",
        "recommend.predict([np.full(20, 3), np.arange(20)])",
        "recommend.predict({'user': users, 'item': items})",
        "recommend.fit([users, items], rng.rand(12), verbose=0)",
        "recommend.predict([np.array([3]), np.array([7])])",
        "wide.predict({'text': text, 'num': num})",
        "wide.predict({'num': num, 'text': text})",
        "wide({'text': text[:1], 'num': num[:1]})",
        "wide.fit({'text': text, 'num': num}, num[:, 0], verbose=0)",
        "wide.predict(tf.data.Dataset.from_tensor_slices({'text': text, 'num': num}).batch(5))",
        "scalar.predict(t)",
        "scalar.predict(t, batch_size=5)",
        "scalar.fit(t, t[:, 0], verbose=0)",
        "scalar(t[:1])",
    ]),
    Group("labels and weights", '''
t_in = keras.Input((4,))
classes = keras.Model(t_in, L.Dense(3, activation="softmax")(t_in))
classes.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
onehot = keras.Model(t_in, L.Dense(3, activation="softmax")(t_in))
onehot.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
binary = keras.Model(t_in, L.Dense(1, activation="sigmoid")(t_in))
binary.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
t = rng.rand(12, 4).astype("float32")
k = rng.randint(0, 3, 12)
import pandas as pd
''', [
        "classes.fit(t, k, verbose=0)",
        "classes.fit(t, k[:, None], verbose=0)",
        "classes.fit(t, k, class_weight={0: 1.0, 1: 2.0, 2: 1.0}, verbose=0)",
        "classes.fit(t, pd.Series(k), verbose=0)",
        "classes.train_on_batch(t, k)",
        "classes.train_on_batch(t, k, class_weight={0: 1.0, 1: 2.0, 2: 1.0})",
        "classes.predict(t).argmax(-1)",
        "onehot.fit(t, np.eye(3)[k], verbose=0)",
        "onehot.evaluate(t, np.eye(3)[k], verbose=0)",
        "onehot.fit(t, pd.get_dummies(pd.Series(k)).to_numpy('float32'), verbose=0)",
        "binary.fit(t, k > 1, verbose=0)",
        "binary.fit(t, (k > 1).astype('float32')[:, None], verbose=0)",
        "binary.fit(t, (k > 1).astype(int), class_weight={0: 1.0, 1: 5.0}, verbose=0)",
        ("binary.fit(t[:8], (k[:8] > 1).astype(int), validation_data=(t[8:], (k[8:] > 1) * 1), "
        "verbose=0)"),
        "classes.fit(t, np.array(k.tolist()), verbose=0)",
    ]),
    Group("outputs that look alike", '''
t_in = keras.Input((4,))
saturated = net(t_in, L.Dense(
    5, activation="sigmoid", bias_initializer=keras.initializers.Constant(99.0))(t_in))
certain = net(t_in, L.Dense(5, activation="softmax", bias_initializer=lambda shape, dtype=None:
                            tf.constant([0.0, 0, 999, 0, 0]))(t_in))
dead = net(t_in, L.Dense(5, activation="relu", kernel_initializer="ones",
                         bias_initializer=keras.initializers.Constant(-99.0))(t_in))
uniform = net(t_in, L.Dense(5, activation="softmax", kernel_initializer="zeros")(t_in))
deadinside = net(t_in, L.Dense(5, activation="softmax")(L.Dense(
    8, activation="relu", kernel_initializer="ones",
    bias_initializer=keras.initializers.Constant(-99.0))(t_in)))
ok = net(t_in, L.Dense(5)(t_in))
bins_in = keras.Input((1,), dtype="int32")
bins = net(bins_in, L.Flatten()(L.Embedding(4, 6)(bins_in // 100)))
t = rng.rand(12, 4).astype("float32")
''', [
        "saturated.predict(t)",
        "saturated(t)",
        "certain.predict(t)",
        "dead.predict(t)",
        "dead.predict(t, batch_size=5)",
        "uniform.predict(t)",
        "deadinside.predict(t)",
        "ok.predict(np.repeat(t[:1], 5, 0))",
        "ok.predict(np.zeros((5, 4)))",
        "ok.predict(np.ones((1, 4)))",
        "ok.predict(1 + np.arange(20).reshape(5, 4) * 1e-12)  # equal as float32",
        "ok.predict(np.tile(t, (2, 1)))",
    ]),
    Group("rows changed on purpose", '''
class Fold(L.Layer):
    def call(self, z):
        return tf.reshape(z, (-1, 2))
class Tile(L.Layer):
    def call(self, z):
        return tf.repeat(z, 3, axis=0)
class Mean(L.Layer):
    def call(self, z):
        return tf.reduce_mean(z)
t_in = keras.Input((4,))
fold, tile, mean = (keras.Model(t_in, layer()(t_in)) for layer in (Fold, Tile, Mean))
t = rng.rand(12, 4).astype("float32")
dense = keras.Model(t_in, L.Dense(2)(t_in))
dense.compile("sgd", "mse")
''', [
        "fold(t)",
        "tile(t)",
        "mean(t)",
        "tf.reshape(fold(t), (12, 2, 2))",
        "dense.predict(t, batch_size=4, steps=2)  # the first 8 rows are asked for",
        "dense.predict(tf.data.Dataset.from_tensor_slices(t).batch(4), steps=2)",
        "dense.predict(tf.data.Dataset.from_tensor_slices(t).batch(4).repeat(), steps=5)",
    ]),
    Group("training loops", TABLE + IDS + '''
optimizer = keras.optimizers.SGD(0.1)
loss = keras.losses.MeanSquaredError()
@tf.function
def step(rows, labels):
    with tf.GradientTape() as tape:
        error = loss(labels, dense(rows, training=True))
    grads = tape.gradient(error, dense.trainable_variables)
    return error, grads
@tf.function
def graph(rows):
    return dense(rows)
@tf.function(input_signature=[tf.TensorSpec((None, None), tf.float32)])
def relaxed(rows):
    return dense(tf.ensure_shape(rows, (None, 4)))
@tf.function(input_signature=[tf.TensorSpec(None, tf.float32)])
def anything(rows):
    return dense(tf.reshape(rows, (-1, 4)))
class Custom(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = L.Dense(3)
    def call(self, z):
        return self.dense(z)
    def train_step(self, data):
        rows, labels = data
        with tf.GradientTape() as tape:
            error = tf.reduce_mean((self(rows, training=True) - labels) ** 2)
        tape.gradient(error, self.trainable_variables)
        return {"loss": error}
custom = Custom()
custom.compile("sgd", "mse")
noise = keras.Sequential([keras.Input((2,)), L.Dense(4)])
judge_in = keras.Input((4,))
critic = net(judge_in, L.Dense(1)(judge_in))
gan_in = keras.Input((2,))
gan = net(gan_in, critic(noise(gan_in)))
''', [
        "step(t, y)",
        "step(tf.constant(t[:5]), tf.constant(y[:5]))",
        "for i in range(3):\n    step(t[i * 4:i * 4 + 4], y[i * 4:i * 4 + 4])",
        "graph(tf.constant(t))",
        "relaxed(tf.constant(t))",
        "anything(tf.constant(t[0]))",
        "custom.fit(t, y, verbose=0)",
        "custom.predict(t)",
        "noise(tf.random.normal((5, 2)))",
        "critic(noise(tf.random.normal((5, 2))))",
        "gan.predict(rng.rand(6, 2))",
        ("critic.train_on_batch(np.vstack([t, noise(rng.rand(12, 2))]), np.r_[np.ones(12),"
        " np.zeros(12)])"),
        "gan.train_on_batch(rng.rand(8, 2), np.ones((8, 1)))",
        ("with tf.GradientTape() as tape:\n    z = tf.constant(t[:1])\n    tape.watch(z)\n"
        "    out = dense(z)\ntape.gradient(out, z)"),
        "tf.vectorized_map(lambda row: dense(row[None])[0], tf.constant(t))",
        "keras.Model(dense.input, dense.layers[-2].output).predict(t)",
        "keras.Sequential([keras.Input((4,)), dense, L.Dense(1)]).predict(t)",
        "keras.models.clone_model(dense).predict(t)",
        "words.predict(x) @ np.ones((4, 1))",
    ]),
    Group("Hugging Face", '''
from transformers import (BertConfig, TFBertModel, TFBertForSequenceClassification,
    TFBertForMaskedLM, TFBertForMultipleChoice, TFBertForTokenClassification, GPT2Config,
    TFGPT2Model, T5Config, TFT5EncoderModel)
small = dict(vocab_size=100, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
             intermediate_size=16, max_position_embeddings=32)
bert = TFBertModel(BertConfig(**small))
classifier = TFBertForSequenceClassification(BertConfig(num_labels=3, **small))
lm, choice, tagger = (kind(BertConfig(**small)) for kind in (
    TFBertForMaskedLM, TFBertForMultipleChoice, TFBertForTokenClassification))
t5 = TFT5EncoderModel(T5Config(vocab_size=100, d_model=16, d_kv=8, d_ff=16, num_layers=1,
                               num_heads=2))
gpt = TFGPT2Model(GPT2Config(vocab_size=100, n_embd=16, n_layer=2, n_head=2, n_positions=32))
ids = rng.randint(1, 100, (3, 16)).astype("int32")
mask = (np.arange(16) < np.array([[16], [9], [4]])).astype("int32")
types = np.zeros_like(ids)
t_ids, t_mask, t_types = map(tf.constant, (ids, mask, types))
enc = {"input_ids": t_ids, "attention_mask": t_mask, "token_type_ids": t_types}
a_in = keras.Input((16,), dtype="int32", name="input_ids")
b_in = keras.Input((16,), dtype="int32", name="attention_mask")
states = bert(a_in, attention_mask=b_in)
wrapped = keras.Model([a_in, b_in], [states[0], states[1]])
cls = keras.Model([a_in, b_in], L.Dense(1)(states[0][:, 0]))
cls.compile("sgd", "mse")
''', [
        "bert(t_ids)",
        "bert(ids)",
        "bert(ids[:1])",
        "bert([t_ids])",
        "bert([t_ids, t_mask])",
        "bert([t_ids, t_mask, t_types])",
        "bert(t_ids, attention_mask=t_mask)",
        "bert(t_ids, t_mask)",
        "bert(t_ids, t_mask, t_types)",
        "bert(input_ids=t_ids, attention_mask=t_mask, token_type_ids=t_types)",
        "bert(enc)",
        "bert(**enc)",
        "bert({'attention_mask': t_mask, 'input_ids': t_ids})",
        "bert(enc, training=False)",
        "bert(t_ids, output_hidden_states=True, return_dict=True)",
        "bert(t_ids, return_dict=False)",
        "bert(t_ids, position_ids=tf.range(16)[None])  # one row of positions for all",
        Only(AFTER_2_6, "bert(t_ids, position_ids=tf.constant(np.tile(np.arange(16), (3, 1))))"),
        "bert(None, inputs_embeds=tf.random.normal((3, 16, 16)), attention_mask=t_mask)",
        "t5(t_ids, attention_mask=t_mask)",
        "t5(t_ids, attention_mask=tf.ones((3, 16, 16)))  # (rows, from, to)",
        "t5(input_ids=t_ids, attention_mask=tf.linalg.band_part(tf.ones((3, 16, 16)), -1, 0))",
        "bert(t_ids, attention_mask=t_mask[..., None])  # (rows, tokens, 1) is taken as well",
        "bert(t_ids[:, :1])  # one token of each row, cut out on purpose",
        "bert(t_ids[:, 0:1], attention_mask=t_mask[:, 0:1])",
        "gpt(tf.fill((3, 1), 50))  # each row begins with the same token",
        "bert(t_ids[:, :5], attention_mask=t_mask[:, :5])",
        "bert(t_ids[:1, :1])",
        "for n in (4, 9, 16):\n    bert(t_ids[:, :n])",
        "bert(tf.constant([[5, 6, 7]]))",
        "bert(t_ids)[0][:, 0]",
        "bert.predict(ids)",
        "bert.predict([ids, mask])",
        "bert.predict({'input_ids': ids, 'attention_mask': mask})",
        "bert.predict(dict(enc))",
        "bert.predict(tf.data.Dataset.from_tensor_slices(dict(enc)).batch(2))",
        "classifier(t_ids, labels=tf.constant([0, 1, 2]))",
        "classifier(t_ids, attention_mask=t_mask, labels=tf.constant([[0], [1], [2]]))",
        "classifier({**enc, 'labels': tf.constant([0, 1, 2])})",
        "classifier.predict(ids)",
        "lm(t_ids, labels=t_ids)",
        "tagger(t_ids, labels=tf.zeros_like(t_ids))",
        "choice(tf.constant(np.stack([ids, ids], 1)))  # (rows, choices, tokens)",
        "choice(tf.constant(np.stack([ids, ids], 1)), labels=tf.constant([0, 1, 0]))",
        "gpt(t_ids)",
        "gpt(t_ids, attention_mask=t_mask)",
        Only(AFTER_2_6, "seen = gpt(t_ids, use_cache=True)\n"
                        "gpt(t_ids[:, -1:], past_key_values=seen.past_key_values)"),
        "wrapped.predict([ids, mask])",
        "wrapped.predict([ids[0:1], mask[0:1]])",
        "wrapped([t_ids, t_mask])",
        "cls.predict([ids, mask])",
        "cls.fit([ids, mask], np.zeros(3), verbose=0)",
        "cls.fit({'input_ids': ids, 'attention_mask': mask}, np.zeros((3, 1)), verbose=0)",
    ], only=KERAS2),
]

# Written later, by someone who tried to make the rules wrong.
GROUPS += [
    Group("strange shapes", TABLE + NUMBER + '''
z_in = keras.Input((), name="scalar")
scalar_in = net(z_in, L.Dense(2)(L.Reshape((1,))(z_in)))
s_in, v_in = keras.Input((), name="weight"), keras.Input((4,), name="vector")
weighted = net([s_in, v_in], L.Dense(2)(L.Concatenate()([L.Reshape((1,))(s_in), v_in])))
deep_in = keras.Input((1, 1, 1), name="deep")
deep = net(deep_in, L.Dense(2)(L.Flatten()(deep_in)))
step_in = keras.Input((1, 4), name="one_step")
onestep = net(step_in, L.LSTM(2)(step_in))
col_in = keras.Input((4, 1), name="col")
column = net(col_in, L.Dense(2)(L.Flatten()(col_in)))
row_in = keras.Input((None, 1), name="signal")
anysignal = net(row_in, L.LSTM(2)(row_in))
free_in = keras.Input((None,), name="free")
total = net(free_in, L.Lambda(lambda z: tf.reduce_sum(z, axis=1, keepdims=True),
                              output_shape=(1,))(free_in))
str_in = keras.Input((1,), dtype="string", name="text")
texts = keras.Model(str_in, L.Lambda(lambda z: tf.strings.length(z), output_shape=(1,))(str_in))
''', [
        "scalar_in.predict(n)",
        "scalar_in.predict(n[:1])",
        "scalar_in(tf.constant(n))",
        "scalar_in.predict(n[:, None])  # a trailing 1 is squeezed",
        "weighted.predict([n, t])",
        "weighted.predict({'weight': n, 'vector': t})",
        "weighted([n[:1], t[:1]])",
        "deep.predict(rng.rand(5, 1, 1, 1))",
        "deep.predict(rng.rand(5, 1, 1))",
        "onestep.predict(t[:, None, :])",
        "onestep.predict(t.reshape(-1, 1, 4))",
        "onestep.predict(t[:1, None])",
        "column.predict(t)",
        "column.predict(t[..., None])",
        "column.predict(t[:1])",
        "column.predict(t[0].reshape(1, 4, 1))",
        "anysignal.predict(t)  # 12 signals of 4 steps",
        "anysignal.predict(t[:1])",
        "anysignal.predict(rng.rand(6, 9, 1))",
        "anysignal.predict(rng.rand(1, 9, 1))",
        "total.predict(t)",
        "total.predict(t[:, :1])",
        "total.predict(t[:4])",
        "total.predict(np.ones((30, 1)))  # any width, and no text: one number a row",
        "texts.predict(tf.constant([['a'], ['bcd']]))",
        "texts(tf.constant([['a'], ['bcd']]))",
        "dense.predict(np.broadcast_to(t[0], (5, 4)))",
        "dense.predict(np.array(t.tolist()))",
        "dense.predict(np.matrix(t))",
        "dense.predict(t[np.newaxis][0])",
        "dense.predict(np.ascontiguousarray(t.T).T)",
        "dense.predict(t.reshape(-1, 2, 2).reshape(-1, 4))",
        "dense.predict(np.vstack([t[0], t[1]]))",
        "dense.predict(np.atleast_2d(t[0]))",
        "dense.predict(np.r_['0,2', t[0], t[1]])",
        "dense.predict(np.lib.stride_tricks.as_strided(t, (3, 4), t.strides))",
        "dense.predict(t.astype('float16'))",
        "dense.predict(np.full((12, 4), np.nan))",
        "dense.predict(tf.sparse.to_dense(tf.sparse.from_dense(t)))",
        "dense.predict(tf.RaggedTensor.from_tensor(t).to_tensor())",
    ]),
    Group("strange calls", TABLE + IDS + PAIR.replace("y = ", "y4 = ") + '''
import functools
wide_in = keras.Input((12,), name="wide")
square = net(wide_in, L.Dense(12)(wide_in))
q = rng.rand(12, 12).astype("float32")
deep_list = net([[a_in], [b_in]] if keras.__version__ >= "3" else [a_in, b_in], L.Dense(4)(
    L.GlobalAveragePooling1D()(both)))
class Wrapper:
    def __init__(self, model):
        self.model = model
    def __call__(self, rows):
        return self.model(rows)
    def predict(self, rows, **how):
        return self.model.predict(np.atleast_2d(rows), **how)
wrapper = Wrapper(dense)
class Doubled(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = L.Dense(3)
    def call(self, z):
        return self.dense(z)
    def predict(self, rows, *args, **kwargs):
        return super().predict(np.atleast_2d(rows), *args, **kwargs)
doubled = Doubled()
class Scored(keras.Model):
    def call(self, inputs):
        queries, keys = inputs
        return tf.matmul(queries, keys, transpose_b=True)
scored = Scored()
class Maybe(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = L.Dense(3)
    def call(self, z, extra=None, lengths=None):
        out = self.dense(z)
        return out if extra is None else out + extra
maybe = Maybe()
''', [
        "square.predict(q)",
        "square.predict(q.T)",
        "square(q[:1])",
        "square.fit(q, q, verbose=0)",
        "predict = dense.predict\npredict(t)",
        "functools.partial(dense.predict, verbose=0)(t)",
        "list(map(dense, [t[:2], t[2:5]]))",
        "wrapper(t[:3])",
        "wrapper.predict(t[0], verbose=0)  # the wrapper adds the axis",
        "doubled.predict(t[:2])",
        "getattr(dense, 'predict')(t)",
        "keras.Model.predict(dense, t)",
        "dense.__call__(t)",
        "dense.predict(*[t])",
        "dense.predict(**{'x': t})",
        "dense.predict(*(t, 4))",
        "exec('dense.predict(t)')",
        "eval('dense(t[:1])')",
        "(dense if len(t) else square).predict(t)",
        "[dense, dense][0].predict(t)",
        "dense.predict((lambda rows: rows)(t))",
        "dense.predict(t\n              [:3])",
        "pair.predict([ids, np.ones_like(ids)])",
        "pair.predict([np.zeros_like(ids), mask])",
        "pair.predict([ids] + [mask])",
        "pair.predict([ids, mask][:])",
        "pair.predict(dict(zip(['input_ids', 'attention_mask'], data_x)))",
        "pair.predict([ids[:1].repeat(5, 0), mask[:1].repeat(5, 0)])",
        "pair([tf.constant(ids[0:1]), tf.ones((1, 16), tf.int32)])",
        "pair.predict(tf.data.Dataset.from_tensor_slices(((ids, mask),)).batch(5))",
        ("pair.predict(tf.data.Dataset.zip((tf.data.Dataset.from_tensor_slices((ids, mask)),))"
        ".batch(5))"),
        "pair.fit(tf.data.Dataset.from_tensor_slices(((ids, mask), y4)).batch(5), verbose=0)",
        "pair.predict((((ids[i:i + 4], mask[i:i + 4]),) for i in (0, 4)), steps=2)",
        ("pair.fit((((ids[i:i + 4], mask[i:i + 4]), y4[i:i + 4]) for i in (0, 4)),"
        " steps_per_epoch=2, verbose=0)"),
        "scored([t[:5], t])  # 5 queries, 12 keys",
        "scored((t, t[:1]))",
        "maybe(t)",
        "maybe(t, extra=np.ones(3, 'float32'))",
        "maybe(t, extra=tf.constant(1.0))",
        "maybe(t, lengths=np.array([3, 1, 2]))",
        "maybe(t, np.zeros((1, 3), 'float32'))",
        "words.predict(np.where(x > 50, 0, x))",
        "words.predict(np.pad(x[:, :9], ((0, 0), (0, 7))))",
        "words.predict(x * 0)",
        "words.predict(x[np.argsort(x[:, 0])])",
        ("words.predict(tf.keras.preprocessing.sequence.pad_sequences([[1, 2], [3]], maxlen=16)"
        " if hasattr(tf.keras, 'preprocessing') else x)"),
        "before = dense.predict(t)\ndense.fit(t, y, verbose=0)\nafter = dense.predict(t)",
        "outer = keras.Model(t_in, L.Dense(1)(dense(t_in)))\nouter.predict(t)",
        "try:\n    dense.predict(t)\nfinally:\n    dense(t[:1])",
        "with tf.device('CPU:0'):\n    dense.predict(t)",
        ("import threading\nwork = threading.Thread(target=lambda: dense(t))\nwork.start()\n"
        "work.join()"),
    ]),
    Group("rows alike by right", '''
c_in = keras.Input((3,), name="c")
class Fixed(L.Layer):
    def call(self, z):
        return tf.argsort(tf.stack([z[:, 0] * 0 + i for i in (3.0, 1.0, 2.0)], 1))
ranks = keras.Model(c_in, Fixed()(c_in))
plain = keras.Model(c_in, L.Dense(4)(c_in))
ignoring = keras.Model({"a": c_in, "b": keras.Input((3,), name="b")}, L.Dense(4)(c_in))
constant = L.Lambda(lambda z: z * 0 + tf.constant([1.0, 2.0, 3.0]))
both = keras.Model(c_in, [plain(c_in), constant(c_in)])
c = rng.rand(12, 3).astype("float32")
same = np.repeat(c[:1], 12, 0)
''', [
        "ranks.predict(c)  # the same order for all, in whole numbers",
        "ranks(c)",
        "plain.predict(same)",
        "plain.predict(np.repeat(c[:3], 4, 0), batch_size=4)  # four views of each row",
        "plain.predict(np.repeat(c[:3], 8, 0), batch_size=4)",
        "plain.predict(np.repeat(c[:2], 6, 0))",
        "plain.predict(np.full((12, 3), 0.5) + np.linspace(0, 1e-10, 12)[:, None])",
        "both.predict(c)  # one output knows the row",
        "plain.predict({'c': same, 'number': np.arange(12)})",
        "plain(same)",
        "plain.predict_on_batch(same)",
    ]),
]
