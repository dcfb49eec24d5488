"""People and service accounts as administrators see them: their rights, and who may change them."""
