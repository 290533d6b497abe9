import numpy as np
from tensorflow import keras

tokens = keras.Input(shape=(20,), dtype="int32")
x = keras.layers.Embedding(input_dim=30000, output_dim=16)(tokens)
x = keras.layers.GlobalMaxPooling1D()(x)
model = keras.Model(tokens, x)
print(model.predict(np.random.randint(0, 30000, (4, 20))))
