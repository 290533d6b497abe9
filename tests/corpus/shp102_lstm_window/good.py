import numpy as np
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import LSTM, Dense

WINDOW = 24
series = np.sin(np.arange(1000) / 10.0)

X, y = [], []
for i in range(len(series) - WINDOW):
    X.append(series[i:i + WINDOW])
    y.append(series[i + WINDOW])
X = np.array(X).reshape(-1, WINDOW, 1)
y = np.array(y)

model = Sequential()
model.add(LSTM(32, input_shape=(WINDOW, 1)))
model.add(Dense(1))
model.compile(loss="mse", optimizer="adam")
model.fit(X, y, epochs=1, verbose=0)

last = series[-WINDOW:].reshape(1, WINDOW, 1)
forecast = model.predict(last)
print(forecast)
