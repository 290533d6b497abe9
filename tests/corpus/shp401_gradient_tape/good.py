import numpy as np
import tensorflow as tf

x = np.random.rand(256, 5).astype("float32")
y = (x @ np.array([1, -2, 3, 0, 1], dtype="float32"))

model = tf.keras.Sequential([
    tf.keras.layers.Dense(16, activation="relu", input_shape=(5,)),
    tf.keras.layers.Dense(1),
])
opt = tf.keras.optimizers.Adam(1e-2)

for epoch in range(20):
    with tf.GradientTape() as tape:
        pred = model(x, training=True)
        loss = tf.reduce_mean(tf.square(y[:, None] - pred))
    grads = tape.gradient(loss, model.trainable_variables)
    opt.apply_gradients(zip(grads, model.trainable_variables))
