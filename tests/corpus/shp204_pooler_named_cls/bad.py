import tensorflow as tf
from transformers import AutoTokenizer, TFBertModel

tok = AutoTokenizer.from_pretrained("bert-base-uncased")
bert = TFBertModel.from_pretrained("bert-base-uncased")
enc = tok(["first", "second one"], padding=True, return_tensors="tf")
cls_token = bert(**enc).pooler_output  # expect: SHP204
similarity = tf.tensordot(cls_token, cls_token, axes=[[1], [1]])
