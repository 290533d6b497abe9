from keras import layers, Input, Model


def tagger(vocab_size, n_tags, maxlen=75):
    inp = Input((maxlen,))
    x = layers.Embedding(vocab_size, 50)(inp)
    x = layers.Bidirectional(layers.LSTM(100))(x)  # or: SHP404
    x = layers.Bidirectional(layers.LSTM(100, return_sequences=True))(x)  # expect: SHP404
    out = layers.TimeDistributed(layers.Dense(n_tags, activation="softmax"))(x)
    return Model(inp, out)


model = tagger(35000, 17)
model.summary()
