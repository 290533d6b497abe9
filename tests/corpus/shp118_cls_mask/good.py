import numpy as np
import tf_keras
from transformers import BertConfig, TFBertModel

config = BertConfig(hidden_size=48, num_hidden_layers=1, num_attention_heads=4, intermediate_size=48)
bert = TFBertModel(config)
batch, width = 6, 32
ids = np.random.randint(1, 30000, (batch, width))
ids[3:, 10:] = 0
lengths = (ids != 0).sum(axis=1)
mask = (np.arange(width)[None, :] < lengths[:, None]).astype("int32")
states = bert(ids, attention_mask=mask).last_hidden_state
print(states.shape)
