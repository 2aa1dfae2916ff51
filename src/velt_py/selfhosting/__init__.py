"""Half two of the SDK: Velt's content and personal data in the customer's own store."""
