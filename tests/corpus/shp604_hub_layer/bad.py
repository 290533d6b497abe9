import tensorflow as tf
import tf_keras

base = tf_keras.applications.MobileNetV2(input_shape=(96, 96, 3), include_top=False, weights=None, pooling="avg")
import keras

model = keras.Sequential([  # or: SHP604
    keras.Input((96, 96, 3)),
    base,  # expect: SHP604
    keras.layers.Dense(3, activation="softmax"),
])
