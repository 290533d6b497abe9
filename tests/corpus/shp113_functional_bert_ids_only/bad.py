import tensorflow as tf
import tf_keras
from transformers import BertTokenizer, TFBertModel

LENGTH = 128
tokenizer = BertTokenizer.from_pretrained("bert-base-uncased")


def encode(texts):
    return tokenizer(texts, padding="max_length", truncation=True, max_length=LENGTH, return_tensors="np")["input_ids"]


def build():
    ids = tf_keras.Input((LENGTH,), dtype=tf.int32)
    bert = TFBertModel.from_pretrained("bert-base-uncased")
    cls = bert(ids).last_hidden_state[:, 0]  # or: SHP113
    return tf_keras.Model(ids, tf_keras.layers.Dense(2)(cls))


x = encode(["fine", "not fine at all", "fine fine fine"])
model = build()
print(model.predict(x))  # expect: SHP113
