from transformers import AutoTokenizer, TFAutoModelForSequenceClassification

name = "distilbert-base-uncased"
tok = AutoTokenizer.from_pretrained(name)
clf = TFAutoModelForSequenceClassification.from_pretrained(name, num_labels=4)
abstracts = ["we study " * 400, "in this paper " * 600]
batch = tok(abstracts, padding="max_length", max_length=512, truncation=True, return_tensors="tf")
print(clf(batch).logits)
