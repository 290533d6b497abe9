import keras

CLIP = (16, 112, 112, 3)
model = keras.Sequential([
    keras.Input(CLIP),
    keras.layers.Conv3D(8, 3, activation="relu"),
    keras.layers.GlobalAveragePooling3D(),
    keras.layers.Dense(4, activation="softmax"),
])
