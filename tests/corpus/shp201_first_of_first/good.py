from transformers import BertTokenizer, TFBertModel

tokenizer = BertTokenizer.from_pretrained("bert-base-uncased")
model = TFBertModel.from_pretrained("bert-base-uncased")

batch = ["I ordered a lamp", "it never came", "please refund me"]
inputs = tokenizer(batch, padding=True, return_tensors="tf")
outputs = model(inputs)
cls_vectors = outputs[0][:, 0]
print(cls_vectors.shape)
