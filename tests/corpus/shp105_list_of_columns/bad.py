import csv
import numpy as np
from keras import Sequential, layers, Input

length = np.random.rand(60)
width = np.random.rand(60)
colour = np.random.randint(0, 3, 60)
kind = np.random.randint(0, 2, 60)

X = np.vstack((length, width, colour))
net = Sequential([Input((3,)), layers.Dense(5, activation="relu"), layers.Dense(1, activation="sigmoid")])
net.compile("adam", "binary_crossentropy")
preds = net.predict(X)  # expect: SHP105
