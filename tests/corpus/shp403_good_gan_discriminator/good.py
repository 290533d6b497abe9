# A discriminator ends in Dense(1): a GAN built from two models.
import numpy as np
from tensorflow.keras.layers import Dense, LeakyReLU
from tensorflow.keras.models import Sequential

latent = 5
gen = Sequential([Dense(15, input_dim=latent), LeakyReLU(), Dense(2, activation="linear")])
dis = Sequential([Dense(25, input_dim=2), LeakyReLU(), Dense(1, activation="sigmoid")])
dis.compile(loss="binary_crossentropy", optimizer="adam")
dis.trainable = False
gan = Sequential([gen, dis])
gan.compile(loss="binary_crossentropy", optimizer="adam")
for _ in range(2):
    fake = gen.predict(np.random.randn(16, latent), verbose=0)
    gan.train_on_batch(np.random.randn(16, latent), np.ones((16, 1)))
print(fake.shape)
