import numpy as np
import keras

query = keras.Input((64,), name="query")
doc = keras.Input((64,), name="doc")
score = keras.layers.Dot(axes=-1, normalize=True)([keras.layers.Dense(16)(query), keras.layers.Dense(16)(doc)])
model = keras.Model([query, doc], score)
model.compile("adam", "mse")

q = np.random.rand(50, 64)
d = np.random.rand(50, 64)
t = np.random.rand(50, 1)
model.fit([q, d], t, epochs=1)
print(model.predict(np.stack([q, d])))  # expect: SHP109
