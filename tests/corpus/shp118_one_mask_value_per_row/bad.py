import tensorflow as tf
from transformers import BertTokenizer, TFBertModel

tok = BertTokenizer.from_pretrained("bert-base-uncased")
bert = TFBertModel.from_pretrained("bert-base-uncased")
batch = tok(["one", "two words", "three words here"], padding=True, return_tensors="tf")
lengths = tf.reduce_sum(batch["attention_mask"], axis=1, keepdims=True)
mask = tf.cast(lengths > 0, tf.int32)
out = bert(batch["input_ids"], attention_mask=mask)  # expect: SHP118
print(out.last_hidden_state[:, 0])
