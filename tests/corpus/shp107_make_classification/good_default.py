from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split
import tensorflow as tf

X, y = make_classification(n_samples=1000, random_state=7)
X_train, X_val, y_train, y_val = train_test_split(X, y, stratify=y)

clf = tf.keras.Sequential([
    tf.keras.layers.InputLayer(input_shape=(20,)),
    tf.keras.layers.Dense(16, "relu"),
    tf.keras.layers.Dense(1, "sigmoid"),
])
clf.compile("adam", "binary_crossentropy", metrics=["accuracy"])
clf.fit(X_train, y_train, validation_data=(X_val, y_val), epochs=2)
