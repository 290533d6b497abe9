x = np.random.random((1000, 20))
y = to_categorical(np.random.randint(10, size=(1000, 1)), num_classes=10)

model = Sequential()
model.add(Dense(64, activation='relu', input_dim=20))
model.add(Dropout(0.5))
model.add(Dense(10, activation='softmax'))

model.compile(loss='categorical_crossentropy', optimizer='sgd', metrics=['accuracy'])
model.fit(x, y, epochs=20, batch_size=128)
