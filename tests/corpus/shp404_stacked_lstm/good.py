import numpy as np
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import LSTM, Dense, Dropout

timesteps, features = 60, 1

regressor = Sequential()
regressor.add(LSTM(units=50, return_sequences=True, input_shape=(timesteps, features)))
regressor.add(Dropout(0.2))
regressor.add(LSTM(units=50, return_sequences=True))
regressor.add(Dropout(0.2))
regressor.add(LSTM(units=50))
regressor.add(Dense(units=1))
regressor.compile(optimizer="adam", loss="mean_squared_error")
