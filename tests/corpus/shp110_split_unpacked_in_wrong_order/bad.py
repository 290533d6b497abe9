import numpy as np
from sklearn.model_selection import train_test_split
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense

X = np.random.rand(1000, 4)
y = np.random.rand(1000)
X_train, y_train, X_test, y_test = train_test_split(X, y, test_size=0.25)

model = Sequential([Dense(8, activation="relu", input_shape=(4,)), Dense(1)])
model.compile(loss="mse", optimizer="adam")
model.fit(X_train, y_train, epochs=2)  # expect: SHP110
