# Integers that are no shapes.
import tensorflow as tf

units = (32)
model = tf.keras.Sequential()
model.add(tf.keras.layers.Input(shape=(10,)))
model.add(tf.keras.layers.Dense(units))
model.add(tf.keras.layers.RepeatVector(4))
model.add(tf.keras.layers.Conv1D(8, (3), padding="same"))
model.add(tf.keras.layers.Flatten())
model.add(tf.keras.layers.Dense((1)))
print(model.output_shape)
