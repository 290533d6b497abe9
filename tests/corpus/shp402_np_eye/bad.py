import numpy as np
from tensorflow import keras

num_classes = 4
x = np.random.rand(200, 16, 16, 1)
y = np.eye(num_classes)[np.random.randint(0, num_classes, size=200)]
inputs = keras.Input((16, 16, 1))
h = keras.layers.Flatten()(inputs)
outputs = keras.layers.Dense(num_classes)(h)
model = keras.Model(inputs, outputs)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(optimizer="sgd", loss=loss_fn)  # or: SHP402
model.fit(x, y, epochs=1)  # expect: SHP402
