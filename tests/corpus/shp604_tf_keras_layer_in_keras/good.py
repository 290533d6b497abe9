import keras
from keras import layers

model = keras.Sequential([
    layers.Input((10,)),
    layers.Dense(8, activation="relu"),
    layers.Dense(1),
])
model.summary()
