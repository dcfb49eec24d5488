"""RS256 tokens with PyJWT."""
