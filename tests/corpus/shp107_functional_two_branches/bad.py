import numpy as np
from tensorflow.keras import Input, Model
from tensorflow.keras.layers import Dense, Concatenate

n = 120
numeric = np.random.rand(n, 9)
onehot = np.eye(4)[np.random.randint(0, 4, n)]
y = np.random.rand(n)

a = Input(shape=(9,), name="numeric")
b = Input(shape=(5,), name="colour")
h = Concatenate()([Dense(8)(a), Dense(4)(b)])
model = Model([a, b], Dense(1)(h))
model.compile("adam", "mse")
model.fit({"numeric": numeric, "colour": onehot}, y, epochs=1)  # expect: SHP107
