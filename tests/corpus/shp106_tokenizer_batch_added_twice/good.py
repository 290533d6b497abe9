import tensorflow as tf
from transformers import AutoTokenizer, TFAutoModel

name = "distilbert-base-uncased"
tokenizer = AutoTokenizer.from_pretrained(name)
model = TFAutoModel.from_pretrained(name)

enc = tokenizer("the quick brown fox", return_tensors="tf")
ids = enc["input_ids"]
mask = enc["attention_mask"]
out = model(input_ids=ids, attention_mask=mask)
print(out.last_hidden_state.shape)
