import numpy as np
from sklearn.datasets import load_digits
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from keras.models import Sequential
from keras.layers import Dense, Input

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
clf = Sequential([Input((64,)), Dense(32, activation="relu"), Dense(10, activation="softmax")])
clf.compile("adam", "sparse_categorical_crossentropy")
clf.fit(X_train, y_train, epochs=2, verbose=0)
y_pred = np.argmax(clf.predict(X_test))  # expect: SHP206
print(accuracy_score(y_test, y_pred))  # or: SHP206
