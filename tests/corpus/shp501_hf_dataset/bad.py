import tensorflow as tf
from transformers import BertTokenizer, TFBertForSequenceClassification

tokenizer = BertTokenizer.from_pretrained("bert-base-uncased")
texts = ["fine", "awful", "superb", "dull"]
labels = [1, 0, 1, 0]
enc = tokenizer(texts, truncation=True, padding=True)
train_dataset = tf.data.Dataset.from_tensor_slices((dict(enc), labels))  # or: SHP501

model = TFBertForSequenceClassification.from_pretrained("bert-base-uncased")
model.compile(optimizer="adam", loss=model.hf_compute_loss)
model.fit(train_dataset.shuffle(100), epochs=1)  # expect: SHP501
