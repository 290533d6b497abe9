import numpy as np
import tensorflow as tf

x = np.linspace(0, 1, 200).reshape(-1, 1).astype("float32")
y = (3 * x[:, 0] + 1).astype("float32")

model = tf.keras.Sequential([
    tf.keras.layers.Input((1,)),
    tf.keras.layers.Dense(16, activation="tanh"),
    tf.keras.layers.Dense(1),
])
opt = tf.keras.optimizers.Adam(0.01)

for step in range(100):
    with tf.GradientTape() as tape:
        pred = model(x, training=True)
        loss = tf.reduce_mean(tf.square(pred[:, 0] - y))
    grads = tape.gradient(loss, model.trainable_variables)
    opt.apply_gradients(zip(grads, model.trainable_variables))
print(float(loss))
