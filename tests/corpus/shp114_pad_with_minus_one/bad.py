import numpy as np
from tensorflow import keras

sequences = [[4, 10, 5], [18, 9], [2, 7, 7, 30]]
x = keras.preprocessing.sequence.pad_sequences(sequences, maxlen=6, padding="post", value=-1)

model = keras.Sequential([
    keras.layers.Embedding(32, 8),
    keras.layers.GlobalAveragePooling1D(),
    keras.layers.Dense(1, activation="sigmoid"),
])
print(model.predict(x))  # expect: SHP114
