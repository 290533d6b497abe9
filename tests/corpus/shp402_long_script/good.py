"""Train on three kinds of leaves from a table of measurements."""
import numpy as np
import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelBinarizer, StandardScaler

KINDS = ["oak", "beech", "lime"]
COLUMNS = ["length", "width", "angle", "area", "teeth"]
CONFIG = {"epochs": 2, "batch_size": 16, "lr": 3e-3, "units": (32, 16)}


def make_table(n=210, seed=0):
    rng = np.random.default_rng(seed)
    df = pd.DataFrame(rng.normal(size=(n, len(COLUMNS))), columns=COLUMNS)
    df["kind"] = [KINDS[i % 3] for i in range(n)]
    return df


def prepare(df):
    X = df[COLUMNS].values
    y = LabelBinarizer().fit_transform(df["kind"])
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=4)
    scaler = StandardScaler()
    return scaler.fit_transform(X_train), scaler.transform(X_test), y_train, y_test


def build(n_in, n_out, units, lr):
    inputs = tf.keras.layers.Input(shape=(n_in,))
    h = inputs
    for u in units:
        h = tf.keras.layers.Dense(u, activation="relu")(h)
        h = tf.keras.layers.Dropout(0.1)(h)
    outputs = tf.keras.layers.Dense(n_out, activation="softmax")(h)
    model = tf.keras.Model(inputs, outputs)
    model.compile(
        optimizer=tf.keras.optimizers.Adam(lr),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def main():
    X_train, X_test, y_train, y_test = prepare(make_table())
    model = build(X_train.shape[1], len(KINDS), CONFIG["units"], CONFIG["lr"])
    model.fit(
        X_train,
        y_train,
        epochs=CONFIG["epochs"],
        batch_size=CONFIG["batch_size"],
        verbose=0,
    )
    print(model.evaluate(X_test, y_test, verbose=0))


main()
