import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

VOCAB, MAXLEN = 20000, 256
(x_train, y_train), (x_test, y_test) = keras.datasets.imdb.load_data(num_words=VOCAB)
x_train = keras.preprocessing.sequence.pad_sequences(x_train, maxlen=MAXLEN)
x_test = keras.preprocessing.sequence.pad_sequences(x_test, maxlen=MAXLEN)

inputs = keras.Input(shape=(MAXLEN,), dtype="int32")
x = layers.Embedding(VOCAB, 32)(inputs)
x = layers.GlobalAveragePooling1D()(x)
outputs = layers.Dense(1, activation="sigmoid")(x)
model = keras.Model(inputs, outputs)
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=64, epochs=1)

review = np.expand_dims(x_test[0], 0)
print("positive" if model.predict(review)[0][0] > 0.5 else "negative")
