# Other libraries have predict too, and take lists and other shapes.
import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from tensorflow import keras

X = np.random.rand(30, 2)
y = (X[:, 0] > X[:, 1]).astype(int)
model = SVC().fit(X, y)
print(model.predict([[0.1, 0.9], [0.8, 0.2]]))
model = KNeighborsClassifier(3).fit(X.tolist(), y.tolist())
print(model.predict([X[0]]))
line = LinearRegression().fit(X[:, 0].reshape(-1, 1), y)
print(line.predict(X[:, 1].reshape(-1, 1)) - y)

model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
print(model.predict(X[:2]))
