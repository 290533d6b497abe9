from transformers import AutoTokenizer, TFAutoModel

checkpoint = "bert-base-uncased"
tokenizer = AutoTokenizer.from_pretrained(checkpoint)
model = TFAutoModel.from_pretrained(checkpoint)

sentences = ["a short one", "and one that is quite a bit longer than the other one"]
encoded = tokenizer(sentences, padding=True, truncation=True, return_tensors="tf")
output = model(encoded["input_ids"], attention_mask=encoded["attention_mask"])
vectors = output.last_hidden_state[:, 0, :]
