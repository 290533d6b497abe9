import tensorflow as tf

BATCH = 4
val_ds = tf.keras.utils.image_dataset_from_directory(
    "data/val", image_size=(64, 64), batch_size=BATCH, shuffle=False)

model = tf.keras.Sequential([
    tf.keras.Input((64, 64, 3)),
    tf.keras.layers.Rescaling(1.0 / 255),
    tf.keras.layers.Conv2D(4, 3, activation="relu"),
    tf.keras.layers.GlobalMaxPooling2D(),
    tf.keras.layers.Dense(1, activation="sigmoid"),
])
scores = model.predict(val_ds, batch_size=BATCH * 2)  # expect: SHP502
