"""Add two numbers as text: encoder and decoder, then an attention model."""
import numpy as np
import keras
from keras import layers

TRAINING_SIZE = 1500
DIGITS = 3
REVERSE = True
MAXLEN = DIGITS + 1 + DIGITS
CHARS = "0123456789+ "


class CharacterTable:
    """One-hot and back."""

    def __init__(self, chars):
        self.chars = sorted(set(chars))
        self.char_indices = {c: i for i, c in enumerate(self.chars)}
        self.indices_char = {i: c for i, c in enumerate(self.chars)}

    def encode(self, text, num_rows):
        x = np.zeros((num_rows, len(self.chars)))
        for i, c in enumerate(text):
            x[i, self.char_indices[c]] = 1
        return x

    def decode(self, x, calc_argmax=True):
        if calc_argmax:
            x = x.argmax(axis=-1)
        return "".join(self.indices_char[i] for i in x)


ctable = CharacterTable(CHARS)


def sample_number():
    n = np.random.randint(1, DIGITS + 1)
    return int("".join(np.random.choice(list("0123456789")) for _ in range(n)))


def make_questions():
    questions, expected, seen = [], [], set()
    while len(questions) < TRAINING_SIZE:
        a, b = sample_number(), sample_number()
        key = tuple(sorted((a, b)))
        if key in seen:
            continue
        seen.add(key)
        query = f"{a}+{b}".ljust(MAXLEN)
        answer = str(a + b).ljust(DIGITS + 1)
        if REVERSE:
            query = query[::-1]
        questions.append(query)
        expected.append(answer)
    return questions, expected


def vectorize(questions, expected):
    x = np.zeros((len(questions), MAXLEN, len(CHARS)), dtype=bool)
    y = np.zeros((len(questions), DIGITS + 1, len(CHARS)), dtype=bool)
    for i, sentence in enumerate(questions):
        x[i] = ctable.encode(sentence, MAXLEN)
    for i, sentence in enumerate(expected):
        y[i] = ctable.encode(sentence, DIGITS + 1)
    return x, y


def build_repeat(units=32, num_layers=1):
    model = keras.Sequential()
    model.add(layers.Input((MAXLEN, len(CHARS))))
    model.add(layers.LSTM(units))
    model.add(layers.RepeatVector(DIGITS + 1))
    for _ in range(num_layers):
        model.add(layers.LSTM(units, return_sequences=True))
    model.add(layers.Dense(len(CHARS), activation="softmax"))
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


def build_teacher_forcing(units=32):
    enc_in = keras.Input((None, len(CHARS)), name="question")
    enc_out, h, c = layers.LSTM(units, return_sequences=True, return_state=True)(enc_in)
    dec_in = keras.Input((None, len(CHARS)), name="answer_so_far")
    dec_out, _, _ = layers.LSTM(units, return_sequences=True, return_state=True)(dec_in, initial_state=[h, c])
    context = layers.Attention()([dec_out, enc_out])
    joint = layers.Concatenate()([dec_out, context])
    probs = layers.TimeDistributed(layers.Dense(len(CHARS), activation="softmax"))(joint)
    model = keras.Model([enc_in, dec_in], probs)
    model.compile("rmsprop", "categorical_crossentropy")
    return model


def shifted(y):
    start = np.zeros_like(y[:, :1])
    return np.concatenate([start, y[:, :-1]], axis=1)


def main():
    x, y = vectorize(*make_questions())
    order = np.random.permutation(len(y))
    x, y = x[order], y[order]
    cut = len(x) - len(x) // 10
    (x_train, x_val), (y_train, y_val) = (x[:cut], x[cut:]), (y[:cut], y[cut:])
    print(x_train.shape, y_train.shape, x_val.shape)

    model = build_repeat()
    for epoch in range(1, 3):
        model.fit(x_train, y_train, batch_size=32, epochs=1, validation_data=(x_val, y_val), verbose=0)
        for _ in range(3):
            ind = np.random.randint(0, len(x_val))
            rowx, rowy = x_val[np.array([ind])], y_val[np.array([ind])]
            preds = np.argmax(model.predict(rowx, verbose=0), axis=-1)
            q = ctable.decode(rowx[0])
            correct = ctable.decode(rowy[0])
            guess = ctable.decode(preds[0], calc_argmax=False)
            print("Q", q[::-1] if REVERSE else q, "T", correct, "ok" if correct == guess else "no", guess)

    forced = build_teacher_forcing()
    forced.fit([x_train, shifted(y_train)], y_train, epochs=1, verbose=0)
    so_far = np.zeros((1, 1, len(CHARS)))
    for _ in range(DIGITS):
        step = forced.predict([x_val[:1], so_far], verbose=0)[:, -1:]
        so_far = np.concatenate([so_far, step], axis=1)[:, -1:]
    print(so_far.shape)


if __name__ == "__main__":
    main()
