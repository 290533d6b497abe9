# keras, tensorflow.keras and tf.keras are the same Keras since TF 2.16.
import keras
import tensorflow as tf
from tensorflow.keras.layers import Dense
from keras.models import Sequential

model = Sequential([keras.Input((3,)), tf.keras.layers.Dense(4), Dense(2), keras.layers.Dense(1)])
model.summary()
