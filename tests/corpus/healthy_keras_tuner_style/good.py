"""Search over hyperparameters by hand: a builder, a grid, a table of results."""
import itertools
import json

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.utils import to_categorical

SPACE = {
    "kind": ["dense", "conv"],
    "units": [16, 32],
    "depth": [1, 2],
    "lr": [1e-2, 1e-3],
    "sparse": [True, False],
}
MAX_TRIALS = 6


class HyperParameters:
    def __init__(self, values):
        self.values = values

    def Choice(self, name, default=None):
        return self.values.get(name, default)

    def __repr__(self):
        return json.dumps(self.values)


def all_points(space):
    names = list(space)
    for values in itertools.product(*space.values()):
        yield HyperParameters(dict(zip(names, values)))


def build_model(hp):
    model = keras.Sequential()
    if hp.Choice("kind") == "dense":
        model.add(layers.Flatten(input_shape=(8, 8, 1)))
        for _ in range(hp.Choice("depth")):
            model.add(layers.Dense(hp.Choice("units"), activation="relu"))
    else:
        model.add(layers.Input(shape=(8, 8, 1)))
        for _ in range(hp.Choice("depth")):
            model.add(layers.Conv2D(hp.Choice("units"), 3, padding="same", activation="relu"))
            model.add(layers.MaxPooling2D(2))
        model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dropout(0.2))
    model.add(layers.Dense(10, activation="softmax"))
    loss = "sparse_categorical_crossentropy" if hp.Choice("sparse") else "categorical_crossentropy"
    model.compile(
        optimizer=keras.optimizers.Adam(hp.Choice("lr")),
        loss=loss,
        metrics=["accuracy"],
    )
    return model


def load():
    digits = load_digits()
    x = digits.images / 16.0
    x = x.reshape(x.shape + (1,))
    y = digits.target
    return train_test_split(x, y, test_size=0.2, random_state=0, stratify=y)


def labels_for(hp, y):
    return y if hp.Choice("sparse") else to_categorical(y, 10)


class Tuner:
    def __init__(self, hypermodel, space, max_trials):
        self.hypermodel = hypermodel
        self.points = list(all_points(space))
        np.random.default_rng(0).shuffle(self.points)
        self.points = self.points[:max_trials]
        self.results = []

    def search(self, x, y, validation_data, epochs):
        for number, hp in enumerate(self.points):
            model = self.hypermodel(hp)
            val_x, val_y = validation_data
            history = model.fit(
                x, labels_for(hp, y),
                validation_data=(val_x, labels_for(hp, val_y)),
                epochs=epochs, verbose=0,
            )
            best = max(history.history["val_accuracy"])
            print(number, hp, round(best, 3))
            self.results.append((best, number, hp, model))

    def best(self):
        return max(self.results, key=lambda r: r[:2])


if __name__ == "__main__":
    x_train, x_test, y_train, y_test = load()
    print(x_train.shape, y_train.shape)
    tuner = Tuner(build_model, SPACE, MAX_TRIALS)
    tuner.search(x_train, y_train, (x_test, y_test), epochs=2)
    score, _, hp, model = tuner.best()
    print("best", score, hp)
    guess = model.predict(x_test, verbose=0).argmax(axis=1)
    print("again", (guess == y_test).mean())
    one = model.predict(x_test[:1], verbose=0)
    print("one", one.argmax(), y_test[0])
