"""Regression with an own training loop, an own metric and an own schedule."""
import numpy as np
import tensorflow as tf
from sklearn.datasets import fetch_california_housing
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

keras = tf.keras
K = keras.backend
BATCH = 64
EPOCHS = 2


class HuberMetric(keras.metrics.Metric):
    def __init__(self, threshold=1.0, **kwargs):
        super().__init__(**kwargs)
        self.threshold = threshold
        self.total = self.add_weight(name="total", initializer="zeros")
        self.count = self.add_weight(name="count", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        error = y_true - y_pred
        small = tf.abs(error) < self.threshold
        values = tf.where(small, tf.square(error) / 2, self.threshold * tf.abs(error) - self.threshold ** 2 / 2)
        self.total.assign_add(tf.reduce_sum(values))
        self.count.assign_add(tf.cast(tf.size(values), tf.float32))

    def result(self):
        return self.total / self.count


class Residual(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.hidden = [keras.layers.Dense(units, activation="elu") for _ in range(2)]

    def call(self, inputs):
        z = inputs
        for layer in self.hidden:
            z = layer(z)
        return inputs + z


class Regressor(keras.Model):
    def __init__(self, output_dim=1, **kwargs):
        super().__init__(**kwargs)
        self.first = keras.layers.Dense(30, activation="elu")
        self.block = Residual(30)
        self.out = keras.layers.Dense(output_dim)

    def call(self, inputs, training=None):
        z = self.first(inputs)
        for _ in range(3):
            z = self.block(z)
        return self.out(z)


def load():
    housing = fetch_california_housing()
    x_full, x_test, y_full, y_test = train_test_split(
        housing.data, housing.target.reshape(-1, 1), random_state=42)
    x_train, x_valid, y_train, y_valid = train_test_split(x_full, y_full, random_state=42)
    scaler = StandardScaler()
    x_train = scaler.fit_transform(x_train).astype(np.float32)
    x_valid = scaler.transform(x_valid).astype(np.float32)
    x_test = scaler.transform(x_test).astype(np.float32)
    return (x_train, y_train.astype(np.float32)), (x_valid, y_valid.astype(np.float32)), (x_test, y_test)


def random_batch(x, y, size=BATCH):
    idx = np.random.randint(len(x), size=size)
    return x[idx], y[idx]


def status(iteration, total, loss, metric):
    end = "" if iteration < total else "\n"
    print(f"\r{iteration}/{total} - loss: {loss:.4f} - huber: {metric:.4f}", end=end)


def main():
    (x_train, y_train), (x_valid, y_valid), (x_test, y_test) = load()
    model = Regressor()
    optimizer = keras.optimizers.Adam(learning_rate=1e-3)
    loss_fn = keras.losses.MeanSquaredError()
    metric = HuberMetric()
    steps = 20

    for epoch in range(1, EPOCHS + 1):
        for step in range(1, steps + 1):
            xb, yb = random_batch(x_train, y_train)
            with tf.GradientTape() as tape:
                y_pred = model(xb, training=True)
                main_loss = loss_fn(yb, y_pred)
                by_hand = tf.reduce_mean(tf.square(yb - y_pred))
                loss = tf.add_n([main_loss] + model.losses)
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables))
            metric.update_state(yb, y_pred)
            assert abs(float(by_hand) - float(main_loss)) < 1e-3
        status(steps, steps, float(loss), float(metric.result()))
        metric.reset_state()
        valid_pred = model(x_valid, training=False)
        print("valid", float(loss_fn(y_valid, valid_pred)))

    pred = model.predict(x_test, verbose=0)
    residuals = y_test - pred
    print(residuals.shape, "RMSE", np.sqrt(np.mean(residuals ** 2)))

    # MC dropout: training=True on purpose
    mc = keras.Sequential([
        keras.layers.Input((8,)), keras.layers.Dense(16, activation="relu"),
        keras.layers.Dropout(0.3), keras.layers.Dense(1),
    ])
    samples = np.stack([mc(x_test[:10], training=True) for _ in range(20)])
    print(samples.mean(axis=0).shape, samples.std(axis=0)[:, 0])


if __name__ == "__main__":
    main()
