import tensorflow as tf
from tensorflow.keras import layers


def make_generator(noise_dim=100):
    g = tf.keras.Sequential(name="generator")
    g.add(layers.Input(shape=(noise_dim,)))
    g.add(layers.Dense(7 * 7 * 128, use_bias=False))
    g.add(layers.BatchNormalization())
    g.add(layers.LeakyReLU())
    g.add(layers.Reshape((7, 7, 256)))  # expect: SHP606
    g.add(layers.Conv2DTranspose(64, 5, strides=2, padding="same"))
    g.add(layers.Conv2DTranspose(1, 5, strides=2, padding="same", activation="tanh"))
    return g


generator = make_generator()
noise = tf.random.normal([1, 100])
image = generator(noise, training=False)
print(image.shape)
