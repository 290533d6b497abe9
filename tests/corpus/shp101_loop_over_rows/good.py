import numpy as np
from keras.models import Sequential
from keras.layers import Dense, Input

x_train = np.random.rand(500, 12)
y_train = (x_train.sum(axis=1) > 6).astype("float32")
x_test = np.random.rand(20, 12)

model = Sequential()
model.add(Input(shape=(12,)))
model.add(Dense(24, activation="relu"))
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="adam")
model.fit(x_train, y_train, epochs=3, batch_size=50, verbose=0)

for row in x_test:
    p = model.predict(row[np.newaxis, :])
    print("yes" if p[0] > 0.5 else "no")
