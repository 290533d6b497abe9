import numpy as np
from tensorflow import keras

user_in = keras.Input((1,), name="user_id")
item_in = keras.Input((1,), name="item_id")
u = keras.layers.Flatten()(keras.layers.Embedding(100, 8)(user_in))
i = keras.layers.Flatten()(keras.layers.Embedding(5000, 8)(item_in))
model = keras.Model([user_in, item_in], keras.layers.Dot(axes=1)([u, i]))
model.compile("adam", "mse")

user_id = np.random.randint(0, 100, 600)
item_id = np.random.randint(0, 5000, 600)
rating = np.random.uniform(1, 5, 600)
model.fit([user_id, item_id], rating, epochs=1)
model.predict([item_id[:10], user_id[:10]])  # expect: SHP108
