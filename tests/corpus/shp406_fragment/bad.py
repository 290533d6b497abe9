x_train = np.random.rand(320, 200, 1)
y_train = np.random.rand(320)

model = Sequential()
model.add(Conv1D(filters=64, kernel_size=3, activation='relu', input_shape=(200, 1)))
model.add(MaxPooling1D(pool_size=2))
model.add(Dense(50, activation='relu'))
model.add(Dense(1))  # expect: SHP406
model.compile(loss='mse', optimizer='adam')
model.fit(x_train, y_train, epochs=1)  # or: SHP406
