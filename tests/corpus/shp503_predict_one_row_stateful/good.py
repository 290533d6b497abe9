import numpy as np
import tf_keras as keras

n_batch, n_steps = 5, 8
model = keras.models.Sequential()
model.add(keras.layers.LSTM(12, batch_input_shape=(n_batch, n_steps, 2), stateful=True))
model.add(keras.layers.Dense(1))
model.compile(loss="mse", optimizer="adam")

x = np.random.rand(50, n_steps, 2)
y = np.random.rand(50)
model.fit(x, y, batch_size=n_batch, epochs=1, shuffle=False)
print(model.predict(x[:5], batch_size=n_batch))
