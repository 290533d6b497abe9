"""Tag words with a BiLSTM; rows have different lengths."""
import numpy as np
from sklearn.model_selection import train_test_split
from tensorflow.keras import Input, Model
from tensorflow.keras.layers import LSTM, Bidirectional, Dense, Dropout, Embedding, TimeDistributed
from tensorflow.keras.preprocessing.sequence import pad_sequences
from tensorflow.keras.utils import to_categorical

MAX_LEN = 20
EMBEDDING = 16

SENTENCES = [
    [("Anna", "B-PER"), ("lives", "O"), ("in", "O"), ("New", "B-LOC"), ("York", "I-LOC")],
    [("we", "O"), ("met", "O"), ("Karl", "B-PER"), ("yesterday", "O")],
    [("Oslo", "B-LOC"), ("is", "O"), ("cold", "O")],
    [("the", "O"), ("train", "O"), ("to", "O"), ("Ghent", "B-LOC"), ("was", "O"), ("late", "O")],
    [("Maria", "B-PER"), ("and", "O"), ("Jose", "B-PER"), ("sing", "O")],
] * 12


def vocabulary(sentences):
    words = sorted({w.lower() for s in sentences for w, _ in s})
    tags = sorted({t for s in sentences for _, t in s})
    word2idx = {w: i + 2 for i, w in enumerate(words)}
    word2idx["<pad>"], word2idx["<unk>"] = 0, 1
    tag2idx = {t: i for i, t in enumerate(tags)}
    return word2idx, tag2idx


def encode(sentences, word2idx, tag2idx):
    X = [[word2idx.get(w.lower(), 1) for w, _ in s] for s in sentences]
    y = [[tag2idx[t] for _, t in s] for s in sentences]
    X = pad_sequences(X, maxlen=MAX_LEN, padding="post", value=0)
    y = pad_sequences(y, maxlen=MAX_LEN, padding="post", value=tag2idx["O"])
    return X, y


def build(n_words, n_tags):
    word_in = Input(shape=(MAX_LEN,))
    x = Embedding(input_dim=n_words, output_dim=EMBEDDING)(word_in)
    x = Dropout(0.1)(x)
    x = Bidirectional(LSTM(units=16, return_sequences=True, recurrent_dropout=0.0))(x)
    x = TimeDistributed(Dense(16, activation="relu"))(x)
    out = TimeDistributed(Dense(n_tags, activation="softmax"))(x)
    return Model(word_in, out)


class Tagger:
    def __init__(self, sentences):
        self.word2idx, self.tag2idx = vocabulary(sentences)
        self.idx2tag = {i: t for t, i in self.tag2idx.items()}
        self.model = build(len(self.word2idx), len(self.tag2idx))
        self.model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])

    def fit(self, sentences, epochs):
        X, y = encode(sentences, self.word2idx, self.tag2idx)
        Y = to_categorical(y, num_classes=len(self.tag2idx))
        X_tr, X_te, Y_tr, Y_te = train_test_split(X, Y, test_size=0.2, random_state=3)
        return self.model.fit(X_tr, Y_tr, batch_size=8, epochs=epochs, validation_data=(X_te, Y_te), verbose=0)

    def tag(self, sentence):
        words = sentence.split()
        ids = [self.word2idx.get(w.lower(), 1) for w in words]
        x = pad_sequences([ids], maxlen=MAX_LEN, padding="post")
        p = self.model.predict(x, verbose=0)
        tags = np.argmax(p, axis=-1)[0]
        return [(w, self.idx2tag[int(t)]) for w, t in zip(words, tags)]

    def tag_many(self, sentences):
        rows = [[self.word2idx.get(w.lower(), 1) for w in s.split()] for s in sentences]
        x = pad_sequences(rows, maxlen=MAX_LEN, padding="post")
        best = self.model.predict(x, verbose=0).argmax(-1)
        return [[self.idx2tag[int(t)] for t in row[:len(ids)]] for row, ids in zip(best, rows)]

    def accuracy(self, sentences):
        X, y = encode(sentences, self.word2idx, self.tag2idx)
        pred = self.model.predict(X, verbose=0).argmax(axis=-1)
        real = X != 0
        return np.mean((pred == y)[real])


def sparse_variant(n_words, n_tags, X, y):
    model = build(n_words, n_tags)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(X, y, epochs=1, verbose=0)
    return model.evaluate(X, y, verbose=0)


def main():
    tagger = Tagger(SENTENCES)
    tagger.fit(SENTENCES, epochs=2)
    print(tagger.tag("Anna met Karl in Oslo"))
    print(tagger.tag_many(["we sing", "New York is late"]))
    print("accuracy on real words", tagger.accuracy(SENTENCES))
    X, y = encode(SENTENCES, tagger.word2idx, tagger.tag2idx)
    print(sparse_variant(len(tagger.word2idx), len(tagger.tag2idx), X, y))


if __name__ == "__main__":
    main()
