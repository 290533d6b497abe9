model = Sequential()
model.add(LSTM(100, return_sequences=True, input_shape=(30,)))  # expect: SHP602
model.add(LSTM(50))
model.add(Dense(1))
model.compile(loss='mean_squared_error', optimizer='adam')
