import numpy as np
import tensorflow as tf
from sklearn.metrics import accuracy_score, precision_score, recall_score
from sklearn.model_selection import train_test_split
from tensorflow.keras import layers, losses
from tensorflow.keras.datasets import fashion_mnist
from tensorflow.keras.models import Model

# --- 1. a dense one -------------------------------------------------------

(x_train, _), (x_test, _) = fashion_mnist.load_data()
x_train = x_train[:6000].astype("float32") / 255.0
x_test = x_test[:1000].astype("float32") / 255.0
print(x_train.shape, x_test.shape)


class Autoencoder(Model):
    def __init__(self, latent_dim, shape):
        super().__init__()
        self.latent_dim = latent_dim
        self.shape = shape
        self.encoder = tf.keras.Sequential([
            layers.Flatten(),
            layers.Dense(latent_dim, activation="relu"),
        ])
        self.decoder = tf.keras.Sequential([
            layers.Dense(28 * 28, activation="sigmoid"),
            layers.Reshape((28, 28)),
        ])

    def call(self, x):
        encoded = self.encoder(x)
        decoded = self.decoder(encoded)
        return decoded


autoencoder = Autoencoder(64, x_test.shape[1:])
autoencoder.compile(optimizer="adam", loss=losses.MeanSquaredError())
autoencoder.fit(x_train, x_train, epochs=1, shuffle=True, validation_data=(x_test, x_test))
encoded_imgs = autoencoder.encoder(x_test[:10]).numpy()
decoded_imgs = autoencoder.decoder(encoded_imgs).numpy()
print(encoded_imgs.shape, decoded_imgs.shape)

# --- 2. a convolutional one that removes noise ----------------------------

x_train = x_train[..., tf.newaxis]
x_test = x_test[..., tf.newaxis]
noise = 0.2
x_train_noisy = x_train + noise * tf.random.normal(shape=x_train.shape)
x_test_noisy = x_test + noise * tf.random.normal(shape=x_test.shape)
x_train_noisy = tf.clip_by_value(x_train_noisy, 0.0, 1.0)
x_test_noisy = tf.clip_by_value(x_test_noisy, 0.0, 1.0)


class Denoise(Model):
    def __init__(self):
        super().__init__()
        self.encoder = tf.keras.Sequential([
            layers.Input(shape=(28, 28, 1)),
            layers.Conv2D(16, (3, 3), activation="relu", padding="same", strides=2),
            layers.Conv2D(8, (3, 3), activation="relu", padding="same", strides=2),
        ])
        self.decoder = tf.keras.Sequential([
            layers.Conv2DTranspose(8, kernel_size=3, strides=2, activation="relu", padding="same"),
            layers.Conv2DTranspose(16, kernel_size=3, strides=2, activation="relu", padding="same"),
            layers.Conv2D(1, kernel_size=(3, 3), activation="sigmoid", padding="same"),
        ])

    def call(self, x):
        return self.decoder(self.encoder(x))


denoiser = Denoise()
denoiser.compile(optimizer="adam", loss="mse")
denoiser.fit(x_train_noisy[:1000], x_train[:1000], epochs=1, validation_data=(x_test_noisy, x_test))
clean = denoiser.predict(x_test_noisy[:5])
for original, cleaned in zip(x_test[:5], clean):
    print(np.abs(original - cleaned).mean())

# --- 3. anomalies: learn normal rows only, judge by the error --------------

rng = np.random.default_rng(3)
normal = np.sin(np.linspace(0, 6.3, 140)) + 0.1 * rng.normal(size=(900, 140))
odd = rng.normal(size=(300, 140))
data = np.concatenate([normal, odd]).astype("float32")
labels = np.concatenate([np.ones(900), np.zeros(300)]).astype(bool)
train_data, test_data, train_labels, test_labels = train_test_split(
    data, labels, test_size=0.2, random_state=21)

low, high = tf.reduce_min(train_data), tf.reduce_max(train_data)
train_data = (train_data - low) / (high - low)
test_data = (test_data - low) / (high - low)
normal_train = train_data[train_labels]
normal_test = test_data[test_labels]

detector = tf.keras.Sequential([
    layers.Input((140,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(8, activation="relu"),
    layers.Dense(32, activation="relu"),
    layers.Dense(140, activation="sigmoid"),
])
detector.compile(optimizer="adam", loss="mae")
detector.fit(normal_train, normal_train, epochs=2, batch_size=64, validation_data=(test_data, test_data))

reconstructions = detector.predict(normal_train)
train_loss = tf.keras.losses.mae(reconstructions, normal_train)
threshold = np.mean(train_loss) + np.std(train_loss)


def predict(model, data, threshold):
    loss = tf.keras.losses.mae(model(data), data)
    return tf.math.less(loss, threshold)


preds = predict(detector, test_data, threshold)
print("Accuracy =", accuracy_score(test_labels, preds))
print("Precision =", precision_score(test_labels, preds))
print("Recall =", recall_score(test_labels, preds))
