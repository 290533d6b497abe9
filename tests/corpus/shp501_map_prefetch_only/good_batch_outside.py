import tensorflow as tf

AUTOTUNE = tf.data.AUTOTUNE
(train_x, train_y), _ = tf.keras.datasets.cifar10.load_data()


def prepare(image, label):
    image = tf.cast(image, tf.float32) / 255.0
    return image, label


def pipeline(x, y, training):
    ds = tf.data.Dataset.from_tensor_slices((x, y))
    if training:
        ds = ds.shuffle(512)
    return ds.map(prepare, num_parallel_calls=AUTOTUNE).prefetch(AUTOTUNE)


inputs = tf.keras.Input((32, 32, 3))
h = tf.keras.layers.Conv2D(8, 3)(inputs)
h = tf.keras.layers.GlobalAveragePooling2D()(h)
model = tf.keras.Model(inputs, tf.keras.layers.Dense(10)(h))
model.compile("adam", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(pipeline(train_x[:500], train_y[:500], True).batch(20), epochs=1)
