"""House prices from numbers, a category and a photo: three inputs, two outputs."""
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, StandardScaler
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.models import Model

N = 300
DISTRICTS = ["north", "south", "old town", "harbour"]
IMAGE = (32, 32, 3)


def make_frame():
    rng = np.random.default_rng(5)
    df = pd.DataFrame({
        "rooms": rng.integers(1, 7, N),
        "area": rng.normal(90, 30, N),
        "year": rng.integers(1900, 2024, N),
        "district": rng.choice(DISTRICTS, N),
    })
    df["price"] = 2.5 * df["area"] + 10 * df["rooms"] + rng.normal(0, 5, N)
    df["sold"] = (df["price"] < df["price"].median()).astype(int)
    return df


def make_photos():
    return np.random.default_rng(6).random((N,) + IMAGE).astype("float32")


def tower_numbers(n):
    inp = layers.Input(shape=(n,), name="numbers")
    x = layers.Dense(16, activation="relu")(inp)
    x = layers.Dense(8, activation="relu")(x)
    return inp, x


def tower_district(count):
    inp = layers.Input(shape=(1,), name="district")
    x = layers.Embedding(count, 3)(inp)
    x = layers.Flatten()(x)
    return inp, x


def tower_photo(shape, filters=(8, 16)):
    inp = layers.Input(shape=shape, name="photo")
    x = inp
    for f in filters:
        x = layers.Conv2D(f, 3, padding="same")(x)
        x = layers.BatchNormalization()(x)
        x = layers.Activation("relu")(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    x = layers.Dense(12, activation="relu")(x)
    return inp, x


def build(n_numbers, n_districts):
    inputs, parts = [], []
    for inp, out in (tower_numbers(n_numbers), tower_district(n_districts), tower_photo(IMAGE)):
        inputs.append(inp)
        parts.append(out)
    joint = layers.concatenate(parts)
    joint = layers.Dense(16, activation="relu")(joint)
    price = layers.Dense(1, activation="linear", name="price")(joint)
    sold = layers.Dense(1, activation="sigmoid", name="sold")(joint)
    model = Model(inputs=inputs, outputs=[price, sold])
    model.compile(
        optimizer="adam",
        loss={"price": "mse", "sold": "binary_crossentropy"},
        loss_weights={"price": 0.01, "sold": 1.0},
    )
    return model


def main():
    df = make_frame()
    photos = make_photos()
    split = train_test_split(df, photos, test_size=0.25, random_state=42)
    train, test, train_photos, test_photos = split

    columns = ["rooms", "area", "year"]
    scaler = StandardScaler()
    train_x = scaler.fit_transform(train[columns])
    test_x = scaler.transform(test[columns])
    encoder = LabelEncoder().fit(DISTRICTS)
    train_d = encoder.transform(train["district"])
    test_d = encoder.transform(test["district"])

    model = build(train_x.shape[1], len(encoder.classes_))
    model.fit(
        x=[train_x, train_d, train_photos],
        y=[train["price"].values, train["sold"].values],
        validation_data=([test_x, test_d, test_photos], [test["price"].values, test["sold"].values]),
        epochs=2, batch_size=16, verbose=2,
    )

    prices, sold = model.predict([test_x, test_d, test_photos])
    diff = prices.flatten() - test["price"].values
    percent = np.abs(diff / test["price"].values) * 100
    print("mean error %:", percent.mean(), "std:", percent.std())
    print("sold right:", np.mean((sold.ravel() > 0.5) == test["sold"].values))

    # the same by name
    again = model.predict({"numbers": test_x[:2], "district": test_d[:2], "photo": test_photos[:2]})
    first_price, first_sold = again[0][0], again[1][0]
    print(first_price, first_sold)

    one = [test_x[:1], test_d[:1], test_photos[0][np.newaxis]]
    print("one house:", model.predict(one)[0][0, 0])


if __name__ == "__main__":
    main()
