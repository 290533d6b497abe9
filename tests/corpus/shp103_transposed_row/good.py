import numpy as np
from tensorflow.keras.layers import Input, Embedding, GlobalAveragePooling1D, Dense
from tensorflow.keras.models import Model

vocab = 1200
inp = Input(shape=(32,))
x = GlobalAveragePooling1D()(Embedding(vocab, 16)(inp))
model = Model(inp, Dense(2, activation="softmax")(x))

batch = np.random.randint(0, vocab, (10, 32))
row = batch[0:1]
print(model.predict(row).shape)
