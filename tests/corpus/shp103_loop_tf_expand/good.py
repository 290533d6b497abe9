import tensorflow as tf
from tensorflow.keras.preprocessing.text import Tokenizer
from tensorflow.keras.preprocessing.sequence import pad_sequences

sentences = ["i love my dog", "i love my cat", "you love my dog", "do you think my dog is amazing"]
labels = tf.constant([1, 0, 1, 1])

tokenizer = Tokenizer(num_words=100, oov_token="<OOV>")
tokenizer.fit_on_texts(sentences)
padded = pad_sequences(tokenizer.texts_to_sequences(sentences), maxlen=16)

embedding_input = tf.keras.Input(shape=(16,))
h = tf.keras.layers.Embedding(100, 8)(embedding_input)
h = tf.keras.layers.Conv1D(8, 1, activation="relu")(h)
h = tf.keras.layers.GlobalMaxPooling1D()(h)
h = tf.keras.layers.Dense(1, activation="sigmoid")(h)
model = tf.keras.Model(embedding_input, h)
model.compile(loss="binary_crossentropy", optimizer="adam")
model.fit(padded, labels, verbose=0)

for seq in padded:
    seq = tf.expand_dims(seq, axis=0)
    print(model.predict(seq))
