import numpy as np
import pandas as pd
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from tensorflow.keras import Sequential
from tensorflow.keras.layers import Dense

X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=3)

model = Sequential()
model.add(Dense(20, activation="relu", input_shape=(10,)))
model.add(Dense(1))
model.compile(loss="mse", optimizer="adam")
model.fit(X_train, y_train, epochs=3, verbose=0)

y_pred = model.predict(X_test)
residuals = y_test - y_pred  # expect: SHP401
rmse = np.sqrt(np.mean(residuals ** 2))
print("RMSE", rmse)
