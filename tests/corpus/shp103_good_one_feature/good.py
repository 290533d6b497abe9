# The same reshape(-1, 1), here right: every value is a row of one feature.
import numpy as np
from tensorflow import keras

hours = np.array([1.0, 2.0, 3.5, 4.0, 5.5, 6.0])
marks = np.array([35.0, 45.0, 55.0, 60.0, 72.0, 80.0])
x = hours.reshape(-1, 1)

model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, marks.reshape(-1, 1), epochs=10, verbose=0)
print(model.predict(np.array([7.0, 8.0]).reshape(-1, 1)))
