# From flat rows reshape is right; so is splitting a long recording into windows.
import numpy as np

pixels = np.random.rand(100, 784)
images = pixels.reshape(100, 28, 28, 1)
recording = np.random.rand(900, 8)
windows = recording.reshape(30, 30, 8)
images = images.reshape((-1, 28, 28))
print(images.shape, windows.shape)
