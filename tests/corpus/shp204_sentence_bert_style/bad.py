import numpy as np
from sklearn.linear_model import LogisticRegression
from transformers import AutoTokenizer, TFAutoModel

tok = AutoTokenizer.from_pretrained("bert-base-uncased")
model = TFAutoModel.from_pretrained("bert-base-uncased")
texts = ["yes please", "no thanks", "maybe later"]


def get_cls(texts):
    enc = tok(texts, padding=True, truncation=True, return_tensors="tf")
    out = model(enc)
    cls = out["pooler_output"]  # expect: SHP204
    return cls.numpy()


features = get_cls(texts)
clf = LogisticRegression().fit(features, [1, 0, 0])
