import tensorflow as tf
from transformers import BertConfig, TFBertModel

config = BertConfig(vocab_size=8000, hidden_size=64, num_hidden_layers=2, num_attention_heads=2,
                    intermediate_size=128, max_position_embeddings=256)
model = TFBertModel(config)
ids = tf.random.uniform((2, 200), maxval=8000, dtype=tf.int32)
mask = tf.ones_like(ids)
print(model(ids, attention_mask=mask).last_hidden_state.shape)
