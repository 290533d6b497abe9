import numpy as np
import keras

X = np.random.rand(100, 7)
y = np.random.rand(100)
inp = keras.Input((7,))
model = keras.Model(inp, keras.layers.Dense(1)(keras.layers.Dense(5)(inp)))
model.compile("adam", "mse")
model.fit(X, y, verbose=0)

row = X[0].reshape(1, -1)
model.predict(np.array(row))
