import numpy as np
from tensorflow.keras.layers import Dense, Embedding, GlobalAveragePooling1D, Input
from tensorflow.keras.models import Model
from tensorflow.keras.preprocessing.sequence import pad_sequences

names = ["negative", "neutral", "positive"]
inp = Input(shape=(20,))
h = Embedding(1000, 16)(inp)
h = GlobalAveragePooling1D()(h)
out = Dense(3, activation="softmax")(h)
model = Model(inp, out)

batch = pad_sequences([[4, 10, 8], [7, 7, 301, 9], [5, 3]], maxlen=20)
probs = model.predict(batch)
for row, label in zip(batch, np.argmax(probs, axis=1)):
    print(row[-3:], names[label])
