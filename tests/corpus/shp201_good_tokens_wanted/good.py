# All tokens of the one sentence are what is wanted here.
from transformers import AutoTokenizer, TFAutoModelForTokenClassification
import numpy as np

tokenizer = AutoTokenizer.from_pretrained("dslim/bert-base-NER")
model = TFAutoModelForTokenClassification.from_pretrained("dslim/bert-base-NER")
enc = tokenizer("Angela lives in Berlin", return_tensors="tf")
logits = model(enc)[0][0]
tags = np.argmax(logits, axis=-1)
for token, tag in zip(tokenizer.convert_ids_to_tokens(enc["input_ids"][0]), tags):
    print(token, tag)
