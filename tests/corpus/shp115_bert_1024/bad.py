from transformers import BertTokenizer, TFBertModel

tokenizer = BertTokenizer.from_pretrained("bert-base-uncased")
model = TFBertModel.from_pretrained("bert-base-uncased")

document = "word " * 3000
enc = tokenizer(document, max_length=1024, padding="max_length", truncation=True, return_tensors="tf")
out = model(**enc)  # expect: SHP115
