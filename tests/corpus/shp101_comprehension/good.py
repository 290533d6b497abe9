import numpy as np
import tensorflow as tf

WIDTH = 30


def make_data(n):
    data = np.random.normal(size=(n, WIDTH))
    target = data[:, 0] * 2 - data[:, 1]
    return data, target


def make_model():
    inputs = tf.keras.Input(shape=(WIDTH,))
    h = tf.keras.layers.Dense(32, activation="tanh")(inputs)
    out = tf.keras.layers.Dense(1)(h)
    m = tf.keras.Model(inputs, out)
    m.compile("sgd", "mse")
    return m


if __name__ == "__main__":
    x, t = make_data(300)
    model = make_model()
    model.fit(x, t, epochs=2, verbose=0)
    new, _ = make_data(10)
    answers = [model.predict(sample[None], verbose=0) for sample in new]
    print(answers)
