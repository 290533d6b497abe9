#!/usr/bin/env python
import argparse

import numpy as np
import tensorflow as tf


def parse_args():
    p = argparse.ArgumentParser()
    p.add_argument("--epochs", type=int, default=2)
    p.add_argument("--hidden", type=int, default=32)
    return p.parse_args()


def data(n=512, d=8):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(n, d)).astype("float32")
    return x, (x ** 2).sum(axis=1).astype("float32")


def evaluate(model, x, y):
    pred = model.predict(x, verbose=0).squeeze(-1)
    return np.abs(pred - y).mean()


def main():
    args = parse_args()
    x, y = data()
    model = tf.keras.Sequential([
        tf.keras.Input((x.shape[1],)),
        tf.keras.layers.Dense(args.hidden, activation="relu"),
        tf.keras.layers.Dense(1),
    ])
    model.compile("adam", "mse")
    model.fit(x[:400], y[:400], epochs=args.epochs, verbose=0)
    print("MAE", evaluate(model, x[400:], y[400:]))


if __name__ == "__main__":
    main()
