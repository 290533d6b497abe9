from tensorflow import keras
import numpy as np

word_to_id = {"<pad>": 0, "the": 1, "cat": 2, "sat": 3, "on": 4, "mat": 5}
sentences = np.array([[1, 2, 3, 4], [1, 5, 0, 0]])

model = keras.Sequential()
model.add(keras.layers.Embedding(input_dim=5, output_dim=3))
model.add(keras.layers.GlobalAveragePooling1D())
print(model.predict(sentences))  # expect: SHP111
