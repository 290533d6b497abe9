import pandas as pd
from sklearn.model_selection import train_test_split
from tensorflow import keras

COLUMNS = ["age", "bmi", "children", "smoker"]

df = pd.read_csv("insurance.csv")
X = df[COLUMNS]
y = df["charges"]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2)

model = keras.Sequential([
    keras.layers.Dense(32, activation="relu", input_shape=(4,)),
    keras.layers.Dense(1),
])
model.compile(loss="mae", optimizer="adam")
model.fit(X_train, y_train, epochs=2, verbose=0)

customer = X_test.iloc[[0]]
print(model.predict(customer))
