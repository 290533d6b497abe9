import tensorflow as tf
from transformers import AutoTokenizer, TFBertModel

tok = AutoTokenizer.from_pretrained("bert-base-uncased")
bert = TFBertModel.from_pretrained("bert-base-uncased")
enc = tok(["first", "second one"], padding=True, return_tensors="tf")
pooled = bert(**enc).pooler_output
logits = tf.keras.layers.Dense(2)(pooled)
