import numpy as np
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import LSTM, Dense

# six sensors, 20 steps; predict three of them
X = np.random.rand(500, 20, 6)
y = np.random.rand(500, 3)

model = Sequential()
model.add(LSTM(16, input_shape=(20, 6)))
model.add(Dense(3))
model.compile(loss="mse", optimizer="adam")
model.fit(X, y, epochs=1)
