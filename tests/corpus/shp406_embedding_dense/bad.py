from tensorflow.keras.datasets import imdb
from tensorflow.keras.preprocessing.sequence import pad_sequences
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Embedding, Dense, Input

(train, train_y), _ = imdb.load_data(num_words=5000)
train = pad_sequences(train, maxlen=100)

model = Sequential()
model.add(Input((100,)))
model.add(Embedding(5000, 32))
model.add(Dense(16, activation="relu"))
model.add(Dense(1, activation="sigmoid"))  # expect: SHP406
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(train, train_y, epochs=1)  # or: SHP406
