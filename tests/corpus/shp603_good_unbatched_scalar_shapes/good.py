# Tuples, lists, and the empty tuple.
import keras

a = keras.Input(shape=[784])
b = keras.Input((784,))
c = keras.Input(shape=(None,))
d = keras.Input(shape=())
print(a.shape, b.shape, c.shape, d.shape)
