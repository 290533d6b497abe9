import pandas as pd
import numpy as np
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense

df = pd.DataFrame({
    "temp": np.random.rand(80), "wind": np.random.rand(80),
    "rain": np.random.rand(80), "load": np.random.rand(80),
})
features = ["temp", "wind", "rain"]

model = Sequential()
model.add(Dense(6, input_dim=1, activation="relu"))
model.add(Dense(1))
model.compile(loss="mean_squared_error", optimizer="adam")
model.fit(df[["temp"]], df["load"], epochs=2, verbose=0)
