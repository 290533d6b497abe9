from tensorflow.keras.datasets import imdb
from tensorflow.keras.layers import Embedding, Flatten, Dense, Input
from tensorflow.keras.models import Model
from tensorflow.keras.preprocessing.sequence import pad_sequences

max_words = 10000
max_len = 500

(x_train, y_train), (x_test, y_test) = imdb.load_data(num_words=max_words)
x_train = pad_sequences(x_train, maxlen=max_len)
x_test = pad_sequences(x_test, maxlen=400)

text = Input(shape=(max_len,))
h = Embedding(max_words, 16)(text)
h = Flatten()(h)
out = Dense(1, activation="sigmoid")(h)
model = Model(text, out)
model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["acc"])
model.fit(x_train, y_train, epochs=1, batch_size=128)
model.evaluate(x_test, y_test)  # expect: SHP107
