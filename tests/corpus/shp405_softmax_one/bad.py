from keras.models import Sequential
from keras.layers import Dense

model = Sequential()
model.add(Dense(16, input_dim=8, activation="relu"))
model.add(Dense(1, activation="softmax"))  # expect: SHP405
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
