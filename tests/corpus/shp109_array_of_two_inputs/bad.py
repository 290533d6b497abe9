import numpy as np
from transformers import BertTokenizer, TFBertForSequenceClassification

tokenizer = BertTokenizer.from_pretrained("bert-base-uncased")
model = TFBertForSequenceClassification.from_pretrained("bert-base-uncased", num_labels=2)

enc = tokenizer(["so good", "so bad", "so so"], padding="max_length", max_length=32)
x = np.array([enc["input_ids"], enc["attention_mask"]])
out = model(x)  # expect: SHP109
print(out.logits)
