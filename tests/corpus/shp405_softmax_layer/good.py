import tensorflow as tf
from tensorflow.keras.layers import *
from tensorflow.keras.models import Model

CLASSES = 2


def classifier(shape):
    i = Input(shape)
    x = Conv2D(8, 3, activation="relu")(i)
    x = GlobalAveragePooling2D()(x)
    x = Dense(CLASSES)(x)
    x = Softmax()(x)
    return Model(i, x)


net = classifier((64, 64, 3))
net.compile("adam", tf.keras.losses.BinaryCrossentropy())
