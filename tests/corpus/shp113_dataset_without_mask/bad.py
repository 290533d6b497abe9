import tensorflow as tf
from transformers import DistilBertTokenizerFast, TFDistilBertForSequenceClassification

tok = DistilBertTokenizerFast.from_pretrained("distilbert-base-uncased")
model = TFDistilBertForSequenceClassification.from_pretrained("distilbert-base-uncased", num_labels=2)

train_texts = ["good", "a really very bad one", "ok", "not the worst that i have seen"]
enc = tok(train_texts, truncation=True, padding=True, return_tensors="tf")
logits = model(input_ids=enc.input_ids).logits  # expect: SHP113
print(tf.argmax(logits, axis=-1).numpy())
