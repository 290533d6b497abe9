import pandas as pd
from sklearn.model_selection import train_test_split
from tensorflow.keras.layers import Conv1D, Dense, Dropout, Flatten, MaxPooling1D
from tensorflow.keras.models import Sequential

df = pd.read_csv("churn.csv")
y = df["churn"]
X = df[["tenure", "calls", "id"]]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25)

model = Sequential()
model.add(Conv1D(32, 2, activation="relu", input_shape=(X_train.shape[1], 1)))
model.add(Flatten())
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(X_train.values[..., None], y_train, epochs=2)
