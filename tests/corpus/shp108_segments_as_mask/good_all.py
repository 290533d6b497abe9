import tensorflow as tf
from transformers import BertTokenizer, TFBertModel

tok = BertTokenizer.from_pretrained("bert-base-uncased")
bert = TFBertModel.from_pretrained("bert-base-uncased")

pairs = tok(["is it open"], ["yes, until nine"], return_tensors="tf")
hidden = bert(pairs)[0]
print(hidden.shape)
