# squeeze on predictions of many rows only drops the unit axis.
import numpy as np
from tensorflow import keras

model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
x = np.random.rand(40, 3)
y = np.random.rand(40)
pred = model.predict(x).squeeze()
print(np.mean((pred - y) ** 2), pred[0])
one = float(np.squeeze(model.predict(x[:1])))
print(one)
