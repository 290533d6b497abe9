# Reshapes that split and join axes as they lie in memory.
import numpy as np

image = np.random.rand(8, 32, 32, 3)
patches = image.reshape(8, 4, 8, 4, 8, 3).transpose(0, 1, 3, 2, 4, 5).reshape(8, 16, 8 * 8 * 3)
per_frame = np.random.rand(6, 10, 20, 20, 1).reshape(-1, 20, 20, 1)
heads = np.random.rand(4, 12, 64).reshape(4, 12, 8, 8).transpose(0, 2, 1, 3)
flat = image.reshape(len(image), -1)
square = np.random.rand(5, 5)
print(patches.shape, per_frame.shape, heads.shape, flat.shape, square.reshape(5, 5).T.shape)
