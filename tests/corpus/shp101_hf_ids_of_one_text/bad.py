"""Sentence vectors, one text at a time."""
import numpy as np
from transformers import BertTokenizer, TFBertModel

tokenizer = BertTokenizer.from_pretrained("bert-base-uncased")
bert = TFBertModel.from_pretrained("bert-base-uncased")

texts = ["how do I return an item", "where is my parcel"]
encoded = tokenizer(texts, padding="max_length", max_length=64, truncation=True, return_tensors="np")

vectors = []
for ids, mask in zip(encoded["input_ids"], encoded["attention_mask"]):
    out = bert(input_ids=ids, attention_mask=mask)  # expect: SHP101
    vectors.append(out.last_hidden_state[0, 0].numpy())
