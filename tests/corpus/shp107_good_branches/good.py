# The width depends on a switch: whichever it is, model and data agree.
import sys
import numpy as np
from tensorflow import keras

EXTRA = "--extra" in sys.argv
columns = ["a", "b", "c"] + (["d", "e"] if EXTRA else [])
X = np.random.rand(40, len(columns))
if EXTRA:
    width = 5
else:
    width = 3
model = keras.Sequential([keras.Input((width,)), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(X, X.sum(axis=1), epochs=1, verbose=0)
