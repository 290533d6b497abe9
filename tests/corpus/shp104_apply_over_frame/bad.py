import numpy as np
import pandas as pd
from tensorflow import keras

df = pd.DataFrame(np.random.rand(40, 3), columns=["x1", "x2", "x3"])
df["y"] = df.sum(axis=1)
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(df[["x1", "x2", "x3"]], df["y"], epochs=1, verbose=0)


def score(row):
    return model.predict(row, verbose=0)[0, 0]  # expect: SHP104


last = df[["x1", "x2", "x3"]].iloc[-1]
print(score(last))
