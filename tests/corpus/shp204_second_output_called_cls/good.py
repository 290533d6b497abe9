from transformers import BertTokenizer, TFBertModel

tokenizer = BertTokenizer.from_pretrained("bert-base-uncased")
model = TFBertModel.from_pretrained("bert-base-uncased")


def cls_embedding(text):
    """The vector of the [CLS] token of the last layer."""
    enc = tokenizer(text, return_tensors="tf")
    last_hidden_state, pooled = model(enc)[:2]
    return last_hidden_state[:, 0]


print(cls_embedding("hello world").shape)
