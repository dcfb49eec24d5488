"""Claims, records, and the rules by which a token is good."""
