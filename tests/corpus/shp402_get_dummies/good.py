import numpy as np
import pandas as pd
import tensorflow as tf

df = pd.DataFrame(np.random.rand(99, 3), columns=["l", "w", "h"])
df["kind"] = ["box", "tube", "bag"] * 33
y = pd.get_dummies(df["kind"]).values.astype("float32")
X = df.drop("kind", axis=1).values

model = tf.keras.Sequential([
    tf.keras.layers.Dense(6, activation="relu", input_dim=3),
    tf.keras.layers.Dense(3, activation="softmax"),
])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
model.fit(X, y, epochs=2)
