import tensorflow as tf
from tensorflow.keras import layers


class Captioner(tf.keras.Model):
    def __init__(self, vocab, units=64):
        super().__init__()
        self.embedding = layers.Embedding(vocab, 32)
        self.lstm1 = layers.LSTM(units)  # or: SHP404
        self.lstm2 = layers.LSTM(units, return_sequences=True)
        self.fc = layers.Dense(vocab)

    def call(self, tokens):
        x = self.embedding(tokens)
        x = self.lstm1(x)
        x = self.lstm2(x)  # expect: SHP404
        return self.fc(x)


model = Captioner(500)
print(model(tf.zeros((2, 11), dtype=tf.int32)).shape)  # or: SHP404
