import numpy as np
import tf_keras as keras
import tensorflow as tf
from transformers import TFBertModel, BertTokenizerFast

MAX_LEN = 256
tokenizer = BertTokenizerFast.from_pretrained("bert-base-uncased")


def encode(sentences):
    enc = tokenizer(sentences, max_length=MAX_LEN, padding="max_length", truncation=True)
    return [np.array(enc["input_ids"]), np.array(enc["attention_mask"])]


def build():
    encoder = TFBertModel.from_pretrained("bert-base-uncased")
    ids = keras.layers.Input(shape=(MAX_LEN,), dtype=tf.int32, name="ids")
    mask = keras.layers.Input(shape=(MAX_LEN,), dtype=tf.int32, name="mask")
    hidden = encoder(ids, attention_mask=mask).last_hidden_state
    return keras.Model([ids, mask], hidden)


data_x = encode(["good film", "bad film", "no film at all"])
model = build()
first = model.predict([data_x[0][0], data_x[1][0]])  # expect: SHP101
print(first.shape)
