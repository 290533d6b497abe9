from tensorflow import keras

conv_base = keras.applications.VGG16(weights="imagenet", include_top=False, input_shape=(150, 150, 3))

head = keras.Sequential([
    keras.layers.Dense(256, activation="relu", input_dim=4 * 4 * 512),
    keras.layers.Dropout(0.5),
    keras.layers.Dense(1, activation="sigmoid"),
])

features_in = keras.Input((150, 150, 3))
x = conv_base(features_in)
x = keras.layers.Flatten()(x)
out = head(x)
model = keras.Model(features_in, out)
