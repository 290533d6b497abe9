import random
from collections import deque

import numpy as np
from tensorflow.keras import layers, models, optimizers

STATE, ACTIONS = 4, 2


class DQNAgent:
    def __init__(self):
        self.memory = deque(maxlen=2000)
        self.epsilon = 0.1
        self.model = self._build_model()

    def _build_model(self):
        model = models.Sequential()
        model.add(layers.Dense(24, input_dim=STATE, activation="relu"))
        model.add(layers.Dense(24, activation="relu"))
        model.add(layers.Dense(ACTIONS, activation="linear"))
        model.compile(loss="mse", optimizer=optimizers.Adam(1e-3))
        return model

    def act(self, state):
        if np.random.rand() < self.epsilon:
            return random.randrange(ACTIONS)
        q = self.model.predict(state, verbose=0)  # expect: SHP101
        return int(np.argmax(q[0]))


agent = DQNAgent()
agent.epsilon = 0.0
state = np.zeros(4)
print(agent.act(state))
