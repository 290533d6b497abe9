import tensorflow as tf

base = tf.keras.applications.MobileNetV2(input_shape=(96, 96, 3), include_top=False, weights=None, pooling="avg")
import keras

model = keras.Sequential([
    keras.Input((96, 96, 3)),
    base,
    keras.layers.Dense(3, activation="softmax"),
])
