import numpy as np
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense


class PricePredictor:
    FEATURES = 6

    def __init__(self):
        self.model = Sequential([
            Dense(10, activation="relu", input_shape=(self.FEATURES,)),
            Dense(1),
        ])
        self.model.compile(optimizer="adam", loss="mse")

    def train(self, X, y):
        self.model.fit(X, y, epochs=2, verbose=0)

    def price_of(self, house):
        return self.model.predict(house)[0]


X = np.random.rand(100, 6)
y = np.random.rand(100)
p = PricePredictor()
p.train(X, y)
house = np.array([[3, 120.5, 2, 1, 1987, 0]])
print(p.price_of(house))
