import tf_keras as keras
from transformers import TFBertModel

ids = keras.Input((64,), dtype="int32")
bert = TFBertModel.from_pretrained("bert-base-uncased")
hidden = bert(ids)[0]
out = keras.layers.Dense(2)(hidden[:, 0])
model = keras.Model(ids, out)
