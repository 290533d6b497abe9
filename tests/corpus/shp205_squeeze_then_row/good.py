import numpy as np
import tensorflow as tf

autoencoder = tf.keras.Sequential([
    tf.keras.Input((28, 28, 1)),
    tf.keras.layers.Conv2D(4, 3, padding="same", activation="relu"),
    tf.keras.layers.Conv2D(1, 3, padding="same", activation="sigmoid"),
])
noisy = np.random.rand(1, 28, 28, 1)
clean = autoencoder.predict(noisy).squeeze(-1)
for image in clean:
    print(image.shape[0], "x", image.shape[1])
