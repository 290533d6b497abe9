import numpy as np
from transformers import AutoTokenizer, TFAutoModel

tokenizer = AutoTokenizer.from_pretrained("distilbert-base-uncased")
encoder = TFAutoModel.from_pretrained("distilbert-base-uncased")


def embed(texts):
    enc = tokenizer(texts, max_length=40, padding="max_length", truncation=True, return_tensors="np")
    hidden = encoder(enc["input_ids"], attention_mask=enc["attention_mask"][:1])[0]  # expect: SHP118
    return hidden[:, 0].numpy()


print(embed(["alpha", "beta beta", "gamma gamma gamma"]).shape)
