"""The widget of the CloudWatch dashboard (contract §8): what it shows (`view`), how (`page`), what its buttons do
(`actions`), its words, one question answered (`widget`), and what it is put together from (`sandbox`). It knows no
secret, and nothing of Twilio's SDK.
"""
