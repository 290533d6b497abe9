"""Train a small CNN on MNIST and look at what it gets wrong."""
import argparse
import os

import matplotlib.pyplot as plt
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

NUM_CLASSES = 10
INPUT_SHAPE = (28, 28, 1)


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--dropout", type=float, default=0.5)
    parser.add_argument("--out", default="runs")
    return parser.parse_args()


def load_data():
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    x_train = x_train.astype("float32") / 255
    x_test = x_test.astype("float32") / 255
    x_train = np.expand_dims(x_train, -1)
    x_test = np.expand_dims(x_test, -1)
    print("x_train shape:", x_train.shape)
    print(x_train.shape[0], "train samples")
    print(x_test.shape[0], "test samples")
    y_train = keras.utils.to_categorical(y_train, NUM_CLASSES)
    y_test = keras.utils.to_categorical(y_test, NUM_CLASSES)
    return (x_train, y_train), (x_test, y_test)


def build_model(dropout):
    model = keras.Sequential(
        [
            keras.Input(shape=INPUT_SHAPE),
            layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Flatten(),
            layers.Dropout(dropout),
            layers.Dense(NUM_CLASSES, activation="softmax"),
        ]
    )
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


def show_mistakes(x, truth, guess, path):
    wrong = np.flatnonzero(truth != guess)[:9]
    fig, axes = plt.subplots(3, 3)
    for ax, i in zip(axes.ravel(), wrong):
        ax.imshow(x[i].squeeze(), cmap="gray")
        ax.set_title(f"{truth[i]} taken for {guess[i]}")
        ax.axis("off")
    fig.savefig(path)
    plt.close(fig)


def confusion(truth, guess):
    table = np.zeros((NUM_CLASSES, NUM_CLASSES), dtype=int)
    for t, g in zip(truth, guess):
        table[t, g] += 1
    return table


def main():
    args = parse_args()
    os.makedirs(args.out, exist_ok=True)
    (x_train, y_train), (x_test, y_test) = load_data()

    model = build_model(args.dropout)
    model.summary()
    history = model.fit(
        x_train,
        y_train,
        batch_size=args.batch_size,
        epochs=args.epochs,
        validation_split=0.1,
    )
    print("best validation accuracy:", max(history.history["val_accuracy"]))

    score = model.evaluate(x_test, y_test, verbose=0)
    print("Test loss:", score[0])
    print("Test accuracy:", score[1])

    probabilities = model.predict(x_test[:2000], verbose=0)
    guess = np.argmax(probabilities, axis=-1)
    truth = np.argmax(y_test[:2000], axis=1)
    print("by hand:", np.mean(guess == truth))
    print(confusion(truth, guess))
    show_mistakes(x_test[:2000], truth, guess, os.path.join(args.out, "mistakes.png"))

    single = x_test[0]
    single = np.expand_dims(single, 0)
    answer = model.predict(single)
    print("first image:", np.argmax(answer), "with", answer[0].max())

    for i in (3, 14, 15):
        digit = int(np.argmax(model.predict(x_test[i:i + 1], verbose=0)[0]))
        print(i, digit, truth[i])

    model.save(os.path.join(args.out, "mnist.keras"))


if __name__ == "__main__":
    main()
