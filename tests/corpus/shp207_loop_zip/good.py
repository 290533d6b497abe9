import numpy as np
import keras
from keras import layers

image = keras.Input((32, 32, 3))
x = layers.GlobalAveragePooling2D()(layers.Conv2D(8, 3)(image))
age = layers.Dense(1, activation="relu")(x)
gender = layers.Dense(1, activation="sigmoid")(x)
model = keras.Model(inputs=image, outputs=[age, gender])

faces = np.random.rand(8, 32, 32, 3)
names = ["face%d" % i for i in range(8)]
results = model.predict(faces)
for i in range(len(faces)):
    print(names[i], results[0][i], results[1][i])
