"""Keyword spotting: spectrograms into a small CNN, then one clip."""
import os
import numpy as np
import tensorflow as tf
from sklearn.model_selection import train_test_split

COMMANDS = ["up", "down", "left", "right", "stop"]
FRAMES, BINS = 61, 40
SEED = 11


def fake_recordings(per_class=20):
    rng = np.random.default_rng(SEED)
    clips, labels = [], []
    for label, _ in enumerate(COMMANDS):
        for _ in range(per_class):
            clips.append(rng.normal(size=(FRAMES, BINS)))
            labels.append(label)
    return np.array(clips, dtype="float32"), np.array(labels)


def normalise(clips, mean=None, std=None):
    if mean is None:
        mean, std = clips.mean(), clips.std()
    return (clips - mean) / std, mean, std


class Recogniser:
    def __init__(self, commands):
        self.commands = commands
        self.mean = self.std = None
        self.net = self._build()

    def _build(self):
        net = tf.keras.models.Sequential()
        net.add(tf.keras.layers.Conv2D(8, (5, 5), activation="relu", input_shape=(FRAMES, BINS, 1)))
        net.add(tf.keras.layers.MaxPooling2D((2, 2)))
        net.add(tf.keras.layers.Conv2D(16, (3, 3), activation="relu"))
        net.add(tf.keras.layers.MaxPooling2D((2, 2)))
        net.add(tf.keras.layers.Flatten())
        net.add(tf.keras.layers.Dropout(0.3))
        net.add(tf.keras.layers.Dense(len(self.commands), activation="softmax"))
        net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        return net

    def fit(self, clips, labels, epochs=1):
        clips, self.mean, self.std = normalise(clips)
        self.net.fit(clips[..., np.newaxis], labels, epochs=epochs, verbose=0)

    def score(self, clips, labels):
        clips, _, _ = normalise(clips, self.mean, self.std)
        return self.net.evaluate(clips[..., None], labels, verbose=0)[1]

    def recognise(self, clip):
        clip, _, _ = normalise(clip, self.mean, self.std)
        clip = clip[..., None]
        probs = self.net.predict(clip, verbose=0)  # expect: SHP102
        return self.commands[int(np.argmax(probs))]


if __name__ == "__main__":
    X, y = fake_recordings()
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, stratify=y, random_state=SEED)
    r = Recogniser(COMMANDS)
    r.fit(X_train, y_train)
    print("accuracy", r.score(X_test, y_test))
    print(r.recognise(X_test[0]), COMMANDS[y_test[0]])
