from tensorflow.keras.datasets import reuters
from tensorflow.keras.preprocessing.sequence import pad_sequences
from tensorflow.keras import models, layers

max_features = 10000
maxlen = 80
(x_train, y_train), (x_test, y_test) = reuters.load_data(num_words=max_features, test_split=0.2)
x_train = pad_sequences(x_train, maxlen=maxlen)
x_test = pad_sequences(x_test, maxlen=maxlen)

model = models.Sequential([
    layers.Embedding(max_features, 32),
    layers.LSTM(16),
    layers.Dense(46, activation="softmax"),
])
model.compile(optimizer="rmsprop", loss="sparse_categorical_crossentropy", metrics=["acc"])
history = model.fit(x_train, y_train, epochs=2, batch_size=128, validation_data=(x_test, y_test))
