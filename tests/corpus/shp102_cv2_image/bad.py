import cv2
import numpy as np
from tensorflow.keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input

model = MobileNetV2(weights="imagenet", input_shape=(224, 224, 3))

image = cv2.imread("dog.jpg")
image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
image = cv2.resize(image, (224, 224))
image = preprocess_input(image.astype("float32"))
preds = model.predict(image)  # expect: SHP102
print(np.argmax(preds, axis=1))
