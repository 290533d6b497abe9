import numpy as np
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import LSTM, Dense

X_train = np.random.rand(800, 20, 3)
y_train = np.random.rand(800)

model = Sequential()
model.add(LSTM(32, input_shape=X_train.shape[1:]))
model.add(Dense(1))
model.compile(loss="mae", optimizer="adam")
model.fit(X_train, y_train, epochs=1)
