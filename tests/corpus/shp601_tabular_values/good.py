import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
import tensorflow as tf


def load():
    df = pd.read_csv("churn.csv")
    df = df[["tenure", "calls", "churn"]]
    X = StandardScaler().fit_transform(df[["tenure", "calls"]])
    return train_test_split(X, df["churn"], test_size=0.2, random_state=42)


def make(shape):
    return tf.keras.Sequential([
        tf.keras.layers.Dense(16, activation="relu", input_shape=shape),
        tf.keras.layers.Dense(1, activation="sigmoid"),
    ])


X_train, X_test, y_train, y_test = load()
model = make((X_train.shape[1],))
model.compile("adam", "binary_crossentropy")
model.fit(X_train, y_train, epochs=1)
