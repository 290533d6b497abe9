# Tests hold pitfalls on purpose.
import unittest

import numpy as np
from tensorflow import keras


def make():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])


class TestShapes(unittest.TestCase):
    def test_row_needs_batch_axis(self):
        model = make()
        row = np.zeros((8, 4))[0]
        with self.assertRaises(ValueError):
            model.predict(row, verbose=0)

    def test_batch(self):
        self.assertEqual(make().predict(np.zeros((8, 4)), verbose=0).shape, (8, 2))


if __name__ == "__main__":
    unittest.main(exit=False)
