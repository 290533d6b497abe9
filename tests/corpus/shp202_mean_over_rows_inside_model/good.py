import numpy as np
import tensorflow as tf
import tf_keras
from transformers import BertConfig, TFBertModel

MAX = 32


class Encoder(tf_keras.Model):
    def __init__(self):
        super().__init__()
        self.bert = TFBertModel(BertConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32))

    def call(self, inputs):
        ids, mask = inputs
        hidden = self.bert(ids, attention_mask=mask)[0]
        return hidden[:, 0]


ids = np.random.randint(1, 30000, (20, MAX))
mask = np.ones((20, MAX), dtype="int32")
vectors = Encoder().predict([ids, mask], batch_size=4)
print(vectors.shape)
