"""Classify news with a small transformer block; own layers, own positions."""
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

VOCAB_SIZE = 10000
MAXLEN = 120
EMBED_DIM = 32
NUM_HEADS = 2
FF_DIM = 32
CLASSES = 46


class TransformerBlock(layers.Layer):
    def __init__(self, embed_dim, num_heads, ff_dim, rate=0.1):
        super().__init__()
        self.att = layers.MultiHeadAttention(num_heads=num_heads, key_dim=embed_dim)
        self.ffn = keras.Sequential([
            layers.Dense(ff_dim, activation="relu"),
            layers.Dense(embed_dim),
        ])
        self.layernorm1 = layers.LayerNormalization(epsilon=1e-6)
        self.layernorm2 = layers.LayerNormalization(epsilon=1e-6)
        self.dropout1 = layers.Dropout(rate)
        self.dropout2 = layers.Dropout(rate)

    def call(self, inputs, training=False):
        attn_output = self.att(inputs, inputs)
        attn_output = self.dropout1(attn_output, training=training)
        out1 = self.layernorm1(inputs + attn_output)
        ffn_output = self.ffn(out1)
        ffn_output = self.dropout2(ffn_output, training=training)
        return self.layernorm2(out1 + ffn_output)


class TokenAndPositionEmbedding(layers.Layer):
    def __init__(self, maxlen, vocab_size, embed_dim):
        super().__init__()
        self.token_emb = layers.Embedding(input_dim=vocab_size, output_dim=embed_dim)
        self.pos_emb = layers.Embedding(input_dim=maxlen, output_dim=embed_dim)

    def call(self, x):
        maxlen = tf.shape(x)[-1]
        positions = tf.range(start=0, limit=maxlen, delta=1)
        return self.token_emb(x) + self.pos_emb(positions)


def load():
    (x_train, y_train), (x_test, y_test) = keras.datasets.reuters.load_data(num_words=VOCAB_SIZE, test_split=0.2)
    x_train = keras.utils.pad_sequences(x_train, maxlen=MAXLEN)
    x_test = keras.utils.pad_sequences(x_test, maxlen=MAXLEN)
    return x_train, y_train, x_test, y_test


def multi_hot(rows, size):
    out = np.zeros((len(rows), size), dtype="float32")
    for i, row in enumerate(rows):
        out[i, row] = 1.0
    return out


def build_transformer():
    inputs = layers.Input(shape=(MAXLEN,))
    x = TokenAndPositionEmbedding(MAXLEN, VOCAB_SIZE, EMBED_DIM)(inputs)
    x = TransformerBlock(EMBED_DIM, NUM_HEADS, FF_DIM)(x)
    x = layers.GlobalAveragePooling1D()(x)
    x = layers.Dropout(0.1)(x)
    x = layers.Dense(20, activation="relu")(x)
    outputs = layers.Dense(CLASSES, activation="softmax")(x)
    return keras.Model(inputs=inputs, outputs=outputs)


def build_bag():
    return keras.Sequential([
        layers.Dense(64, activation="relu", input_shape=(VOCAB_SIZE,)),
        layers.Dense(CLASSES, activation="softmax"),
    ])


def build_conv(sizes=(3, 4, 5)):
    inputs = keras.Input((MAXLEN,), dtype="int64")
    x = layers.Embedding(VOCAB_SIZE, EMBED_DIM)(inputs)
    pooled = []
    for size in sizes:
        c = layers.Conv1D(16, size, activation="relu")(x)
        pooled.append(layers.GlobalMaxPooling1D()(c))
    x = layers.concatenate(pooled)
    return keras.Model(inputs, layers.Dense(CLASSES)(x))


def main():
    x_train, y_train, x_test, y_test = load()
    print(x_train.shape, x_test.shape)

    model = build_transformer()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, batch_size=32, epochs=1, validation_data=(x_test, y_test))
    probs = model.predict(x_test[:64])
    print(np.argmax(probs, axis=1)[:10], y_test[:10], probs.sum(axis=1)[:3])

    bag = build_bag()
    bag.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"])
    y_onehot = keras.utils.to_categorical(y_train, CLASSES)
    bag.fit(multi_hot(x_train[:1000], VOCAB_SIZE), y_onehot[:1000], epochs=1)
    story = x_test[5]
    print(bag.predict(multi_hot([story], VOCAB_SIZE)).argmax())

    conv = build_conv()
    conv.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    conv.fit(x_train[:500], y_train[:500], epochs=1, verbose=0)
    logits = conv.predict(x_test[:1])
    print(tf.nn.softmax(logits)[0].numpy().max())


main()
