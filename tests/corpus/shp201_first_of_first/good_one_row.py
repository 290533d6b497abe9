from transformers import BertTokenizer, TFBertModel

tokenizer = BertTokenizer.from_pretrained("bert-base-uncased")
model = TFBertModel.from_pretrained("bert-base-uncased")

batch = ["I ordered a lamp"]
inputs = tokenizer(batch, padding=True, return_tensors="tf")
outputs = model(inputs)
cls_vectors = outputs.last_hidden_state[0][0]
print(cls_vectors.shape)
