import numpy as np
from tensorflow import keras

(_, _), (images, labels) = keras.datasets.fashion_mnist.load_data()
images = np.expand_dims(images.astype("float32") / 255, -1)

net = keras.Sequential([
    keras.Input(shape=(28, 28, 1)),
    keras.layers.Conv2D(8, 3, activation="relu"),
    keras.layers.GlobalMaxPooling2D(),
    keras.layers.Dense(10),
])
net.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
net.fit(images, labels, epochs=1, verbose=0)

wrong = []
for image, label in zip(images[:50], labels[:50]):
    logits = net.predict(image, verbose=0)  # expect: SHP102
    if np.argmax(logits) != label:
        wrong.append(image)
