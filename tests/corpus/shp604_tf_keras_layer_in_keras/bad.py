import keras
import tf_keras
from keras import layers

model = keras.Sequential([  # or: SHP604
    layers.Input((10,)),
    layers.Dense(8, activation="relu"),
    tf_keras.layers.Dense(1),  # expect: SHP604
])
model.summary()
