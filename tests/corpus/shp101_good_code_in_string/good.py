"""How not to do it:

    model = keras.Sequential([keras.layers.Dense(3, input_shape=(4,))])
    model.predict(X[0])

Give predict a batch instead.
"""
import numpy as np
from tensorflow import keras

X = np.random.rand(10, 4)
model = keras.Sequential([keras.layers.Dense(3, input_shape=(4,))])
'''
model.predict(X[0])
model.predict(X.T)
'''
print(model.predict(X[0:1]))
