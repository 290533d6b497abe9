x = np.random.random((1000, 20))
y = np.random.randint(10, size=(1000, 1))

model = Sequential()
model.add(Dense(64, activation='relu', input_dim=20))
model.add(Dropout(0.5))
model.add(Dense(10, activation='softmax'))

model.compile(loss='categorical_crossentropy', optimizer='sgd', metrics=['accuracy'])  # or: SHP402
model.fit(x, y, epochs=20, batch_size=128)  # expect: SHP402
