import numpy as np
import tensorflow as tf

features = np.random.rand(640, 8).astype("float32")
targets = np.random.rand(640, 1).astype("float32")
train = tf.data.Dataset.from_tensor_slices((features, targets)).shuffle(640).batch(32)
model = tf.keras.Sequential([tf.keras.layers.Input((8,)), tf.keras.layers.Dense(1)])
optimizer = tf.keras.optimizers.SGD(0.01)


@tf.function
def train_step(x, y, step):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x) - y) ** 2)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss / (1.0 + tf.cast(step, tf.float32))


for epoch in range(2):
    for step, (x, y) in enumerate(train):
        loss = train_step(x, y, tf.constant(step, tf.float32))
