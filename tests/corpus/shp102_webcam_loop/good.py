import cv2
import numpy as np
import keras

LABELS = ["mask", "no mask"]
net = keras.Sequential([
    keras.Input((128, 128, 3)),
    keras.layers.Rescaling(1.0 / 255),
    keras.layers.Conv2D(8, 3, activation="relu"),
    keras.layers.GlobalAveragePooling2D(),
    keras.layers.Dense(2, activation="softmax"),
])

for name in ["a.jpg", "b.jpg"]:
    frame = cv2.imread(name)
    face = cv2.resize(frame, (128, 128))
    p = net.predict(face.reshape(1, 128, 128, 3))
    print(LABELS[np.argmax(p)])
