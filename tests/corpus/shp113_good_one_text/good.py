# One text, no padding: there is nothing to mask.
from transformers import AutoTokenizer, TFAutoModel

tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")
model = TFAutoModel.from_pretrained("bert-base-uncased")

for text in ["first text", "a second text, somewhat longer"]:
    ids = tokenizer(text, return_tensors="tf")["input_ids"]
    print(model(ids).last_hidden_state[:, 0].shape)
