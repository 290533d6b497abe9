from keras import layers, models
from keras.datasets import cifar10

(train_x, train_y), (test_x, test_y) = cifar10.load_data()
train_x, test_x = train_x / 255.0, test_x / 255.0

model = models.Sequential()
model.add(layers.Input((32, 32, 3)))
model.add(layers.Conv2D(32, (3, 3), activation="relu"))
model.add(layers.Flatten())
model.add(layers.Dense(10))
model.compile(optimizer="adam", loss="mse")
model.predict(test_x)
