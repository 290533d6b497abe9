# Masks that look odd and are right: (B, W), float, boolean, of ones.
import numpy as np
import tensorflow as tf
from transformers import BertConfig, TFBertModel

config = BertConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
bert = TFBertModel(config)
ids = np.array([[101, 2054, 2003, 102, 0, 0], [101, 2023, 102, 0, 0, 0]])
for mask in ((ids > 0).astype("int32"), tf.cast(ids != 0, tf.float32), np.ones((2, 6), dtype="int64")):
    print(bert(ids, attention_mask=mask)[0].shape)
