from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Conv2D, MaxPooling2D, Flatten, Dense
from tensorflow.keras.preprocessing.image import ImageDataGenerator

train_datagen = ImageDataGenerator(rescale=1.0 / 255, horizontal_flip=True)
train_generator = train_datagen.flow_from_directory(
    "data/flowers5", target_size=(64, 64), batch_size=32, class_mode="sparse")

model = Sequential()
model.add(Conv2D(16, (3, 3), activation="relu", input_shape=(64, 64, 3)))
model.add(MaxPooling2D(2, 2))
model.add(Flatten())
model.add(Dense(5, activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(train_generator, epochs=1)
