"""The file stores: where the bytes of attachments and recordings lie."""
