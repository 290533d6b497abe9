import tensorflow as tf
from tensorflow.keras import layers

train_ds = tf.keras.utils.image_dataset_from_directory(
    "data/flowers5", image_size=(96, 96), batch_size=8)

model = tf.keras.Sequential([
    layers.Rescaling(1 / 255, input_shape=(96, 96, 3)),
    layers.Conv2D(8, 3, activation="relu"),
    layers.GlobalAveragePooling2D(),
    layers.Dense(5, activation="softmax"),
])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])  # or: SHP402
model.fit(train_ds, epochs=1)  # expect: SHP402
