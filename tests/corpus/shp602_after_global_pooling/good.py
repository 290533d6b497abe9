from tensorflow.keras import layers, Input, Model

inp = Input((64, 64, 3))
x = layers.Conv2D(32, 3, activation="relu")(inp)
x = layers.Conv2D(64, 3, activation="relu")(x)
x = layers.GlobalAveragePooling2D()(x)
out = layers.Dense(10)(x)
model = Model(inp, out)
