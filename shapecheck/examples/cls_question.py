"""The founding question, as somebody would write it: the CLS of each row from a BERT.

A small TFBertModel with random, seeded weights stands in for the real one; nothing is
downloaded. `shapecheck model-inputs` without arguments runs this under its own eyes.
"""
import random

import numpy as np
import tensorflow as tf
from transformers import BertConfig, TFBertModel

try:
    import tf_keras as keras  # Keras 2 beside TF >= 2.16, which transformers needs
except ImportError:
    keras = tf.keras  # old TF

WIDTH, ROWS, HIDDEN, CLS, SEP = 256, 3, 64, 101, 102


def build():
    """The model: two inputs of 256 tokens, the outputs of BERT."""
    random.seed(0)  # Keras draws the seeds of its initializers from here
    tf.random.set_seed(0)
    config = BertConfig(vocab_size=1000, hidden_size=HIDDEN, num_hidden_layers=2,
                        num_attention_heads=4, intermediate_size=128, initializer_range=0.2,
                        max_position_embeddings=WIDTH)
    bert = TFBertModel(config, name="bert")
    input_ids = keras.Input(shape=(WIDTH,), dtype="int32", name="input_ids")
    attention_mask = keras.Input(shape=(WIDTH,), dtype="int32", name="attention_mask")
    states = bert(input_ids, attention_mask=attention_mask)
    return keras.Model([input_ids, attention_mask], [states[0], states[1]], name="bert_cls")


def data():
    """data_x (2, 3, 256): token ids and attention masks of three padded sentences."""
    rng = np.random.RandomState(0)
    ids = np.zeros((ROWS, WIDTH), "int32")
    mask = np.zeros((ROWS, WIDTH), "int32")
    for row, length in enumerate((12, 200, 256)):
        ids[row, :length] = rng.randint(200, 1000, length)
        ids[row, 0], ids[row, length - 1] = CLS, SEP
        mask[row, :length] = 1
    return np.stack([ids, mask])


def asked(model, data_x):
    """What the question did: one row without its batch axis."""
    return model.predict([data_x[0][0], data_x[1][0]])


def twin(model, data_x, row):
    """The same mistake in a form that every version accepts: the axis at the wrong end."""
    return model.predict([data_x[0][row][:, None], data_x[1][row][:, None]])


def mended(model, data_x):
    """Right: a slice keeps the batch axis."""
    return model.predict([data_x[0][0:1], data_x[1][0:1]])


def one_row(model, data_x, row):
    """The same for any row."""
    return model.predict([data_x[0][row:row + 1], data_x[1][row:row + 1]])


def all_rows(model, data_x):
    """Right: the whole batch."""
    return model.predict([data_x[0], data_x[1]])
