import random
from sklearn.model_selection import train_test_split
from keras.models import Sequential
from keras.layers import Dense

rows = []
labels = []
for _ in range(200):
    a, b = random.random(), random.random()
    rows.append([a, b, a * b])
    labels.append(1 if a > b else 0)

tr_x, te_x, tr_y, te_y = train_test_split(rows, labels, test_size=0.2)
model = Sequential([Dense(4, activation="relu"), Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(tr_x, tr_y, epochs=2)  # expect: SHP119
