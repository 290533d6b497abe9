from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense

n_features = 14
model = Sequential()
model.add(Dense(32, activation="relu", input_dim=n_features))
model.add(Dense(1))
model.compile("adam", "mse")
