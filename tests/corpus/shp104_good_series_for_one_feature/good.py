# A Series for a model of one feature is right: Keras makes (N, 1) of it.
import pandas as pd
from tensorflow import keras

df = pd.DataFrame({"km": [1.0, 2.0, 3.0, 4.0], "fare": [3.1, 5.0, 7.2, 8.9]})
model = keras.Sequential([keras.layers.Dense(1, input_shape=(1,))])
model.compile("sgd", "mse")
model.fit(df["km"], df["fare"], epochs=5, verbose=0)
print(model.predict(df["km"]))
