# Forecast the load of a power grid from the last week of hours.
import numpy as np
import pandas as pd
from sklearn.metrics import mean_absolute_error, mean_squared_error
from sklearn.preprocessing import MinMaxScaler
from tensorflow.keras.callbacks import EarlyStopping
from tensorflow.keras.layers import LSTM, Dense, Dropout
from tensorflow.keras.models import Sequential

LOOK_BACK = 48
HORIZON = 1
FEATURES = ["load", "temp", "wind"]
EPOCHS = 2


def read():
    df = pd.read_csv("energy.csv", parse_dates=["date"])
    df = df[FEATURES]
    df = df.ffill()
    return df


def split(df, part=0.8):
    n = int(len(df) * part)
    return df[:n], df[n:]


def windows(values, look_back):
    X, y = [], []
    for i in range(len(values) - look_back):
        X.append(values[i:i + look_back])
        y.append(values[i + look_back, 0])
    return np.array(X), np.array(y)


def build(n_steps, n_features):
    model = Sequential()
    model.add(LSTM(32, return_sequences=True, input_shape=(n_steps, n_features)))
    model.add(Dropout(0.2))
    model.add(LSTM(16))
    model.add(Dense(8, activation="relu"))
    model.add(Dense(HORIZON))
    model.compile(loss="mean_squared_error", optimizer="adam")
    return model


def unscale(column, scaler):
    """The first column of what the scaler saw, back in megawatts."""
    full = np.zeros((len(column), len(FEATURES)))
    full[:, 0] = column
    return scaler.inverse_transform(full)[:, 0]


def roll_forward(model, window, steps):
    """Feed the forecast back in; the other columns stay as they were."""
    window = window.copy()
    result = []
    for _ in range(steps):
        nxt = model.predict(window[np.newaxis, :, :], verbose=0)[0, 0]
        result.append(nxt)
        row = window[-1].copy()
        row[0] = nxt
        window = np.vstack([window[1:], row])
    return np.array(result)


def naive(y):
    return y[:-1]


def main():
    df = read()
    train_df, test_df = split(df)
    scaler = MinMaxScaler()
    train = scaler.fit_transform(train_df)
    test = scaler.transform(test_df)

    X_train, y_train = windows(train, LOOK_BACK)
    X_test, y_test = windows(test, LOOK_BACK)
    print(X_train.shape, y_train.shape, X_test.shape, y_test.shape)

    model = build(X_train.shape[1], X_train.shape[2])
    stop = EarlyStopping(monitor="val_loss", patience=3, restore_best_weights=True)
    history = model.fit(
        X_train, y_train,
        epochs=EPOCHS, batch_size=32,
        validation_data=(X_test, y_test),
        callbacks=[stop], shuffle=False, verbose=2,
    )
    print("last loss", history.history["loss"][-1])

    pred = model.predict(X_test)
    pred = pred.reshape(-1)
    truth_mw = unscale(y_test, scaler)
    pred_mw = unscale(pred, scaler)
    print("MAE ", mean_absolute_error(truth_mw, pred_mw))
    print("RMSE", np.sqrt(mean_squared_error(truth_mw, pred_mw)))
    print("bias", np.mean(truth_mw - pred_mw))
    print("naive MAE", np.mean(np.abs(naive(truth_mw) - truth_mw[1:])))

    ahead = roll_forward(model, X_test[-1], 24)
    print(unscale(ahead, scaler).round(1))

    last = X_test[-1].reshape((1, LOOK_BACK, len(FEATURES)))
    print("next hour:", float(model.predict(last)[0][0]))


main()
