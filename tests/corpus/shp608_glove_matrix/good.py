import numpy as np
from keras.models import Sequential
from keras.layers import Embedding, LSTM, Dense

# GloVe file holds 50 numbers a word
VOCAB_SIZE = 4000
words = ["word%d" % i for i in range(VOCAB_SIZE)]
glove = {word: np.random.rand(50).astype("float32") for word in words[:3000]}

matrix = np.zeros((VOCAB_SIZE, 50))
for i, word in enumerate(words):
    vector = glove.get(word)
    if vector is not None:
        matrix[i] = vector

model = Sequential()
model.add(Embedding(VOCAB_SIZE, 50, weights=[matrix], trainable=False))
model.add(LSTM(64))
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="adam")
x = np.random.randint(0, VOCAB_SIZE, (20, 30))
print(model.predict(x).shape)
