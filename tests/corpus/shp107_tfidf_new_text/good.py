import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from tensorflow import keras

texts = ["the food was great", "awful service", "great place", "never again", "really great food"]
labels = np.array([1, 0, 1, 0, 1])
vectorizer = TfidfVectorizer(max_features=500, vocabulary=["the", "food", "great", "awful", "never"])
X = vectorizer.fit_transform(texts).toarray()

model = keras.Sequential([
    keras.layers.Input(shape=(5,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile("adam", "binary_crossentropy")
model.fit(X, labels, epochs=2, verbose=0)
