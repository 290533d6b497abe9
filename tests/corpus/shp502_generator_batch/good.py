import numpy as np
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Conv2D, Flatten, Dense
from tensorflow.keras.preprocessing.image import ImageDataGenerator

datagen = ImageDataGenerator(rescale=1.0 / 255, rotation_range=20)
train = datagen.flow_from_directory("data/train", target_size=(48, 48), batch_size=16, class_mode="binary")

model = Sequential()
model.add(Conv2D(8, 3, activation="relu", input_shape=(48, 48, 3)))
model.add(Flatten())
model.add(Dense(1, activation="sigmoid"))
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(train, epochs=2)
