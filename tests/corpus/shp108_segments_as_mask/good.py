import tensorflow as tf
from transformers import BertTokenizer, TFBertModel

tok = BertTokenizer.from_pretrained("bert-base-uncased")
bert = TFBertModel.from_pretrained("bert-base-uncased")

pairs = tok(["is it open"], ["yes, until nine"], return_tensors="tf")
ids, segments = pairs["input_ids"], pairs["token_type_ids"]
hidden = bert(ids, token_type_ids=segments, attention_mask=pairs["attention_mask"])[0]
print(hidden.shape)
