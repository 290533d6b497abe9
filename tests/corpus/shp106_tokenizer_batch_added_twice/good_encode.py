import tensorflow as tf
from transformers import AutoTokenizer, TFAutoModel

name = "distilbert-base-uncased"
tokenizer = AutoTokenizer.from_pretrained(name)
model = TFAutoModel.from_pretrained(name)

enc = tokenizer("the quick brown fox")
ids = tf.expand_dims(enc["input_ids"], 0)
mask = tf.expand_dims(enc["attention_mask"], 0)
out = model(input_ids=ids, attention_mask=mask)
print(out.last_hidden_state.shape)
