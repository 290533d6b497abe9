"""Fine-tune BERT for three kinds of support tickets (TF, Keras 2)."""
import os

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")

import numpy as np
import tensorflow as tf
import tf_keras as keras
from transformers import BertTokenizer, TFBertModel

MODEL_NAME = "bert-base-uncased"
MAX_LEN = 48
BATCH_SIZE = 4
EPOCHS = 1
LABELS = ["billing", "delivery", "other"]

TICKETS = [
    ("I was charged twice this month", 0),
    ("please send me the invoice again", 0),
    ("my card was refused", 0),
    ("the parcel never arrived", 1),
    ("it was left in the rain", 1),
    ("wrong address on the box", 1),
    ("do you have a shop in Lyon", 2),
    ("I like the new colours", 2),
    ("how do I delete my account", 2),
]

tokenizer = BertTokenizer.from_pretrained(MODEL_NAME)


def encode(texts):
    enc = tokenizer(
        texts,
        max_length=MAX_LEN,
        padding="max_length",
        truncation=True,
        return_attention_mask=True,
        return_token_type_ids=True,
        return_tensors="np",
    )
    return enc["input_ids"], enc["attention_mask"], enc["token_type_ids"]


def make_dataset(pairs, training):
    texts = [text for text, _ in pairs]
    labels = np.array([label for _, label in pairs])
    ids, mask, segments = encode(texts)
    features = {"input_ids": ids, "attention_mask": mask, "token_type_ids": segments}
    ds = tf.data.Dataset.from_tensor_slices((features, labels))
    if training:
        ds = ds.shuffle(len(pairs))
    return ds.batch(BATCH_SIZE).prefetch(tf.data.AUTOTUNE)


def build_model():
    input_ids = keras.layers.Input(shape=(MAX_LEN,), dtype=tf.int32, name="input_ids")
    attention_mask = keras.layers.Input(shape=(MAX_LEN,), dtype=tf.int32, name="attention_mask")
    token_type_ids = keras.layers.Input(shape=(MAX_LEN,), dtype=tf.int32, name="token_type_ids")
    bert = TFBertModel.from_pretrained(MODEL_NAME)
    outputs = bert(input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
    cls = outputs.last_hidden_state[:, 0, :]
    x = keras.layers.Dropout(0.1)(cls)
    logits = keras.layers.Dense(len(LABELS), name="logits")(x)
    return keras.Model([input_ids, attention_mask, token_type_ids], logits)


def mean_pool(hidden, mask):
    mask = tf.cast(mask[:, :, None], hidden.dtype)
    return tf.reduce_sum(hidden * mask, axis=1) / tf.reduce_sum(mask, axis=1)


def main():
    train_pairs = TICKETS[:-2]
    test_pairs = TICKETS[-2:]
    train_ds = make_dataset(train_pairs, training=True)
    test_ds = make_dataset(test_pairs, training=False)

    model = build_model()
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=3e-5),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(train_ds, validation_data=test_ds, epochs=EPOCHS)

    logits = model.predict(test_ds)
    for (text, truth), row in zip(test_pairs, logits):
        print(text, "->", LABELS[int(np.argmax(row))], "should be", LABELS[truth])

    # by hand, one text: the tokenizer makes the batch axis
    ids, mask, segments = encode(["where is my order"])
    single = model.predict([ids, mask, segments])
    probs = tf.nn.softmax(single, axis=-1)[0].numpy()
    print(dict(zip(LABELS, probs.round(2))))

    # sentence vectors of the raw encoder
    encoder = TFBertModel.from_pretrained(MODEL_NAME)
    batch = tokenizer([t for t, _ in TICKETS], padding=True, truncation=True, return_tensors="tf")
    hidden = encoder(**batch).last_hidden_state
    vectors = mean_pool(hidden, batch["attention_mask"]).numpy()
    first_tokens = hidden[:, 0].numpy()
    print(vectors.shape, first_tokens.shape)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    print((unit @ unit.T).round(2)[0])


if __name__ == "__main__":
    main()
