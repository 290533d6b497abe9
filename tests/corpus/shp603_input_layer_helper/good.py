import tensorflow as tf

N_INPUTS = 24


def mlp(sizes, n_in):
    inp = tf.keras.layers.Input((n_in,))
    h = inp
    for s in sizes:
        h = tf.keras.layers.Dense(s, activation="relu")(h)
    return tf.keras.Model(inp, tf.keras.layers.Dense(1)(h))


mlp([32, 16], N_INPUTS).summary()
