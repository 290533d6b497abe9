(x_train, y_train), (x_test, y_test) = keras.datasets.boston_housing.load_data()

model = Sequential()
model.add(Dense(64, activation='relu', input_shape=(x_train.shape[1],)))
model.add(Dense(64, activation='relu'))
model.add(Dense(1))
model.compile(optimizer='rmsprop', loss='mse', metrics=['mae'])
model.fit(x_train, y_train, epochs=80, batch_size=16, verbose=0)

print(model.predict(x_test[4]))  # expect: SHP101
