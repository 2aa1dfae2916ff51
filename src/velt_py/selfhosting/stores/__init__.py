"""The stores: they execute plans and hold no rules. One conformance suite runs over all of them."""
