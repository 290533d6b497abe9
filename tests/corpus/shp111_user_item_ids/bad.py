import numpy as np
import pandas as pd
from tensorflow import keras
from tensorflow.keras import layers

ratings = pd.DataFrame({
    "user": np.random.randint(1, 944, 5000),
    "item": np.random.randint(1, 1683, 5000),
    "rating": np.random.randint(1, 6, 5000),
})
n_users, n_items = 943, 1682

user_in = layers.Input(shape=(1,), name="user")
item_in = layers.Input(shape=(1,), name="item")
u = layers.Flatten()(layers.Embedding(n_users, 16)(user_in))
i = layers.Flatten()(layers.Embedding(n_items, 16)(item_in))
score = layers.Dot(axes=1)([u, i])
model = keras.Model([user_in, item_in], score)
model.compile("adam", "mse")
model.fit([ratings["user"], ratings["item"]], ratings["rating"], epochs=1)  # expect: SHP111
